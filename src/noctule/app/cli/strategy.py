"""`strategy`: begin one, list those there are, try one out, and look at what one saw."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from msgspec import Struct
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from noctule.app.cli.explain import explain
from noctule.app.cli.options import ConfigFiles, Overrides, Profile, config_manager
from noctule.app.exits import ExitCode
from noctule.app.explain.choice import own_keys
from noctule.app.online.findings import Finding, Verdict, line_of, verdict_of, wrapped
from noctule.app.workbench.listing import Key, Listed, built_in, configured
from noctule.app.workbench.messages import Progress as Step
from noctule.app.workbench.messages import TrialRequest
from noctule.app.workbench.referee import referee
from noctule.app.workbench.skeleton import Skeleton, write_skeleton

__all__ = ["app"]

_PLAIN_WIDTH: Final = 160  # of a table that no terminal shows
_NEXT: Final = """\
wrote {strategy} and {test}

try it    noctule strategy check {strategy}
test it   python -m pytest {test}
trade it  with these lines in a file of yours, e.g. my.ini; its keys stand in the file, too
            [strategy]
            path = {reference}
          noctule check --config my.ini
          noctule run --config my.ini"""

_Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

app = typer.Typer(no_args_is_help=True)
app.command("explain")(explain)


@app.callback()
def strategy() -> None:
    """Write a strategy of your own and try it out; nothing here trades.

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
    manager = config_manager(files=config, profile=profile, overrides=overrides)
    choices = manager.load().settings.strategies
    lists = _Lists(built_in=[*built_in()], configured=[*configured(choices)])
    if as_json:
        typer.echo(msgspec.json.encode(lists).decode())
        return
    typer.secho("built in", bold=sys.stdout.isatty())
    for each in lists.built_in:
        _print_listed(each)
    typer.secho("\nconfigured", bold=sys.stdout.isatty())
    for each in lists.configured:
        _print_listed(each)


def _print_listed(listed: Listed) -> None:
    where = f" = {listed.path}" if listed.path else ""
    symbols = f" on {', '.join(listed.symbols)}" if listed.symbols else ""
    typer.echo(f"\n{listed.name}{where}{symbols}: {listed.purpose}")
    if listed.keys:
        _print_keys(listed.keys)


def _print_keys(keys: tuple[Key, ...]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for _ in range(4):
        table.add_column(overflow="fold")
    for each in keys:
        table.add_row(f"  {each.key}", each.value or "-", each.allowed, each.meaning)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _PLAIN_WIDTH
    console = Console(width=width, highlight=False, markup=False)
    with console.capture() as capture:
        console.print(table)
    for line in capture.get().splitlines():
        typer.echo(line.rstrip())


class _Report(Struct, frozen=True, kw_only=True):
    strategy: str
    verdict: Verdict
    findings: list[Finding]


@app.command("check")
def check(  # noqa: PLR0913  # options of a command
    file: Annotated[
        str,
        typer.Argument(metavar="FILE[:CLASS]", help="The strategy's file; or a built-in's name."),
    ],
    *,
    overrides: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="One of its settings, or of [trading] as trading.KEY=VALUE; repeatable.",
        ),
    ] = None,
    data: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Candle files, or a folder, instead of made-up ones."),
    ] = None,
    symbol: Annotated[
        str | None, typer.Option(metavar="S", help="Which symbol, where there are several.")
    ] = None,
    interval: Annotated[
        str | None, typer.Option(metavar="I", help="Which base timeframe.", show_default=False)
    ] = None,
    higher: Annotated[
        str | None,
        typer.Option(metavar="1h,…", help="Higher timeframes; left out, the configured ones."),
    ] = None,
    candles: Annotated[
        int, typer.Option(min=50, max=50_000, metavar="N", help="Candles it is asked about.")
    ] = 3_000,
    seed: Annotated[
        int, typer.Option(min=0, max=4_294_967_295, metavar="N", help="Of the made-up market.")
    ] = 1,
    config: ConfigFiles = None,
    profile: Profile = None,
    as_json: _Json = False,
) -> None:
    """Try a strategy out: a line for each thing that was looked at, with a remedy where it fails.

    It is loaded and asked about some thousand candles in a process of its own, which may take 10 s
    for an answer; then whether it sees the future, signals the same again, beside another symbol
    and in another process, and whether it touches anything but its candles. Exit code 1: something
    failed.

    Example: noctule strategy check my_idea.py --set average=20 --interval 5m --higher 1h
    """
    own, dotted = own_keys(overrides or ())
    trading = config_manager(files=config, profile=profile, overrides=dotted).load_trading()
    request = TrialRequest(
        strategy=file,
        own=tuple(own),
        data=tuple(map(str, data or ())),
        symbol=symbol,
        interval=interval if interval or data else trading.timeframe.value,
        higher=higher,
        usual_higher=tuple(each.value for each in trading.higher_timeframes),
        candles_max=candles,
        seed=seed,
    )
    findings = _tried(request, is_quiet=as_json)
    verdict = verdict_of(findings)
    if as_json:
        report = _Report(strategy=file, verdict=verdict, findings=findings)
        typer.echo(msgspec.json.encode(report).decode())
    raise typer.Exit(ExitCode.WRONG_USE if verdict is Verdict.FAIL else ExitCode.DONE)


def _tried(request: TrialRequest, *, is_quiet: bool) -> list[Finding]:
    """Print each finding as it comes, and in between how far the trial is."""
    findings: list[Finding] = []
    with _bar() as bar:

        def tell(finding: Finding) -> None:
            findings.append(finding)
            if not is_quiet:
                bar.stop()
                typer.echo(_shown(finding))
                bar.start()

        def advance(step: Step) -> None:
            bar.update(bar.task_ids[0], completed=step.done, total=step.total)

        try:
            referee(request, tell=tell, advance=advance)
        except KeyboardInterrupt:
            bar.stop()
            typer.echo("noctule: interrupted", err=True)
            raise typer.Exit(ExitCode.FORCED) from None
    return findings


@contextmanager
def _bar() -> Iterator[Progress]:
    """Show a bar on standard error while there is somebody to look at it."""
    console = Console(stderr=True)
    columns = (TextColumn("trying it out"), BarColumn(), TextColumn("{task.percentage:3.0f} %"))
    bar = Progress(
        *columns,
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        bar.add_task("", total=1)
        yield bar


def _shown(finding: Finding) -> str:
    """Write a finding in one line, and on a terminal within its width."""
    if not sys.stdout.isatty():
        return line_of(finding)
    return wrapped(finding, shutil.get_terminal_size().columns)
