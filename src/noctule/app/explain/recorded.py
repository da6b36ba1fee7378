"""Candles out of files: one symbol's of one timeframe, as the bot would get them."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from noctule.adapters.sim.candle_files import CandleFile, candles_of, data_files, named
from noctule.adapters.sim.candles import Candle as Row
from noctule.adapters.sim.data_rows import BadData
from noctule.config.wording import did_you_mean
from noctule.domain.errors import ConfigError
from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe
from noctule.market.resample import Resampler

__all__ = ["Recording", "judge_interval", "recorded_candles", "resampled"]


class Recording(Struct, frozen=True, kw_only=True):
    """One symbol's candles of one timeframe, oldest first, each read when it is asked for."""

    symbol: Symbol
    timeframe: Timeframe
    candles: Iterator[Candle]


def judge_interval(interval: str | None) -> None:
    """Raise ConfigError for a wish that is no timeframe."""
    timeframes = [each.value for each in Timeframe]
    if interval is not None and interval not in timeframes:
        guess = did_you_mean(interval, timeframes)
        raise ConfigError([f"--interval: {interval!r} is not a timeframe, {guess}"])


def recorded_candles(
    paths: Sequence[Path], *, symbol: str | None, interval: str | None
) -> Recording:
    """Find the files of a symbol and an interval; they may be left out where there is one only.

    Candles of an interval that no file has are built from shorter ones.
    """
    try:
        files = list(_named(paths, symbol, interval))
        of_symbol = _of_symbol(files, symbol)
        chosen = _of_interval(of_symbol, interval)
    except BadData as exc:
        raise ConfigError([f"--data: {exc}"]) from exc
    held = Timeframe(chosen[0].interval.name)
    wanted = Timeframe(interval) if interval else held
    candles = _read(chosen, held)
    return Recording(
        symbol=Symbol(chosen[0].symbol),
        timeframe=wanted,
        candles=candles if wanted is held else resampled(candles, held, wanted),
    )


def resampled(candles: Iterable[Candle], held: Timeframe, wanted: Timeframe) -> Iterator[Candle]:
    """Build longer candles, beginning anew after each hole."""
    resampler, expected_ms = Resampler([wanted], base=held), -1
    for candle in candles:
        if candle.open_ms != expected_ms:
            resampler = Resampler([wanted], base=held)
        expected_ms = candle.close_ms + 1
        yield from resampler.add(candle)


def _named(paths: Sequence[Path], symbol: str | None, interval: str | None) -> Iterator[CandleFile]:
    """Read what each file holds from its name; what in a folder is no candle file is passed over.

    A file that is named itself and does not say it holds what the options say.
    """
    for path in paths:
        for file in data_files([path]):
            try:
                candle_file = named(file)
            except BadData:
                if path.is_dir():
                    continue
                candle_file = named(file, symbol=symbol, interval=interval)
            if not candle_file.is_mark:
                yield candle_file


def _of_symbol(files: Sequence[CandleFile], symbol: str | None) -> Sequence[CandleFile]:
    symbols = sorted({file.symbol for file in files})
    if not symbols:
        raise BadData("no candle file is there, they are named like BTCUSDT-1m-2024-05.csv.gz")
    if symbol is None and len(symbols) > 1:
        raise BadData(f"holds {', '.join(symbols)}: say which with --symbol")
    wanted = symbol or symbols[0]
    if wanted not in symbols:
        raise BadData(f"no file holds {wanted!r}, {did_you_mean(wanted, symbols)}")
    return [file for file in files if file.symbol == wanted]


def _of_interval(files: Sequence[CandleFile], interval: str | None) -> Sequence[CandleFile]:
    """Return the files of the interval, else those of the longest one that it is built from."""
    held = sorted({Timeframe(file.interval.name) for file in files}, key=list(Timeframe).index)
    if interval is None and len(held) > 1:
        raise BadData(f"holds {files[0].symbol} in {', '.join(held)}: say which with --interval")
    wanted = Timeframe(interval) if interval else held[0]
    shorter = [each for each in held if wanted.is_built_from(each)]
    if wanted not in held and not shorter:
        raise BadData(f"{wanted} cannot be built from {', '.join(held)}")
    source = wanted if wanted in held else shorter[-1]
    return [file for file in files if file.interval.name == source]


def _read(files: Iterable[CandleFile], timeframe: Timeframe) -> Iterator[Candle]:
    try:
        for row in candles_of(files, on_gap=lambda _gap: None):  # whoever reads sees it, too
            yield _candle(row, timeframe)
    except BadData as exc:
        raise ConfigError([f"--data: {exc}"]) from exc


def _candle(row: Row, timeframe: Timeframe) -> Candle:
    volume = float(row.volume)
    return Candle(
        symbol=Symbol(row.symbol),
        timeframe=timeframe,
        open_ms=row.open_ms,
        close_ms=row.close_ms,
        open=float(row.open),
        high=float(row.high),
        low=float(row.low),
        close=float(row.close),
        volume=volume,
        quote_volume=float(row.quote_volume),
        trades=row.count,
        taker_buy_volume=float(row.taker_buy_volume),
    )
