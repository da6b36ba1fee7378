"""What indicators are without any rounding, to judge by where two libraries differ.

Windows are taken as they stand, in fractions; what goes back to the beginning, in fifty digits.
"""

from collections.abc import Callable
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import ulp
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tests.indicator_series import Columns

__all__ = [
    "Exact",
    "Exactly",
    "exact_cci",
    "exact_macd",
    "exact_stoch_rsi",
    "exact_stochastic",
    "exact_wma",
]

FIFTY_DIGITS: Final = Context(prec=50)
LAST_DIGITS: Final = 8  # so many units in the last place a float may be off that goes far back


class Exactly(NamedTuple):
    """What is exact, and how far from it the best float in between still leaves one."""

    value: Fraction
    leeway: Fraction = Fraction(0)


Exact = Callable[[int], tuple[Exactly, ...]]  # the values after the candle at a place


def exact_wma(columns: Columns, length: int) -> Exact:
    def at(place: int) -> tuple[Exactly, ...]:
        window = _window(columns.close, place, length)
        weighted = sum(count * close for count, close in enumerate(window, start=1))
        return (Exactly(Fraction(weighted) / sum(range(length + 1))),)

    return at


def exact_cci(columns: Columns, length: int) -> Exact:
    prices = columns.high, columns.low, columns.close

    def at(place: int) -> tuple[Exactly, ...]:
        candles = zip(*(_window(each, place, length) for each in prices), strict=True)
        typical = [Fraction(sum(candle)) / 3 for candle in candles]
        mean = _mean(typical)
        deviation = _mean([abs(price - mean) for price in typical])
        scale = Fraction(15, 1000) * deviation
        return (Exactly((typical[-1] - mean) / scale if deviation else Fraction(0)),)

    return at


def exact_macd(columns: Columns, fast: int, slow: int, signal: int) -> Exact:
    """Tell the exact distances, and what some last digits of the averages make of them."""
    closes = [*map(Decimal, columns.close.tolist())]
    slower = _exact_ema(closes, slow)
    faster = _exact_ema(closes[slow - fast :], fast)
    lines = [*map(FIFTY_DIGITS.subtract, faster, slower)]
    signals = _exact_ema(lines, signal)

    def at(place: int) -> tuple[Exactly, ...]:
        line = Fraction(lines[place + 1 - slow])
        smooth = Fraction(signals[place + 2 - slow - signal])
        leeway = LAST_DIGITS * Fraction(ulp(float(slower[place + 1 - slow])))
        return tuple(Exactly(value, leeway) for value in (line, smooth, line - smooth))

    return at


def exact_stochastic(columns: Columns, length: int, slowing: int, smoothing: int) -> Exact:
    @cache
    def position(place: int) -> Fraction:
        lows, highs = (_window(each, place, length) for each in (columns.low, columns.high))
        return _position(min(lows), max(highs), Fraction(columns.close[place]))

    def k(place: int) -> Fraction:
        return _mean([position(before) for before in _latest(place, slowing)])

    return lambda place: (
        Exactly(k(place)),
        Exactly(_mean([k(before) for before in _latest(place, smoothing)])),
    )


def exact_stoch_rsi(columns: Columns, length: int, reach: int, smoothing: int) -> Exact:
    """Tell the exact places of the RSI, and what some last digits of a float RSI make of them.

    In a range that is narrow because prices have just been a million times higher, those count.
    """
    averages = _exact_averages(columns.close.tolist(), length)

    @cache
    def rsi(place: int) -> Fraction:
        gain, loss = map(Fraction, averages[place - length])
        return 100 * gain / (gain + loss) if gain + loss else Fraction(0)

    @cache
    def k(place: int) -> Exactly:
        window = [rsi(before) for before in _latest(place, reach)]
        width = max(window) - min(window)
        digits = LAST_DIGITS * Fraction(ulp(float(max(window))))
        leeway = 100 * digits / width if width else Fraction(0)
        return Exactly(_position(min(window), max(window), window[-1]), leeway)

    def d(place: int) -> Exactly:
        latest = [k(before) for before in _latest(place, smoothing)]
        values, leeways = ([each[part] for each in latest] for part in (0, 1))
        return Exactly(_mean(values), _mean(leeways))

    return lambda place: (k(place), d(place))


def _exact_averages(closes: list[float], length: int) -> list[tuple[Decimal, Decimal]]:
    """Return the average gain and loss after each move, both as before if there is none."""
    divide, multiply, add = FIFTY_DIGITS.divide, FIFTY_DIGITS.multiply, FIFTY_DIGITS.add
    nothing, older, whole = Decimal(0), Decimal(length - 1), Decimal(length)
    moves = [
        FIFTY_DIGITS.subtract(*map(Decimal, pair)) for pair in pairwise(closes)
    ]  # up is below 0
    gain = divide(sum((max(-move, nothing) for move in moves[:length]), nothing), whole)
    loss = divide(sum((max(move, nothing) for move in moves[:length]), nothing), whole)
    told = [(gain, loss)]
    for move in moves[length:]:
        gain = divide(add(multiply(gain, older), max(-move, nothing)), whole)
        loss = divide(add(multiply(loss, older), max(move, nothing)), whole)
        told.append((gain, loss) if move else told[-1])
    return told


def _exact_ema(numbers: list[Decimal], length: int) -> list[Decimal]:
    """Return the averages from the first one on, which is a mean."""
    divide, multiply, add = FIFTY_DIGITS.divide, FIFTY_DIGITS.multiply, FIFTY_DIGITS.add
    share = divide(Decimal(2), Decimal(length + 1))
    told = [divide(sum(numbers[:length], Decimal(0)), Decimal(length))]
    for number in numbers[length:]:
        way = multiply(share, FIFTY_DIGITS.subtract(number, told[-1]))
        told.append(add(told[-1], way))
    return told


def _position(lowest: Fraction, highest: Fraction, number: Fraction) -> Fraction:
    width = highest - lowest
    return 100 * (number - lowest) / width if width else Fraction(0)


def _latest(place: int, length: int) -> range:
    return range(place + 1 - length, place + 1)


def _mean(numbers: list[Fraction]) -> Fraction:
    return Fraction(sum(numbers)) / len(numbers)


def _window(numbers: NDArray[np.float64], place: int, length: int) -> list[Fraction]:
    return [Fraction(number) for number in numbers[place + 1 - length : place + 1].tolist()]
