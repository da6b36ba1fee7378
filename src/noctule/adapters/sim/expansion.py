"""A candle becomes four ticks – open, one extreme, the other, close – whose sums are its own.

Which extreme came first is not in a candle, so it is a rule that is passed in. `nearer_first` is
the likelier path. `worst_first` asks what is held: with a stop and a target inside one candle,
the worse of the two then happens first.
"""

from collections.abc import Callable, Iterator
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Final, TypeAlias

from noctule.adapters.sim.candles import Candle
from noctule.adapters.sim.events import Tick

__all__ = [
    "TICKS",
    "First",
    "FirstRule",
    "best_first",
    "expand",
    "high_first",
    "low_first",
    "nearer_first",
    "path_of",
    "times_of",
    "worst_first",
]

TICKS: Final = 4


class First(StrEnum):
    """The extreme that a candle reaches first."""

    HIGH = "high"
    LOW = "low"


FirstRule: TypeAlias = Callable[[Candle], First]


def nearer_first(candle: Candle) -> First:
    """Take the extreme nearer to the open; if both are as near, a falling candle rises first."""
    up, down = candle.high - candle.open, candle.open - candle.low
    if up != down:
        return First.HIGH if up < down else First.LOW
    return First.HIGH if candle.close < candle.open else First.LOW


def high_first(_candle: Candle) -> First:
    """Take the high first: the worst for shorts."""
    return First.HIGH


def low_first(_candle: Candle) -> First:
    """Take the low first: the worst for longs."""
    return First.LOW


def worst_first(held: Callable[[str], Decimal]) -> FirstRule:
    """Take the extreme first that hurts what is held of a symbol; the nearer if nothing is."""

    def rule(candle: Candle) -> First:
        amount = held(candle.symbol)
        if not amount:
            return nearer_first(candle)
        return First.LOW if amount > 0 else First.HIGH

    return rule


def best_first(held: Callable[[str], Decimal]) -> FirstRule:
    """Take the extreme first that helps what is held of a symbol; the nearer if nothing is."""
    worst = worst_first(held)

    def rule(candle: Candle) -> First:
        if not held(candle.symbol):
            return nearer_first(candle)
        return First.LOW if worst(candle) is First.HIGH else First.HIGH

    return rule


def expand(candle: Candle, rule: FirstRule = nearer_first) -> Iterator[Tick]:
    """Yield a candle's ticks: at its start, at thirds, at its end; none if nobody traded.

    The rule is asked after the open has been taken, so it knows what was bought there.
    """
    if candle.is_idle:
        return
    if candle.low == candle.high:
        yield from _ticks(candle, 1, iter((candle.close,)))
    else:
        yield from _ticks(candle, TICKS, path_of(candle, rule))


def path_of(candle: Candle, rule: FirstRule) -> Iterator[Decimal]:
    """Yield the four prices; the rule is asked when the second is."""
    yield candle.open
    extremes = (candle.high, candle.low)
    yield from extremes if rule(candle) is First.HIGH else reversed(extremes)
    yield candle.close


def times_of(candle: Candle) -> tuple[int, ...]:
    """Return when the four prices are reached: the last at the candle's last millisecond."""
    third_ms = (candle.close_ms - candle.open_ms + 1) // (TICKS - 1)
    return tuple(min(candle.open_ms + part * third_ms, candle.close_ms) for part in range(TICKS))


def _ticks(candle: Candle, parts: int, path: Iterator[Decimal]) -> Iterator[Tick]:
    """Bought and sold parts are split apart, so a tick never has more bought than traded."""
    bought = _split(candle.taker_buy_volume, parts)
    sold = _split(candle.volume - candle.taker_buy_volume, parts)
    bought_quote = _split(candle.taker_buy_quote, parts)
    sold_quote = _split(candle.quote_volume - candle.taker_buy_quote, parts)
    times_ms = times_of(candle)
    for part, price in enumerate(path):
        yield Tick(
            symbol=candle.symbol,
            time_ms=times_ms[part],
            price=price,
            qty=bought[part] + sold[part],
            quote_qty=bought_quote[part] + sold_quote[part],
            count=candle.count // parts + (candle.count % parts if part == 0 else 0),
            taker_buy_qty=bought[part],
            taker_buy_quote=bought_quote[part],
            travelled=part > 0,
        )


def _split(total: Decimal, parts: int) -> tuple[Decimal, ...]:
    """Cut into parts with no more decimals than the whole; the first takes what is left over."""
    exponent = total.as_tuple().exponent
    assert isinstance(exponent, int), f"the total is {total}"
    part = (total / parts).quantize(Decimal((0, (1,), exponent)), rounding=ROUND_DOWN)
    return (total - part * (parts - 1), *(part,) * (parts - 1))
