"""`strategy`: what one does with a strategy before it trades."""

import typer

from noctule.app.cli.explain import explain

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True)


@app.callback()
def strategy() -> None:
    """See what a strategy sees.

    Example: noctule strategy explain sma_cross
    """


app.command("explain")(explain)
