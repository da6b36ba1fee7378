"""The words every other module speaks: symbols, sides, timeframes, and exact money."""

from datetime import date
from decimal import (
    ROUND_05UP,
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    InvalidOperation,
)
from enum import StrEnum
from typing import NewType

__all__ = [
    "MINUTE_MS",
    "Price",
    "Quantity",
    "Quote",
    "Rounding",
    "Side",
    "Symbol",
    "Timeframe",
    "observed",
    "parse_decimal",
    "plain_text",
    "price",
    "quantity",
    "quote",
    "round_to_step",
]

Symbol = NewType("Symbol", str)
Price = NewType("Price", Decimal)  # quote currency per unit of base
Quantity = NewType("Quantity", Decimal)  # units of base
Quote = NewType("Quote", Decimal)  # an amount of quote currency

MINUTE_MS = 60_000
_HOUR_MS = 60 * MINUTE_MS
_DAY_MS = 24 * _HOUR_MS
_WEEK_MS = 7 * _DAY_MS
_FIRST_MONDAY_MS = 4 * _DAY_MS  # 1970-01-01 was a Thursday
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_CALENDAR_CYCLE_DAYS = 146_097  # after 400 years the calendar repeats itself

# Wide enough that only a quotient can be cut, and what is cut off it leaves a trace in the last
# digit: 0.99…99 stays below 1, so that rounding the quotient again cannot carry it over a step.
_EXACT = Context(prec=60, rounding=ROUND_05UP)
_ONE = Decimal(1)


class Side(StrEnum):
    """Which way an order trades."""

    BUY = "BUY"
    SELL = "SELL"

    sign: int  # +1 for a buy, -1 for a sell

    def __init__(self, word: str) -> None:
        self.sign = 1 if word == "BUY" else -1

    @property
    def opposite(self) -> "Side":
        """Return the side that undoes this one."""
        return _SELL if self is _BUY else _BUY


_BUY, _SELL = Side.BUY, Side.SELL  # an enum's members are slow to look up


class Timeframe(StrEnum):
    """What a candle covers; all fifteen intervals of the exchange, shortest first."""

    M1 = "1m"
    M3 = "3m"
    M5 = "5m"
    M15 = "15m"
    M30 = "30m"
    H1 = "1h"
    H2 = "2h"
    H4 = "4h"
    H6 = "6h"
    H8 = "8h"
    H12 = "12h"
    D1 = "1d"
    D3 = "3d"
    W1 = "1w"
    MO1 = "1M"

    @property
    def ms(self) -> int:
        """Return the length in milliseconds; a month has none, `next_open` knows its end."""
        assert self is not _MONTH, "months differ in length: ask next_open"
        return _LENGTHS_MS_MAX[self]

    @property
    def ms_max(self) -> int:
        """Return the most milliseconds that a candle can last: of a month 31 days."""
        return _LENGTHS_MS_MAX[self]

    def open_of(self, at_ms: int) -> int:
        """Return the opening time of the candle that holds this instant.

        Weeks begin on Monday and months on the first, in UTC; all others are counted from the
        epoch. For 3d candles that is UNCONFIRMED: the exchange's documents do not say it.
        """
        if self is _MONTH:
            return _month_open_ms(at_ms)
        anchor_ms = _FIRST_MONDAY_MS if self is _WEEK else 0
        return at_ms - (at_ms - anchor_ms) % _LENGTHS_MS_MAX[self]

    def next_open(self, at_ms: int) -> int:
        """Return the opening time of the candle after the one that holds this instant."""
        if self is _MONTH:
            return _month_open_ms(_month_open_ms(at_ms) + self.ms_max)
        return self.open_of(at_ms) + _LENGTHS_MS_MAX[self]

    def close_of(self, at_ms: int) -> int:
        """Return the last millisecond of the candle that holds this instant."""
        return self.next_open(at_ms) - 1

    def is_longer_than(self, other: "Timeframe") -> bool:
        """Tell whether its candles cover more time than the other's."""
        return _RANKS[self] > _RANKS[other]

    def is_built_from(self, base: "Timeframe") -> bool:
        """Tell whether candles of this timeframe are whole numbers of base candles."""
        if not self.is_longer_than(base):
            return False
        whole_ms = _DAY_MS if self is _MONTH else _LENGTHS_MS_MAX[self]
        return whole_ms % _LENGTHS_MS_MAX[base] == 0


_WEEK, _MONTH = Timeframe.W1, Timeframe.MO1  # an enum's members are slow to look up
_RANKS = {timeframe: rank for rank, timeframe in enumerate(Timeframe)}
_LENGTHS_MS_MAX = {
    Timeframe.M1: MINUTE_MS,
    Timeframe.M3: 3 * MINUTE_MS,
    Timeframe.M5: 5 * MINUTE_MS,
    Timeframe.M15: 15 * MINUTE_MS,
    Timeframe.M30: 30 * MINUTE_MS,
    Timeframe.H1: _HOUR_MS,
    Timeframe.H2: 2 * _HOUR_MS,
    Timeframe.H4: 4 * _HOUR_MS,
    Timeframe.H6: 6 * _HOUR_MS,
    Timeframe.H8: 8 * _HOUR_MS,
    Timeframe.H12: 12 * _HOUR_MS,
    Timeframe.D1: _DAY_MS,
    Timeframe.D3: 3 * _DAY_MS,
    Timeframe.W1: _WEEK_MS,
    Timeframe.MO1: 31 * _DAY_MS,
}


def _month_open_ms(at_ms: int) -> int:
    days = at_ms // _DAY_MS
    day = date.fromordinal(_EPOCH_ORDINAL + days % _CALENDAR_CYCLE_DAYS)
    return (days - day.day + 1) * _DAY_MS


class Rounding(StrEnum):
    """Which way an amount that lies between two steps goes."""

    DOWN = ROUND_FLOOR
    UP = ROUND_CEILING
    NEAREST = ROUND_HALF_EVEN


def price(text: str) -> Price:
    """Read a price, exactly as written."""
    return Price(parse_decimal(text))


def quantity(text: str) -> Quantity:
    """Read a quantity, exactly as written."""
    return Quantity(parse_decimal(text))


def quote(text: str) -> Quote:
    """Read an amount of quote currency, exactly as written."""
    return Quote(parse_decimal(text))


def observed(price: float) -> Price:
    """Return an observation exactly, by its shortest text, which is what the venue sent.

    By float's own repr, for numpy's floats are floats that write themselves differently.
    """
    return Price(Decimal(float.__repr__(price)))


def parse_decimal(text: str) -> Decimal:
    """Read a finite decimal from text; a float would have lost digits before it came here."""
    assert isinstance(text, str), f"money is read from text, was {type(text).__name__}"
    try:
        number = Decimal(text)
    except InvalidOperation as exc:
        raise ValueError(f"{text!r} is not a decimal number") from exc
    if not number.is_finite():
        raise ValueError(f"{text!r} is not a finite number")
    return number


def round_to_step(number: Decimal, step: Decimal, rounding: Rounding) -> Decimal:
    """Return the multiple of step that the rounding rule picks, with the step's own exponent."""
    assert step > 0, f"step is {step}"
    quotient = _EXACT.divide(number, step)
    steps = quotient.quantize(_ONE, rounding, _EXACT)
    return _EXACT.multiply(steps, step)


def plain_text(number: Decimal) -> str:
    """Write a decimal without an exponent and without trailing zeros, as the venue wants it."""
    if number == 0:
        return "0"
    text = format(number, "f")
    if "." not in text:
        return text
    return text.rstrip("0").rstrip(".")
