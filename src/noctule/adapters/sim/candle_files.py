"""Candle files in the layout of Binance's archive: checked row by row, never held as a whole."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.candles import Candle
from noctule.adapters.sim.data_rows import BadData, Row, rows_of, to_ms
from noctule.adapters.sim.intervals import INTERVALS, Interval

__all__ = ["CandleFile", "Gap", "candles_of", "data_files", "named"]

_COLUMNS: Final = (
    "open_time",
    "open",
    "high",
    "low",
    "close",
    "volume",
    "close_time",
    "quote_volume",
    "count",
    "taker_buy_volume",
    "taker_buy_quote_volume",
)
_NEEDED: Final = 7  # up to close_time; those after it may be blank or missing
_TICKS: Final = 4  # a candle of unknown trades becomes so many
# `BTCUSDT-1m-2024-05`; of mark prices `BTCUSDT-1m-MARK-2024-05` or `BTCUSDT-MARK-1m-2024-05`.
_NAME: Final = re.compile(
    r"(?P<symbol>[^-]+)(?P<early>-(?i:mark)\w*)?-(?P<interval>\d+[mhdwM])(?P<rest>-.*)?"
)
_ARCHIVE_OF_MARKS: Final = "markPriceKlines"  # the files in it are named like all others
_SUFFIXES: Final = (".csv", ".csv.gz", ".zip", ".parquet")


class CandleFile(Struct, frozen=True, kw_only=True):
    """A file, and what is in it."""

    path: Path
    symbol: str
    interval: Interval
    is_mark: bool = False  # candles of the mark price: nothing trades in them


class Gap(Struct, frozen=True, kw_only=True):
    """What a file should have and has not."""

    path: Path
    line: int  # of the first row after it; of the last one if there is none
    from_ms: int
    to_ms: int | None  # when the next candle opens; None: it is over
    flaw: str = "candles are missing before this row"


def named(path: Path, *, symbol: str | None = None, interval: str | None = None) -> CandleFile:
    """Read symbol and interval from a name like `BTCUSDT-1m-2024-05.zip`, unless they are given."""
    found = _NAME.fullmatch(_stem(path))
    symbol = symbol or (found["symbol"] if found else None)
    interval = interval or (found["interval"] if found else None)
    if symbol is None or interval not in INTERVALS:
        raise BadData(
            f"{path}: the name should be SYMBOL-INTERVAL-….csv.gz, like BTCUSDT-1m-2024-05.csv.gz;"
            " or say which symbol and interval it holds"
        )
    return CandleFile(
        path=path, symbol=symbol, interval=INTERVALS[interval], is_mark=_is_mark(path, found)
    )


def data_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files meant by files and folders, each folder's in the order of their names."""
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise BadData(f"{path}: there is no such file or folder")
        files += sorted(filter(_is_data, path.iterdir())) if path.is_dir() else [path]
    if not files:
        raise BadData(f"{', '.join(map(str, paths))}: no {', '.join(_SUFFIXES)} file is there")
    return files


def candles_of(files: Iterable[CandleFile], on_gap: Callable[[Gap], None]) -> Iterator[Candle]:
    """Yield one symbol's candles, file after file; tell of gaps, refuse what cannot be true."""
    expected_ms: int | None = None
    for file in files:
        for row in rows_of(file.path, _COLUMNS, needed=_NEEDED):
            candle, line = _candle(file, row), row[0]
            if expected_ms is not None and candle.open_ms < expected_ms:
                raise BadData(f"{file.path}:{line}: {candle.open_ms} is not after the row before")
            if expected_ms is not None and candle.open_ms > expected_ms:
                on_gap(Gap(path=file.path, line=line, from_ms=expected_ms, to_ms=candle.open_ms))
            expected_ms = candle.close_ms + 1
            yield candle


def _candle(file: CandleFile, row: Row) -> Candle:
    line, fields = row
    try:
        candle = _parsed(file, fields)
    except (ValueError, InvalidOperation) as exc:
        raise BadData(f"{file.path}:{line}: not a candle: {','.join(fields)[:200]}") from exc
    flaw = candle.flaw() or _off_grid(file.interval, candle, to_ms(fields[6]))
    if flaw:
        raise BadData(f"{file.path}:{line}: {flaw}")
    return candle


def _parsed(file: CandleFile, fields: list[str]) -> Candle:
    """Blank columns are filled in plainly.

    Four trades, half of the volume bought by takers, all of it at the mean of the four prices.
    """
    fields = [*fields, *[""] * (len(_COLUMNS) - len(fields))]
    opened, high, low, close = (Decimal(text) for text in fields[1:5])
    volume = Decimal(fields[5] or 0)
    quote, count, taker, taker_quote = fields[_NEEDED : len(_COLUMNS)]
    open_ms = to_ms(fields[0])
    mean = (opened + high + low + close) / 4
    quote_volume = Decimal(quote) if quote else volume * mean
    taker_volume = Decimal(taker) if taker else _half(volume)
    return Candle(
        symbol=file.symbol,
        open_ms=open_ms,
        close_ms=file.interval.end_of(open_ms) - 1,
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=volume,
        quote_volume=quote_volume,
        count=int(count) if count else (_TICKS if volume else 0),
        taker_buy_volume=taker_volume,
        taker_buy_quote=Decimal(taker_quote)
        if taker_quote
        else min(quote_volume, taker_volume * mean),
    )


def _off_grid(interval: Interval, candle: Candle, told_close_ms: int) -> str | None:
    if candle.open_ms != interval.open_of(candle.open_ms):
        return f"open_time {candle.open_ms} is off the {interval.name} grid"
    if told_close_ms != candle.close_ms:
        return f"close_time {told_close_ms} does not end the {interval.name} of {candle.open_ms}"
    return None


def _half(volume: Decimal) -> Decimal:
    return (volume / 2).quantize(volume, rounding=ROUND_DOWN)


def _is_mark(path: Path, found: re.Match[str] | None) -> bool:
    """Tell whether name or folder says that these are mark prices; a symbol says nothing."""
    told = found.group("early", "rest") if found else ()
    return _ARCHIVE_OF_MARKS in path.parts or any("mark" in (part or "").lower() for part in told)


def _stem(path: Path) -> str:
    return re.sub(r"(\.csv)?(\.gz|\.zip)?$|\.parquet$", "", path.name)


def _is_data(path: Path) -> bool:
    return path.is_file() and path.name.endswith(_SUFFIXES)
