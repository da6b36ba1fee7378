"""From a stretch of a file's table to candles: times in milliseconds, blanks filled, all sound."""

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow
from numpy.typing import NDArray
from pyarrow import compute

from noctule.adapters.replay.arrow_arrays import blanks_of, numbers_of
from noctule.adapters.replay.blocks import Block
from noctule.adapters.replay.filling import Blanks, filled
from noctule.adapters.replay.grid import next_opens, opens
from noctule.adapters.replay.tables import Unread
from noctule.domain.values import Timeframe

if TYPE_CHECKING:
    from pyarrow import RecordBatch

__all__ = ["MICROSECONDS_FROM", "SECONDS", "TIMES_TO", "block_of"]

_Floats = NDArray[np.float64]
_Times = NDArray[np.int64]
_Flags = NDArray[np.bool_]

SECONDS: Final = range(10**9, 10**11)  # as seconds 2001 to 5138, as milliseconds early 1970
MICROSECONDS_FROM: Final = 10**14  # as milliseconds this is the year 5138
TIMES_TO: Final = 10**17  # as microseconds this is the year 5138, too


def block_of(table: "RecordBatch", timeframe: Timeframe) -> Block:
    """Return the rows as candles, or raise Unread where one of them cannot be true."""
    told, closes = (_times(table, name) for name in ("open_time", "close_time"))
    volume, decimals = _volume(table)
    prices = tuple(_floats(table, name) for name in ("open", "high", "low", "close"))
    rows = Blanks(
        prices=(prices[0], prices[1], prices[2], prices[3]),
        volume=volume,
        volume_decimals=decimals,
        quote_volume=_floats(table, "quote_volume"),
        count=_floats(table, "count"),
        taker_buy_volume=_floats(table, "taker_buy_volume"),
        taker_buy_quote=_floats(table, "taker_buy_quote_volume"),
    )
    opened, high, low, close = rows.prices
    full = filled(rows)
    sound = (
        _on_grid(told, closes, timeframe)
        & _prices_sound(opened, high, low, close)
        & (full.taker_buy_volume >= 0)
        & (full.taker_buy_volume <= volume)
        & (volume < np.inf)
        & (full.taker_buy_quote >= 0)
        & (full.taker_buy_quote <= full.quote_volume)
        & (full.quote_volume < np.inf)
        & (full.trades >= 0)
    )
    if not sound.all():
        raise Unread("a candle is impossible")
    return Block(
        open_ms=told,
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=volume,
        quote_volume=full.quote_volume,
        trades=full.trades.astype(np.int64),
        taker_buy_volume=full.taker_buy_volume,
        taker_buy_quote=full.taker_buy_quote,
    )


def _on_grid(told: _Times, closes: _Times, timeframe: Timeframe) -> _Flags:
    on_grid: _Flags = (told == opens(told, timeframe)) & (closes + 1 == next_opens(told, timeframe))
    return on_grid


def _prices_sound(opened: _Floats, high: _Floats, low: _Floats, close: _Floats) -> _Flags:
    sound: _Flags = (
        (low > 0)
        & (low <= opened)
        & (low <= close)
        & (opened <= high)
        & (close <= high)
        & (high < np.inf)
    )
    return sound


def _times(table: "RecordBatch", name: str) -> _Times:
    column = table.column(name)
    if column.null_count:
        raise Unread(f"a {name} is blank")
    told: _Times = numbers_of(column)
    impossible = (told < 0) | (told >= TIMES_TO)
    in_seconds = (told >= SECONDS.start) & (told < SECONDS.stop)
    if (impossible | in_seconds).any():
        raise Unread(f"a {name} is no time in milliseconds or microseconds")
    return np.where(told >= MICROSECONDS_FROM, told // 1_000, told)


def _floats(table: "RecordBatch", name: str) -> _Floats:
    """Return a column of numbers; what is blank, or not there at all, is NaN."""
    if name not in table.schema.names:
        return np.full(table.num_rows, np.nan)
    column = table.column(name)
    numbers: _Floats = numbers_of(column).astype(np.float64, copy=False)
    numbers[blanks_of(column)] = np.nan
    return numbers


def _volume(table: "RecordBatch") -> tuple[_Floats, _Times]:
    """Return the volumes, 0 where none is told, and with how many decimals each was written."""
    texts = compute.ascii_trim_whitespace(table.column("volume"))
    is_blank = blanks_of(texts)
    volume: _Floats = numbers_of(texts.cast(pyarrow.float64()))
    volume[is_blank] = 0
    if np.isnan(volume).any():
        raise Unread("a volume is no number")
    points, short, long = (numbers_of(compute.find_substring(texts, mark)) for mark in ".eE")
    lengths = numbers_of(compute.binary_length(texts))
    decimals = np.where(points < 0, 0, lengths - points - 1).astype(np.int64)
    decimals[(short >= 0) | (long >= 0)] = -1
    decimals[is_blank] = 0
    return volume, decimals
