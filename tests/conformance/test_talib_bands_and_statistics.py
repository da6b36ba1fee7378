"""Bands, trailing lines, swings, volume and statistics are TA-Lib's, on recorded and hard candles.

TA-Lib's sums cancel now and then: a slope near nothing, a variance of two nearly equal prices, a
money flow that is none. Wherever the two differ by more than one part in a billion, arithmetic
with fractions on the very candles must side with us.
"""

from collections.abc import Callable
from fractions import Fraction
from math import isclose, sqrt
from typing import Any, Final

import numpy as np
import pytest
import talib
from msgspec import Struct
from numpy.typing import NDArray
from typing_extensions import override

from noctule.indicators.bands import Bollinger, Donchian, Keltner
from noctule.indicators.bands_batch import bollinger, donchian, keltner
from noctule.indicators.statistics import Correlation, LinearSlope, StdDev, Variance
from noctule.indicators.statistics_batch import correlation, linear_slope, std_dev, variance
from noctule.indicators.swings_batch import swings
from noctule.indicators.trailing import ParabolicSar, Supertrend
from noctule.indicators.trailing_batch import parabolic_sar, supertrend
from noctule.indicators.volatility import Atr
from noctule.indicators.volatility_batch import atr
from noctule.indicators.volume import Mfi, Obv
from noctule.indicators.volume_batch import mfi, obv
from tests.indicator_series import HARD, RECORDED, Columns, hard, needs_candles, recorded
from tests.indicator_table import Case

BILLIONTH: Final = 1e-9
STREAMED: Final = 12_000  # candles of each series: over all of them our twins speak

Table = NDArray[np.float64]
Fractions = list[Fraction]


def fractions(numbers: Table) -> Fractions:
    return [Fraction(number) for number in numbers.tolist()]


def variance_of(candles: Columns, length: int) -> float:
    prices = fractions(candles.close[-length:])
    mean = sum(prices) / length
    return float(sum((price - mean) ** 2 for price in prices) / length)


def deviation_of(candles: Columns, length: int) -> float:
    return sqrt(variance_of(candles, length))


def slope_of(candles: Columns, length: int) -> float:
    middle = Fraction(length - 1, 2)
    prices = enumerate(fractions(candles.close[-length:]))
    rise = sum((place - middle) * price for place, price in prices)
    return float(rise / sum((place - middle) ** 2 for place in range(length)))


def correlation_of(candles: Columns, length: int) -> float:
    pairs = [fractions(column[-length:]) for column in (candles.close, candles.volume)]
    first, second = ([each - sum(numbers) / length for each in numbers] for numbers in pairs)
    together = sum(one * other for one, other in zip(first, second, strict=True))
    spread = sum(one**2 for one in first) * sum(other**2 for other in second)
    size = sqrt(together**2 / spread) if spread else 0.0
    return size if together > 0 else -size


def money_flow_of(candles: Columns, length: int) -> float:
    typical = (candles.high + candles.low + candles.close) / 3
    now, before = typical[-length:], typical[-length - 1 : -1]
    moves = np.where(np.abs(now - before) > 1e-14 * (now + before), np.sign(now - before), 0)
    turnovers = zip(fractions(now), fractions(candles.volume[-length:]), strict=True)
    flows = [price * volume for price, volume in turnovers]
    rising, falling = (
        sum(flow for flow, move in zip(flows, moves.tolist(), strict=True) if move == way)
        for way in (1, -1)
    )
    return float(100 * Fraction(rising) / (rising + falling)) if rising + falling else 0.0


def their_bollinger(prices: Table, length: int, factor: float) -> tuple[Table, ...]:
    bands: tuple[Table, ...] = talib.BBANDS(prices, length, factor, factor)
    return bands


def their_supertrend(*arguments: Any) -> tuple[Table, Table]:
    line, direction = talib.SUPERTREND(*arguments)
    return line, np.where(np.isnan(line), np.nan, direction)


class Duel(Struct, frozen=True):
    """One of ours, TA-Lib's answer to the same, and who decides if they differ: if they may."""

    case: Case
    theirs: Callable[..., Any]
    exact: Callable[[Columns, int], float] | None = None

    @override
    def __str__(self) -> str:
        return str(self.case)

    def told(self, columns: Columns) -> Table:
        """Return TA-Lib's numbers, a row for each candle."""
        told = self.theirs(*columns.of(self.case.kind.inputs), *self.case.arguments)
        return np.column_stack(told if isinstance(told, tuple) else (told,))


