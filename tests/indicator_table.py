"""Every indicator beside its twin over whole series: what holds for all is tested on this table.

A twin takes the columns that the indicator's `inputs` name and then the indicator's arguments.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray
from typing_extensions import override

from noctule.indicators.averages import Ema, Hma, Rma, Sma, Wma
from noctule.indicators.averages_batch import ema, hma, rma, sma, wma
from noctule.indicators.bands import Bollinger, Donchian, Keltner
from noctule.indicators.bands_batch import bollinger, donchian, keltner
from noctule.indicators.base import Indicator
from noctule.indicators.directional import Adx, Aroon
from noctule.indicators.directional_batch import adx, aroon
from noctule.indicators.momentum import Cci, Macd, Roc, Rsi
from noctule.indicators.momentum_batch import cci, macd, roc, rsi
from noctule.indicators.profile import VolumeProfile
from noctule.indicators.profile_batch import volume_profile
from noctule.indicators.statistics import Correlation, LinearSlope, StdDev, Variance, ZScore
from noctule.indicators.statistics_batch import (
    correlation,
    linear_slope,
    std_dev,
    variance,
    z_score,
)
from noctule.indicators.stochastic import Stochastic, StochRsi
from noctule.indicators.stochastic_batch import stoch_rsi, stochastic
from noctule.indicators.swings import Swings
from noctule.indicators.swings_batch import swings
from noctule.indicators.trailing import ParabolicSar, Supertrend
from noctule.indicators.trailing_batch import parabolic_sar, supertrend
from noctule.indicators.volatility import Atr, RealisedVolatility
from noctule.indicators.volatility_batch import atr, realised_volatility
from noctule.indicators.volume import Delta, Mfi, Obv
from noctule.indicators.volume_batch import delta, mfi, obv
from noctule.indicators.vwap import SessionVwap, Vwap
from noctule.indicators.vwap_batch import session_vwap, vwap
from tests.indicator_series import Columns

__all__ = ["CASES", "Case"]

BIT_FOR_BIT: Final = 0.0
NEARLY: Final = 1e-12  # where numpy adds up in another order


class Case(Struct, frozen=True):
    """An indicator with some arguments, its twin, and how far apart they may be, relatively."""

    kind: type[Indicator[Any]]
    arguments: tuple[float | str, ...]
    twin: Callable[..., Any]
    tolerance: float = BIT_FOR_BIT

    @override
    def __str__(self) -> str:
        return f"{self.kind.__name__}{self.arguments}".replace(",)", ")")

    def made(self) -> Indicator[Any]:
        """Make the indicator."""
        return self.kind(*self.arguments)

    def streamed(self, columns: Columns) -> NDArray[np.float64]:
        """Return a row of numbers for each candle, as the indicator says them, NaN for None."""
        indicator = self.made()
        width = len(indicator.shape.__struct_fields__) if indicator.shape else 1
        nothing = (np.nan,) * width
        rows = [_flat(indicator.update(*row), nothing) for row in columns.rows(indicator.inputs)]
        return np.array(rows, dtype=np.float64).reshape(-1, width)

    def batched(self, columns: Columns) -> NDArray[np.float64]:
        """Return a row of numbers for each candle, as the twin says them."""
        told = self.twin(*columns.of(self.kind.inputs), *self.arguments)
        return np.column_stack(told if isinstance(told, tuple) else (told,)).astype(np.float64)


def _flat(value: object, nothing: tuple[float, ...]) -> tuple[float, ...]:
    match value:
        case None:
            return nothing
        case Struct():
            return structs.astuple(value)
        case _:
            return (value,)  # type: ignore[return-value]  # all others are plain numbers


CASES: Final = (
    Case(Adx, (14,), adx),
    Case(Adx, (2,), adx),
    Case(Aroon, (25,), aroon),
    Case(Aroon, (1,), aroon),
    Case(Cci, (20,), cci, NEARLY),
    Case(Cci, (2,), cci, NEARLY),
    Case(Ema, (20,), ema),
    Case(Ema, (1,), ema),
    Case(Hma, (16,), hma),
    Case(Hma, (2,), hma),
    Case(Macd, (12, 26, 9), macd),
    Case(Macd, (1, 2, 1), macd),
    Case(Rma, (14,), rma),
    Case(Roc, (10,), roc),
    Case(Roc, (1,), roc),
    Case(Rsi, (14,), rsi),
    Case(Rsi, (2,), rsi),
    Case(SessionVwap, (), session_vwap),
    Case(SessionVwap, (13,), session_vwap),
    Case(Sma, (20,), sma),
    Case(Sma, (1,), sma),
    Case(Stochastic, (14, 3, 3), stochastic),
    Case(Stochastic, (1, 1, 1), stochastic),
    Case(StochRsi, (14, 14, 3), stoch_rsi),
    Case(StochRsi, (2, 3, 1), stoch_rsi),
    Case(Vwap, (20,), vwap),
    Case(Vwap, (1,), vwap),
    Case(Wma, (20,), wma),
    Case(Atr, (14,), atr),
    Case(Donchian, (20,), donchian),
    Case(Supertrend, (10, 3.0), supertrend),
    Case(Swings, (2, 3), swings),
    Case(Swings, (2, 2, "first"), swings),
    Case(Variance, (20,), variance),
    Case(StdDev, (20,), std_dev),
    Case(ZScore, (20,), z_score),
    Case(LinearSlope, (14,), linear_slope),
    Case(Correlation, (30,), correlation),
    Case(Bollinger, (20, 2.0), bollinger),
    Case(Keltner, (20, 10, 2.0), keltner),
    Case(RealisedVolatility, (20,), realised_volatility),
    Case(RealisedVolatility, (30, 365.0), realised_volatility),
    Case(ParabolicSar, (), parabolic_sar),
    Case(ParabolicSar, (0.05, 0.1), parabolic_sar),
    Case(Obv, (), obv),
    Case(Mfi, (14,), mfi),
    Case(Delta, (20,), delta),
    Case(VolumeProfile, (50,), volume_profile),
    Case(VolumeProfile, (20, 100, 0.9), volume_profile),
    Case(Keltner, (5, 10, 1.5), keltner),
    Case(Atr, (1,), atr),
    Case(Donchian, (1,), donchian),
    Case(Swings, (1, 1), swings),
    Case(LinearSlope, (2,), linear_slope),
    Case(Mfi, (1,), mfi),
    Case(VolumeProfile, (1, 7, 1.0), volume_profile),
)
