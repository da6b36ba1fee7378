"""A reference strategy: in a market that goes nowhere, trade the way back to its mean."""

from collections.abc import Sequence
from typing import ClassVar, Final, Self, cast

from pydantic import Field, model_validator
from typing_extensions import override

from noctule.domain.market import Candle
from noctule.domain.regime import Regime
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Side
from noctule.indicators import Atr, Rsi, Sma
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings
from noctule.strategies.drawing import Curve, Drawing, Mark, Tone
from noctule.strategies.stops import stop_behind

__all__ = ["RsiReversion", "RsiReversionSettings", "RsiTurn"]

_SIDES: Final = {Side.BUY: "long", Side.SELL: "short"}
_HOLDING: Final = "waits for its stop, its target, or the end of the range"
_HOLDS: Final = {Direction.LONG: Side.BUY, Direction.SHORT: Side.SELL}


class RsiReversionSettings(StrategySettings, frozen=True):
    """Lengths in candles, bounds of the RSI, and the stop's distance in average true ranges."""

    rsi_candles: int = Field(default=14, ge=2, le=1000, description="candles in the RSI")
    oversold: float = Field(
        default=30, ge=1, le=99, description="RSI that a long comes back through from below"
    )
    overbought: float = Field(
        default=70, ge=1, le=99, description="RSI that a short comes back through from above"
    )
    mean_candles: int = Field(
        default=50, ge=2, le=1000, description="candles in the mean of closes, which is the target"
    )
    atr_candles: int = Field(
        default=14, ge=1, le=1000, description="candles in the average true range"
    )
    stop_atrs: float = Field(
        default=1.5, ge=0.1, le=20, description="the stop's distance from the close, in those"
    )

    @model_validator(mode="after")
    def _bounds_are_apart(self) -> Self:
        if self.oversold >= self.overbought:
            wrong = f"oversold = {self.oversold:g} is not below overbought = {self.overbought:g}"
            raise ValueError(f"{wrong}, lower oversold")
        return self


class RsiReversion(Strategy):
    """Long when the RSI comes back from oversold, short from overbought, and only in a range.

    The target is the mean of the latest closes: where the price is there already, nothing is
    left to come back to. It leaves when the market is no range any more. It looks at base candles
    only, and says nothing before a regime is known.
    It is here as a yardstick for ideas that bet on a return: it wins often and little, and what
    it loses when a range breaks is more. It earns nothing by itself.
    """

    Settings: ClassVar[type[StrategySettings]] = RsiReversionSettings
    reads_regime: ClassVar[bool] = True

    def __init__(self, settings: StrategySettings) -> None:
        super().__init__(settings)
        self._own = cast("RsiReversionSettings", settings)  # the factory built it from Settings

    @property
    @override
    def warmup_bars(self) -> int:
        own = self._own
        return max(own.rsi_candles + 2, own.mean_candles, own.atr_candles + 1)

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        if candle.timeframe is not view.timeframe:
            return None
        rsi = view.indicator(RsiTurn, self._own.rsi_candles)
        mean = view.indicator(Sma, self._own.mean_candles).value
        reach = view.indicator(Atr, self._own.atr_candles).value
        if view.regime is not Regime.RANGE:
            return _leave(view)
        if rsi.before is None or rsi.value is None or mean is None or reach is None:
            return None
        direction = self._turned(rsi.before, rsi.value, candle.close, mean)
        if direction is None or view.position.side is _HOLDS[direction]:
            return None
        return self._entry(direction, candle.close, rsi, mean, reach)

    @override
    def explain(self, candle: Candle, view: MarketView) -> Sequence[Drawing]:
        if candle.timeframe is not view.timeframe:
            return ()
        mean = view.indicator(Sma, self._own.mean_candles).value
        rsi = view.indicator(RsiTurn, self._own.rsi_candles).value
        if mean is None or rsi is None:
            return ()
        told = f"RSI {rsi:.4g}, {view.regime or 'regime unknown'}"
        at_ms = candle.open_ms
        return (
            Curve(label=f"mean of {self._own.mean_candles}", price=mean, at_ms=at_ms),
            Mark(label=told, price=candle.close, at_ms=at_ms, tone=self._tone(rsi)),
        )

    @override
    def waits_for(self, candle: Candle, view: MarketView) -> str | None:
        own = self._own
        rsi = view.indicator(RsiTurn, own.rsi_candles).value
        held, regime = view.position.side, view.regime
        if rsi is None:
            return None
        if held is not None:
            return f"is {_SIDES[held]} in a {regime or 'market of unknown kind'}: {_HOLDING}"
        if regime is not Regime.RANGE:
            return f"the market is {regime or 'of no known kind yet'}: waits for a range"
        at = f"RSI {own.rsi_candles} is {rsi:.3g} in a range"
        if own.oversold <= rsi <= own.overbought:
            return f"{at}: waits for it below {own.oversold:g} or above {own.overbought:g}"
        bound = own.oversold if rsi < own.oversold else own.overbought
        return f"{at}: waits for it to come back through {bound:g}"

    def _turned(self, before: float, now: float, close: float, mean: float) -> Direction | None:
        """Return the way back to the mean, if the index has just turned into it; a leap is none."""
        low, high = self._own.oversold, self._own.overbought
        if before < low <= now < high and close < mean:
            return Direction.LONG
        if before > high >= now > low and close > mean:
            return Direction.SHORT
        return None

    def _entry(
        self, direction: Direction, close: float, rsi: "RsiTurn", mean: float, reach: float
    ) -> Signal | None:
        stop = stop_behind(close, self._own.stop_atrs * reach, direction)
        if stop is None:
            return None
        own = self._own
        bound = f"below {own.oversold:g}"
        if direction is Direction.SHORT:
            bound = f"above {own.overbought:g}"
        reason = (
            f"RSI {own.rsi_candles} came back from {bound}, {rsi.before:.4g} to {rsi.value:.4g}, "
            f"in a range; target the mean {mean:.8g} of {own.mean_candles} candles, "
            f"stop {own.stop_atrs:g} ATR of {reach:.8g} away"
        )
        return Signal(direction=direction, reason=reason, stop=stop, target=mean)

    def _tone(self, rsi: float) -> Tone:
        if rsi < self._own.oversold:
            return Tone.BULLISH
        return Tone.BEARISH if rsi > self._own.overbought else Tone.NEUTRAL


def _leave(view: MarketView) -> Signal | None:
    """Return what to do where no range is: leave what is held."""
    reading = view.regime_reading
    if reading is None or view.position.is_flat:
        return None
    measured = f"trend {reading.trend:.2f}, volatility {reading.volatility:.2f} times the usual"
    reason = f"the range is over: {reading.regime}, {measured}"
    return Signal(direction=Direction.FLAT, reason=reason)


class RsiTurn(Rsi):
    """The RSI, and what it was one candle before."""

    __slots__ = ("before",)

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.before: float | None = None

    @override
    def update(self, number: float) -> float | None:
        """Take the next number."""
        self.before = self.value
        return super().update(number)
