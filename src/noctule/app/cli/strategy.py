"""`strategy`: begin one of your own, and list those there are; other commands stand elsewhere."""

import sys
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from msgspec import Struct
from rich.table import Table

from noctule.app.cli.control_strategies import disable, enable
from noctule.app.cli.explain import explain
from noctule.app.cli.options import ConfigFiles, Overrides, Profile, config_manager
from noctule.app.cli.strategy_check import check
from noctule.app.cli.terminal import output
from noctule.app.workbench.listing import Key, Listed, built_in, configured
from noctule.app.workbench.skeleton import Skeleton, write_skeleton

__all__ = ["app"]

_PLAIN_WIDTH: Final = 100  # of a table that no terminal shows
_WIDTHS_MAX: Final = (None, 16, 18, None)  # lists of words leave room for what a key means
_NEXT: Final = """\
wrote {strategy} and {test}

try it    noctule strategy check {strategy}
test it   python -m pytest -p no:asyncio {test}
trade it  with these lines in a file of yours, e.g. my.ini; its keys stand in the file, too
            [strategy]
            path = {reference}
          noctule check --config my.ini
          noctule run --config my.ini"""

_Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

app = typer.Typer(no_args_is_help=True)
app.command("explain")(explain)
app.command("check")(check)
app.command("enable")(enable)
app.command("disable")(disable)


@app.callback()
def strategy() -> None:
    """Write a strategy of your own and try it out, or switch one of the running bot off and on.

    Example: noctule strategy new my_idea
    """


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="E.g. my_idea; its class is MyIdea.")],
    *,
    folder: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the files go; made if it is not there.")
    ] = Path(),
    as_json: _Json = False,
) -> None:
    """Write a strategy to begin with, and a test of it; both work as they are.

    Example: noctule strategy new my_idea --folder ideas
    """
    skeleton = write_skeleton(name, folder)
    if as_json:
        typer.echo(msgspec.json.encode(skeleton).decode())
    else:
        typer.echo(_told(skeleton))


def _told(skeleton: Skeleton) -> str:
    return _NEXT.format(
        strategy=skeleton.strategy, test=skeleton.test, reference=skeleton.reference
    )


class _Lists(Struct, frozen=True, kw_only=True):
    built_in: list[Listed]
    configured: list[Listed]


@app.command("list")
def list_strategies(
    *,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: _Json = False,
) -> None:
    """List every strategy with its settings: those built in, and those that are configured.

    Example: noctule strategy list --config my.ini
    """
    lists = _Lists(built_in=[*built_in()], configured=[])
    if not as_json:
        _print_all("built in", lists.built_in)  # whatever is wrong with the configuration
    manager = config_manager(files=config, profile=profile, overrides=overrides)
    lists.configured.extend(configured(manager.load().settings.strategies))
    if as_json:
        typer.echo(msgspec.json.encode(lists).decode())
    else:
        typer.echo()
        _print_all("configured", lists.configured)


def _print_all(title: str, all_listed: list[Listed]) -> None:
    typer.secho(title, bold=sys.stdout.isatty())
    for each in all_listed:
        _print_listed(each)


def _print_listed(listed: Listed) -> None:
    where = f" = {listed.path}" if listed.path else ""
    symbols = f" on {', '.join(listed.symbols)}" if listed.symbols else ""
    typer.echo(f"\n{listed.name}{where}{symbols}: {listed.purpose}")
    if listed.keys:
        _print_keys(listed.keys)


def _print_keys(keys: tuple[Key, ...]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for width_max in _WIDTHS_MAX:
        table.add_column(overflow="fold", max_width=width_max)
    for each in keys:
        table.add_row(f"  {each.key}", each.value or "-", each.allowed, each.meaning)
    console = output(plain_width=_PLAIN_WIDTH)
    with console.capture() as capture:
        console.print(table)
    for line in capture.get().splitlines():
        typer.echo(line.rstrip())
