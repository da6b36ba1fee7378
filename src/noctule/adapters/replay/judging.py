"""What is wrong with one row, in words that say what would be right.

Only asked when a file was found to be flawed: the fast checks of whole columns say no more than
that, and every row they refuse is refused here.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final

from noctule.adapters.replay.layout import CANDLES, quoted
from noctule.adapters.replay.parsing import MICROSECONDS_FROM, SECONDS, TIMES_TO
from noctule.domain.values import Timeframe

__all__ = ["CandleJudge", "Judge", "number_flaw", "time_flaw", "to_ms"]

Judge = Callable[[Sequence[str]], str | None]  # of a row's fields, stripped

_PRICES: Final = CANDLES.names[1:5]
_COUNT_DIGITS_MAX: Final = 18  # more do not fit
_VOLUMES: Final = ("volume", "quote_volume", "taker_buy_volume", "taker_buy_quote_volume")


class CandleJudge:
    """Judges the rows of one file one after the other, for each must follow the one before."""

    def __init__(self, timeframe: Timeframe) -> None:
        self._timeframe = timeframe
        self._last_ms: int | None = None

    def __call__(self, fields: Sequence[str]) -> str | None:
        """Say what is wrong with the next row."""
        row = dict(zip(CANDLES.names, fields, strict=False))
        return self._time_flaw(row) or _price_flaw(row) or _volume_flaw(row)

    def _time_flaw(self, row: dict[str, str]) -> str | None:
        for name in ("open_time", "close_time"):
            if flaw := time_flaw(name, row[name]):
                return flaw
        open_ms, close_ms = to_ms(row["open_time"]), to_ms(row["close_time"])
        timeframe, last_ms, self._last_ms = self._timeframe, self._last_ms, open_ms
        if open_ms != timeframe.open_of(open_ms):
            on_grid = timeframe.open_of(open_ms)
            return f"open_time {open_ms} is off the {timeframe} grid, should be {on_grid}"
        if close_ms != timeframe.close_of(open_ms):
            should = timeframe.close_of(open_ms)
            return f"close_time {close_ms} does not end this {timeframe} candle, should be {should}"
        if open_ms == last_ms:
            return f"open_time {open_ms} comes twice, should come once"
        if last_ms is not None and open_ms < last_ms:
            return f"open_time {open_ms} is before {last_ms} above it, should be after it"
        return None


def time_flaw(name: str, text: str) -> str | None:
    """Say why a text is no time in milliseconds or microseconds."""
    if not (text.isascii() and text.isdigit()):
        return f"{name} is {quoted(text)}, should be milliseconds like 1672531200000"
    time = int(text)
    if time in SECONDS:
        return f"{name} {time} is in seconds, should be milliseconds: {time}000"
    if time >= TIMES_TO:
        return f"{name} {quoted(text)} is too long, should be milliseconds like 1672531200000"
    return None


def to_ms(text: str) -> int:
    """Read a time in milliseconds or microseconds."""
    time = int(text)
    return time // 1_000 if time >= MICROSECONDS_FROM else time


def number_flaw(name: str, text: str, *, should: str = "a number") -> str | None:
    """Say why a text is no finite number."""
    try:
        is_number = "_" not in text and math.isfinite(float(text))
    except ValueError:
        is_number = False
    return None if is_number else f"{name} is {quoted(text)}, should be {should}"


def _price_flaw(row: dict[str, str]) -> str | None:
    for name in _PRICES:
        if flaw := number_flaw(name, row[name], should="a price"):
            return flaw
        if float(row[name]) <= 0:
            return f"{name} is {row[name]}, should be above 0"
    for name in ("open", "close"):
        if float(row["low"]) > float(row[name]):
            return f"low {row['low']} is above {name} {row[name]}, should be the lowest"
        if float(row["high"]) < float(row[name]):
            return f"high {row['high']} is below {name} {row[name]}, should be the highest"
    return None


def _volume_flaw(row: dict[str, str]) -> str | None:
    told = {name: text for name in _VOLUMES if (text := row.get(name, ""))}
    for name, text in told.items():
        if flaw := number_flaw(name, text):
            return flaw
        if float(text) < 0:
            return f"{name} is {text}, should be 0 or more"
    count = row.get("count", "")
    if count and not (count.isascii() and count.isdigit() and len(count) <= _COUNT_DIGITS_MAX):
        return f"count is {quoted(count)}, should be a whole number"
    return _parts_flaw(row, told)


def _parts_flaw(row: dict[str, str], told: dict[str, str]) -> str | None:
    volume = float(told.get("volume", 0))
    mean = sum(float(row[name]) for name in _PRICES) / 4
    wholes = {
        "taker_buy_volume": ("volume", volume),
        "taker_buy_quote_volume": ("quote_volume", float(told.get("quote_volume", volume * mean))),
    }
    for part, (name, whole) in wholes.items():
        if float(told.get(part, 0)) > whole:
            return f"{part} {told[part]} is more than {name} {whole:.15g}, should be a part of it"
    return None