DUELS: Final = (
    Duel(Case(Atr, (1,), atr), talib.ATR),
    Duel(Case(Atr, (14,), atr), talib.ATR),
    Duel(Case(Bollinger, (5, 1.0), bollinger), their_bollinger),
    Duel(Case(Bollinger, (20, 2.0), bollinger), their_bollinger),
    Duel(Case(Correlation, (5,), correlation), talib.CORREL, correlation_of),
    Duel(Case(Correlation, (30,), correlation), talib.CORREL, correlation_of),
    Duel(Case(Donchian, (20,), donchian), talib.DONCHIAN),
    Duel(Case(Keltner, (20, 10, 2.0), keltner), talib.KC),
    Duel(Case(Keltner, (5, 14, 1.5), keltner), talib.KC),
    Duel(Case(LinearSlope, (2,), linear_slope), talib.LINEARREG_SLOPE, slope_of),
    Duel(Case(LinearSlope, (14,), linear_slope), talib.LINEARREG_SLOPE, slope_of),
    Duel(Case(Mfi, (2,), mfi), talib.MFI, money_flow_of),
    Duel(Case(Mfi, (14,), mfi), talib.MFI, money_flow_of),
    Duel(Case(Obv, (), obv), talib.OBV),
    Duel(Case(ParabolicSar, (0.02, 0.2), parabolic_sar), talib.SAR),
    Duel(Case(ParabolicSar, (0.05, 0.1), parabolic_sar), talib.SAR),
    Duel(Case(StdDev, (5,), std_dev), talib.STDDEV, deviation_of),
    Duel(Case(StdDev, (100,), std_dev), talib.STDDEV, deviation_of),
    Duel(Case(Supertrend, (10, 3.0), supertrend), their_supertrend),
    Duel(Case(Supertrend, (7, 1.0), supertrend), their_supertrend),
    Duel(Case(Variance, (2,), variance), talib.VAR, variance_of),
    Duel(Case(Variance, (20,), variance), talib.VAR, variance_of),
)
every_duel = pytest.mark.parametrize("duel", DUELS, ids=str)
every_recording = pytest.mark.parametrize(("symbol", "timeframe"), RECORDED)


@every_duel
@needs_candles
@every_recording
def test_on_recorded_candles_they_are_equal(duel: Duel, symbol: str, timeframe: str) -> None:
    assert_equal(duel, recorded(symbol, timeframe))


@every_duel
@pytest.mark.parametrize("name", HARD)
def test_on_hard_candles_they_are_equal(duel: Duel, name: str) -> None:
    assert_equal(duel, hard(name))


@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize(("left", "right"), [(1, 1), (2, 2), (5, 3)])
def test_swings_of_hard_candles_are_their_fractals(name: str, left: int, right: int) -> None:
    assert_swings_equal(hard(name), left, right)


@needs_candles
@every_recording
def test_swings_of_recorded_candles_are_their_fractals(symbol: str, timeframe: str) -> None:
    assert_swings_equal(recorded(symbol, timeframe), 2, 2)


def assert_equal(duel: Duel, columns: Columns) -> None:
    ours, theirs = duel.case.batched(columns), duel.told(columns)
    streamed = duel.case.streamed(columns.part(0, STREAMED))
    np.testing.assert_array_equal(streamed, ours[:STREAMED])

    ours = ours[:, : theirs.shape[1]]  # Bollinger's say more than theirs
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
    with np.errstate(invalid="ignore"):
        differ = np.abs(ours - theirs) > BILLIONTH * np.abs(ours)
    for place, column in np.argwhere(differ).tolist():
        assert_theirs_is_off(duel, columns, place, ours[place, column], theirs[place, column])


def assert_theirs_is_off(
    duel: Duel, columns: Columns, place: int, ours: float, theirs: float
) -> None:
    assert duel.exact is not None, f"at {place}: {ours}, TA-Lib says {theirs}"
    (length,) = duel.case.arguments
    assert isinstance(length, int)
    right = duel.exact(columns.part(max(0, place - length), place + 1), length)
    assert isclose(ours, right, rel_tol=1e-12), f"at {place}: {ours}, right is {right}"
    assert not isclose(theirs, right, rel_tol=BILLIONTH / 2)


def assert_swings_equal(columns: Columns, left: int, right: int) -> None:
    told = swings(columns.high, columns.low, columns.open_ms, left, right)
    high_is_news, low_is_news = told[2] == columns.open_ms, told[5] == columns.open_ms

    their_highs, their_lows = talib.FRACTAL(columns.high, columns.low, left, right)
    np.testing.assert_array_equal(high_is_news, their_highs == 100)
    np.testing.assert_array_equal(low_is_news, their_lows == 100)
    stood = np.flatnonzero(high_is_news) - right
    np.testing.assert_array_equal(told[0][high_is_news], columns.high[stood])
    np.testing.assert_array_equal(told[1][high_is_news], columns.open_ms[stood])
