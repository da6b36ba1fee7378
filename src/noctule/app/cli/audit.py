"""`audit`: what the audit trail is good for."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from noctule.adapters.store.audit import Broken, Verified, verify
from noctule.app.exits import ExitCode

__all__ = ["app"]

app = typer.Typer(help="Look after the audit trail.", no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Look after the audit trail."""


@app.command("verify")
def verify_file(
    file: Annotated[
        Path, typer.Argument(help="The audit trail.", exists=True, dir_okay=False, readable=True)
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Check the audit trail's hash chain and name the first bad line.

    Example: noctule audit verify logs/audit.jsonl
    """
    verdict = verify(file)
    if as_json:
        typer.echo(msgspec.json.encode(verdict).decode())
    elif isinstance(verdict, Broken):
        typer.echo(f"{file}:{verdict.line}: {verdict.reason}", err=True)
    else:
        _print_sound(file, verdict)
    if isinstance(verdict, Broken):
        raise typer.Exit(ExitCode.WRONG_USE)


def _print_sound(file: Path, verdict: Verified) -> None:
    for gap in verdict.gaps:
        typer.echo(f"{file}:{gap.line}: {gap.reason}")
    typer.echo(f"{file}: {verdict.lines} lines, the chain holds, head {verdict.head}")
