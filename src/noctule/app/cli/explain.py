"""`strategy explain`: what a strategy saw and said at one candle, in words and as a chart."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from noctule.adapters.report.page import page_of
from noctule.app.cli.options import (
    ConfigFiles,
    HigherTimeframes,
    OneSymbol,
    Profile,
    config_manager,
)
from noctule.app.cli.terminal import headed, output
from noctule.app.desks import open_desks
from noctule.app.exits import ExitCode
from noctule.app.explain.choice import Wish, label_of, own_keys, settings_for, told_settings
from noctule.app.explain.generated import generated_candles
from noctule.app.explain.moments import moment_of, stamp
from noctule.app.explain.picture import picture_of
from noctule.app.explain.recorded import Recording, judge_interval, recorded_candles
from noctule.app.explain.stretch import Stretch, stretch_of
from noctule.app.explain.telling import (
    SAW_HEADINGS,
    SIGNAL_HEADINGS,
    account_of,
    headline,
    saw_rows,
    signal_rows,
    verdict,
)
from noctule.app.explain.turns import PATIENCE_S
from noctule.app.explain.witness import Witness, last_call, witness
from noctule.app.time_limit import time_limit
from noctule.app.user_strategies import strategy_catalogue
from noctule.config.settings import Settings
from noctule.domain.errors import ConfigError
from noctule.engine.desk import Desk

__all__ = ["explain"]

_LEAD: Final = 10_000  # candles before the chart that the strategy is driven over, warm-up included
_AFTER_SHARE: Final = 6  # a sixth of the chart is what came after

_Strategy = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME | FILE:CLASS",
        help="The strategy, with its defaults; left out, the configured one.",
        show_default=False,
    ),
]
_Data = Annotated[
    list[Path] | None,
    typer.Option(metavar="PATH", help="Candle files, or a folder; left out, a built-in market."),
]
_Interval = Annotated[
    str | None,
    typer.Option(metavar="I", help="Which timeframe; built from shorter candles if need be."),
]
_At = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="The candle that holds this instant: ISO 8601, UTC unless it says otherwise, or "
        "milliseconds; left out, the latest with a signal.",
    ),
]
_Bars = Annotated[int, typer.Option(min=20, max=1_000, metavar="N", help="Candles to show.")]
_Html = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Where the chart goes; else a name is made.")
]
_Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="One of the strategy's settings, or any other as SECTION.KEY=VALUE; repeatable.",
    ),
]
_Seed = Annotated[
    int, typer.Option(min=0, max=4_294_967_295, metavar="N", help="Of the built-in market.")
]


def explain(  # noqa: PLR0913  # options of a command
    strategy: _Strategy = None,
    *,
    data: _Data = None,
    symbol: OneSymbol = None,
    interval: _Interval = None,
    at: _At = None,
    bars: _Bars = 150,
    html: _Html = None,
    overrides: _Set = None,
    higher: HigherTimeframes = None,
    seed: _Seed = 1,
    config: ConfigFiles = None,
    profile: Profile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Tell and draw what a strategy saw, and what it called for, when one candle had closed.

    It is driven over the candles as the bot would drive it; what it holds is only pretended.
    Exit code 1: wrong use, or the strategy failed on every candle, drew what is no drawing,
    did not come back within 10 s or would have ended the program.

    Example: noctule strategy explain sma_cross --set fast=5 --interval 5m --html chart.html
    """
    own, rest = own_keys(overrides or ())

    def load(more: Sequence[str]) -> Settings:
        said = [*rest, *more]
        return config_manager(files=config, profile=profile, overrides=said).load().settings

    at_ms = None if at is None else moment_of(at)
    recording = _recording(data, symbol=symbol, interval=interval, seed=seed)
    wish = Wish(strategy=strategy, own=own, higher=higher)
    catalogue = strategy_catalogue(Path.cwd())
    settings = settings_for(recording, wish, load=load, catalogue=catalogue)
    stretch = stretch_of(
        recording.candles, at_ms=at_ms, lead=_LEAD + bars, after=bars // _AFTER_SHARE
    )
    seen = _witness(settings, recording, stretch, bars=bars)
    label, told = label_of(settings), told_settings(settings)
    file = html or Path(f"{seen.at.symbol}-{seen.at.timeframe}-{stamp(seen.at.open_ms)}.html")
    _write(file, page_of(picture_of(seen, strategy=label, settings=told)))
    if as_json:
        account = account_of(seen, strategy=label, settings=told, chart=str(file))
        typer.echo(msgspec.json.encode(account).decode())
    else:
        _print(seen, label, file)
    _complain(seen, stretch)
    if seen.failed == seen.asked or seen.misdrawn:
        raise typer.Exit(ExitCode.WRONG_USE)


def _recording(
    data: list[Path] | None, *, symbol: str | None, interval: str | None, seed: int
) -> Recording:
    judge_interval(interval)
    if data:
        return recorded_candles(data, symbol=symbol, interval=interval)
    return generated_candles(seed=seed, symbol=symbol, interval=interval)


def _witness(settings: Settings, recording: Recording, stretch: Stretch, *, bars: int) -> Witness:
    """Drive the strategy to the candle in question; if none is, to the latest with a signal."""
    candles, at = stretch.candles, stretch.at
    if at is None:
        at = last_call(_desk(settings, recording), candles, bars=bars)
    if at is None:
        at = len(candles) - 1
    desk = _desk(settings, recording)
    return witness(desk, candles, at=at, bars=bars, after=bars // _AFTER_SHARE)


def _desk(settings: Settings, recording: Recording) -> Desk:
    with time_limit(PATIENCE_S):  # the owner's code makes it
        return open_desks(settings)[recording.symbol]


def _write(file: Path, page: str) -> None:
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as exc:
        wrong = f"--html: {file} cannot be written ({exc.strerror}), name one in a folder of yours"
        raise ConfigError([wrong]) from exc


def _print(seen: Witness, label: str, file: Path) -> None:
    typer.echo(headline(seen, label))
    for line in verdict(seen):
        typer.echo(line)
    _print_table("It saw", SAW_HEADINGS, saw_rows(seen), "It saw nothing that it draws.")
    none = "No signal while the candles shown closed."
    _print_table("Signals", SIGNAL_HEADINGS, signal_rows(seen), none)
    typer.echo(f"\nchart: {file}")


def _print_table(
    title: str, headings: Iterable[str], rows: Iterable[tuple[str, ...]], none: str
) -> None:
    lines = list(rows)
    typer.echo(f"\n{title}:" if lines else f"\n{none}")
    if not lines:
        return
    output().print(headed(headings, lines))


def _complain(seen: Witness, stretch: Stretch) -> None:
    """Say what keeps the answer from being whole."""
    if stretch.is_cut:
        typer.echo("the candles before a hole in the data were left out", err=True)
    if seen.failed:
        typer.echo(f"the strategy failed on {seen.failed} of {seen.asked} candles:", err=True)
    for trouble in seen.troubles:
        typer.echo(trouble, err=True)
