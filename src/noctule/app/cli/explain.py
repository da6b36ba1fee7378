"""`strategy explain`: what a strategy saw and said at one candle, in words and as a chart."""

import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from noctule.adapters.report.page import page_of
from noctule.app.cli.options import ConfigFiles, Profile, config_manager
from noctule.app.exits import ExitCode
from noctule.app.explain.choice import Choice, configured, named, own_keys
from noctule.app.explain.moments import moment_of, stamp
from noctule.app.explain.picture import picture_of
from noctule.app.explain.recorded import Recording, generated_candles, recorded_candles
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
from noctule.app.explain.witness import Witness, last_call, witness
from noctule.config.reading import remedy_of
from noctule.config.wording import did_you_mean
from noctule.domain.errors import ConfigError
from noctule.domain.values import Timeframe
from noctule.engine.desk import Desk

__all__ = ["explain"]

_LEAD: Final = 10_000  # candles before the chart that the strategy is driven over, warm-up included
_AFTER_SHARE: Final = 6  # a sixth of the chart is what came after
_PLAIN_WIDTH: Final = 200  # of a table that no terminal shows


class _Question(Struct, frozen=True, kw_only=True):
    recording: Recording
    stretch: Stretch
    choice: Choice
    higher: tuple[Timeframe, ...]
    warmup: int
    bars: int

    def desk(self) -> Desk:
        return self.choice.desk(
            self.recording.symbol,
            base=self.recording.timeframe,
            higher=self.higher,
            warmup=self.warmup,
        )

    def answer(self) -> Witness:
        candles, after = self.stretch.candles, self.bars // _AFTER_SHARE
        at = self.stretch.at
        if at is None:
            at = last_call(self.desk(), candles)
        if at is None:
            at = len(candles) - 1
        return witness(self.desk(), candles, at=at, bars=self.bars, after=after)


def explain(  # noqa: PLR0913  # options of a command
    strategy: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME | FILE:CLASS]",
            help="The strategy, with its defaults; left out, the configured one.",
            show_default=False,
        ),
    ] = None,
    *,
    data: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH", help="Candle files, or a folder; left out, the built-in market."
        ),
    ] = None,
    symbol: Annotated[
        str | None, typer.Option(metavar="S", help="Which symbol, where there are several.")
    ] = None,
    interval: Annotated[
        str | None,
        typer.Option(metavar="I", help="Which timeframe; built from shorter candles if need be."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="The candle that holds this instant: ISO 8601, UTC unless it says otherwise, or "
            "milliseconds; left out, the latest with a signal.",
        ),
    ] = None,
    bars: Annotated[int, typer.Option(min=20, max=1000, help="How many candles to show.")] = 150,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write the chart.", show_default=False),
    ] = None,
    overrides: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="One of the strategy's settings, or any other as SECTION.KEY=VALUE; repeatable.",
        ),
    ] = None,
    higher: Annotated[
        str | None,
        typer.Option(metavar="1h,…", help="Higher timeframes; left out, the configured ones."),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, max=4_294_967_295, help="Of the built-in market.")
    ] = 1,
    config: ConfigFiles = None,
    profile: Profile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Tell and draw what a strategy saw, and what it called for, when one candle had closed.

    It is driven over the candles as the bot would drive it, with nothing held; nothing is traded.

    Example: noctule strategy explain sma_cross --set fast=5 --interval 5m --html chart.html
    """
    own, rest = own_keys(overrides or ())
    for_all = rest if strategy else [*rest, *(f"strategy.{each}" for each in own)]
    settings = config_manager(files=config, profile=profile, overrides=for_all).load().settings
    at_ms = None if at is None else moment_of(at)
    wanted = None if interval is None else _timeframe(interval, "--interval")
    recording = (
        recorded_candles(data, symbol=symbol, interval=wanted)
        if data
        else generated_candles(seed=seed, symbol=symbol, interval=wanted)
    )
    choice = named(strategy, own) if strategy else configured(settings, recording.symbol)
    question = _Question(
        recording=recording,
        stretch=stretch_of(
            recording.candles, at_ms=at_ms, lead=_LEAD + bars, after=bars // _AFTER_SHARE
        ),
        choice=choice,
        higher=_higher(higher, settings.trading.higher_timeframes, recording.timeframe),
        warmup=settings.trading.warmup_candles,
        bars=bars,
    )
    seen = question.answer()
    file = html or _file_of(seen)
    told = choice.told()
    _write(file, page_of(picture_of(seen, strategy=choice.label, settings=told)))
    if as_json:
        account = account_of(seen, strategy=choice.label, settings=told, chart=str(file))
        typer.echo(msgspec.json.encode(account).decode())
    else:
        _print(seen, question, file)
    if seen.failed == seen.asked:
        raise typer.Exit(ExitCode.WRONG_USE)


def _timeframe(text: str, option: str) -> Timeframe:
    try:
        return Timeframe(text.strip())
    except ValueError:
        guess = did_you_mean(text, [each.value for each in Timeframe])
        raise ConfigError([f"{option}: {text!r} is not a timeframe, {guess}"]) from None


def _higher(text: str | None, usual: Sequence[Timeframe], base: Timeframe) -> tuple[Timeframe, ...]:
    if text is None:
        return tuple(each for each in usual if each.is_built_from(base))
    words = [word for word in text.split(",") if word.strip()]
    wanted = {_timeframe(word, "--higher"): None for word in words}
    for each in wanted:
        if not each.is_built_from(base):
            raise ConfigError([f"--higher: {each} is not built from {base} candles, drop it"])
    return tuple(sorted(wanted, key=list(Timeframe).index))


def _file_of(seen: Witness) -> Path:
    at = seen.at
    return Path(f"{at.symbol}-{at.timeframe}-{stamp(at.open_ms)}.html")


def _write(file: Path, page: str) -> None:
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as exc:
        raise ConfigError(
            [f"--html: {file} cannot be written ({exc.strerror}), {remedy_of(exc)}"]
        ) from exc


def _print(seen: Witness, question: _Question, file: Path) -> None:
    typer.echo(headline(seen, question.choice.label))
    for line in verdict(seen):
        typer.echo(line)
    _print_table("It saw", SAW_HEADINGS, saw_rows(seen), "It saw nothing that it draws.")
    none = "No signal while the candles shown closed."
    _print_table("Signals", SIGNAL_HEADINGS, signal_rows(seen), none)
    typer.echo(f"\nchart: {file}")
    if question.stretch.is_cut:
        typer.echo("candles before a hole in the data were left out", err=True)
    if seen.failed:
        typer.echo(f"it failed on {seen.failed} of {seen.asked} candles:", err=True)
    for trouble in seen.troubles:
        typer.echo(trouble, err=True)


def _print_table(
    title: str, headings: Iterable[str], rows: Iterable[tuple[str, ...]], none: str
) -> None:
    lines = list(rows)
    typer.echo(f"\n{title}:" if lines else f"\n{none}")
    if not lines:
        return
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for line in lines:
        table.add_row(*line)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _PLAIN_WIDTH
    Console(width=width, highlight=False, markup=False).print(table)
