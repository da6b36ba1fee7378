"""A strategy in a file of its owner's own: two timeframes, four indicators, and it reverses."""

from typing import ClassVar, cast

from pydantic import Field
from typing_extensions import override

from noctule.indicators import Atr, Ema, Rsi
from noctule.strategies import Candle, Direction, MarketView, Signal, Strategy, StrategySettings


class TurningIdeaSettings(StrategySettings, frozen=True):
    """How slow its averages are, and how far its stop."""

    fast: int = Field(default=9, ge=1, le=200, description="candles in the fast average")
    slow: int = Field(default=21, ge=2, le=500, description="candles in the slow average")
    trend: int = Field(default=20, ge=2, le=200, description="higher candles in the trend's")
    stop_atrs: float = Field(default=2.0, gt=0, le=20, description="the stop's distance, in ATRs")


class TurningIdea(Strategy):
    """With each turn of two averages, if the next timeframe agrees; out when it is overdone."""

    Settings: ClassVar[type[StrategySettings]] = TurningIdeaSettings
    reverse: ClassVar[bool] = True

    def __init__(self, settings: StrategySettings) -> None:
        super().__init__(settings)
        self.own = cast("TurningIdeaSettings", settings)
        self.was_above: bool | None = None

    @property
    @override
    def warmup_bars(self) -> int:
        return self.own.slow + 1

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        higher = view.on(view.timeframes[1])
        trend = higher.indicator(Ema, self.own.trend).value
        if trend is None:
            return None
        if candle.timeframe != view.timeframe:
            return _left_behind(candle, trend, view)
        atr, rsi = view.indicator(Atr, 14).value, view.indicator(Rsi, 14).value
        fast, slow = (view.indicator(Ema, each).value for each in (self.own.fast, self.own.slow))
        if atr is None or rsi is None or fast is None or slow is None:
            return None
        was_above, self.was_above = self.was_above, fast > slow
        if was_above is None or was_above == self.was_above:
            return _overdone(rsi, view)
        return self._turn(candle, trend, atr)

    def _turn(self, candle: Candle, trend: float, atr: float) -> Signal:
        direction = Direction.LONG if self.was_above else Direction.SHORT
        way = 1 if self.was_above else -1
        if (candle.close - trend) * way <= 0:
            return Signal(direction=Direction.FLAT, reason=f"turned {direction} against the trend")
        return Signal(
            direction=direction,
            reason=f"turned {direction} at {candle.close:.8g}, the trend is at {trend:.8g}",
            stop=candle.close - way * self.own.stop_atrs * atr,
            target=candle.close + way * 2 * self.own.stop_atrs * atr,
            factors={"trend": candle.close / trend - 1},
        )


def _overdone(rsi: float, view: MarketView) -> Signal | None:
    held = view.position.signed_quantity
    if (held > 0 and rsi > 80) or (held < 0 and rsi < 20):
        return Signal(direction=Direction.FLAT, reason=f"RSI is {rsi:.4g}")
    return None


def _left_behind(candle: Candle, trend: float, view: MarketView) -> Signal | None:
    """Leave when a higher candle closes on the wrong side."""
    if view.position.signed_quantity * (1 if candle.close > trend else -1) < 0:
        return Signal(direction=Direction.FLAT, reason=f"{candle.timeframe} closed against it")
    return None
