"""`strategy check`: try one out, and print a line for each thing that was looked at."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, Final, NoReturn

import msgspec
import typer
from msgspec import Struct
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from noctule.app.cli.options import (
    ConfigFiles,
    HigherTimeframes,
    OneSymbol,
    Profile,
    config_manager,
)
from noctule.app.cli.terminal import shown
from noctule.app.exits import ExitCode
from noctule.app.explain.choice import own_keys
from noctule.app.online.findings import Finding, Verdict, verdict_of
from noctule.app.workbench.messages import Progress as Step
from noctule.app.workbench.messages import TrialRequest
from noctule.app.workbench.referee import referee

__all__ = ["check"]

_ENDING: Final = (signal.SIGTERM, signal.SIGHUP)
_BY_SIGNAL: Final = 128  # and its number, as shells have it

_File = Annotated[
    str, typer.Argument(metavar="FILE[:CLASS]", help="The strategy's file; or a built-in's name.")
]
_Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="One of its settings, or of [trading] as trading.KEY=VALUE; repeatable.",
    ),
]
_Data = Annotated[
    list[Path] | None,
    typer.Option(metavar="PATH", help="Candle files, or a folder, instead of made-up ones."),
]
_Interval = Annotated[
    str | None, typer.Option(metavar="I", help="Which base timeframe; else as configured.")
]
_Candles = Annotated[
    int, typer.Option(min=50, max=50_000, metavar="N", help="Candles it is asked about.")
]
_Seed = Annotated[
    int, typer.Option(min=0, max=4_294_967_295, metavar="N", help="Of the made-up market.")
]


class _Report(Struct, frozen=True, kw_only=True):
    strategy: str
    verdict: Verdict
    findings: list[Finding]


def check(  # noqa: PLR0913  # options of a command
    file: _File,
    *,
    overrides: _Set = None,
    data: _Data = None,
    symbol: OneSymbol = None,
    interval: _Interval = None,
    higher: HigherTimeframes = None,
    candles: _Candles = 3_000,
    seed: _Seed = 1,
    config: ConfigFiles = None,
    profile: Profile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
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
    with _ended_in_order(), _bar() as bar:

        def tell(finding: Finding) -> None:
            findings.append(finding)
            if not is_quiet:
                bar.stop()
                typer.echo(shown(finding))
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
def _ended_in_order() -> Iterator[None]:
    """Let who is told to end do so by way of SystemExit: a strategy would compute on without us."""

    def leave(number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(_BY_SIGNAL + number)

    minded = [each for each in _ENDING if signal.getsignal(each) is signal.SIG_DFL]
    for each in minded:
        signal.signal(each, leave)
    try:
        yield
    finally:
        for each in minded:
            signal.signal(each, signal.SIG_DFL)


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
