"""A reference strategy: be on the side of the Supertrend, with the stop at its line."""

from collections.abc import Sequence
from typing import ClassVar, cast

from msgspec import Struct
from pydantic import Field
from typing_extensions import override

from noctule.domain.figures import figure, share
from noctule.domain.market import Candle
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Side
from noctule.indicators import Supertrend, SupertrendValue
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings
from noctule.strategies.drawing import Curve, Drawing
from noctule.strategies.stops import is_stop

__all__ = ["SupertrendFlip", "SupertrendFollow", "SupertrendFollowSettings"]


class SupertrendFollowSettings(StrategySettings, frozen=True):
    """Over how many candles the range is averaged, and how many of it the line is away."""

    atr_candles: int = Field(
        default=10, ge=1, le=1000, description="candles in the average true range"
    )
    factor: float = Field(
        default=3.0,
        ge=0.5,
        le=20,
        description="the line's distance from the middle of a candle, in those",
    )


class SupertrendFollow(Strategy):
    """Long when the Supertrend turns up, short when it turns down, each with its stop at the line.

    A turn against what is held closes it and enters the other way; with `reverse = false` in the
    INI it closes only. The stop stays where the line was at the entry, while the line comes
    closer. It looks at base candles only.
    It is here as a yardstick: in a market without trends it turns and pays, turn after turn. It
    earns nothing by itself.
    """

    Settings: ClassVar[type[StrategySettings]] = SupertrendFollowSettings
    reverse: ClassVar[bool] = True

    def __init__(self, settings: StrategySettings) -> None:
        super().__init__(settings)
        self._own = cast("SupertrendFollowSettings", settings)  # the factory built it from Settings

    @property
    @override
    def warmup_bars(self) -> int:
        return self._own.atr_candles + 2

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        if candle.timeframe is not view.timeframe:
            return None
        trend = view.indicator(SupertrendFlip, self._own.atr_candles, self._own.factor)
        before, now = trend.before, trend.value
        if before is None or now is None or before.direction == now.direction:
            return None
        direction = Direction.LONG if now.direction > 0 else Direction.SHORT
        if is_stop(now.line, candle.close, direction):
            reason = self._reason(candle.close, before, now)
            return Signal(direction=direction, reason=reason, stop=now.line)
        return _leave(direction, candle.close, now.line, view)

    @override
    def explain(self, candle: Candle, view: MarketView) -> Sequence[Drawing]:
        if candle.timeframe is not view.timeframe:
            return ()
        trend = view.indicator(SupertrendFlip, self._own.atr_candles, self._own.factor).value
        if trend is None:
            return ()
        label = f"Supertrend {self._own.atr_candles} {self._own.factor:g}"
        return [Curve(label=label, price=trend.line, at_ms=candle.open_ms)]

    @override
    def waits_for(self, candle: Candle, view: MarketView) -> str | None:
        trend = view.indicator(SupertrendFlip, self._own.atr_candles, self._own.factor).value
        if trend is None:
            return None
        side, beyond = ("up", "below") if trend.direction > 0 else ("down", "above")
        away = share((candle.close - trend.line) / candle.close)
        return (
            f"Supertrend is {side} at {figure(candle.close)}: waits for a close {beyond} "
            f"its line {figure(trend.line)}, {away} away"
        )

    def _reason(self, close: float, before: SupertrendValue, now: SupertrendValue) -> str:
        turned = "up" if now.direction > 0 else "down"
        name = f"Supertrend {self._own.atr_candles} {self._own.factor:g}"
        return (
            f"{name} turned {turned} at {close:.8g}: its line "
            f"went from {before.line:.8g} to {now.line:.8g}, where the stop is"
        )


def _leave(direction: Direction, close: float, line: float, view: MarketView) -> Signal | None:
    """Leave what is held against a turn whose line is no stop: the range collapsed in it."""
    held = view.position.side
    if held is None or held is (Side.BUY if direction is Direction.LONG else Side.SELL):
        return None
    reason = f"Supertrend turned {direction}, but its line {line:.8g} is no stop at {close:.8g}"
    return Signal(direction=Direction.FLAT, reason=reason)


class SupertrendFlip(Supertrend):
    """The Supertrend, and what it was one candle before."""

    __slots__ = ("before",)

    def __init__(self, length: int, factor: float) -> None:
        super().__init__(length, factor)
        self.before: SupertrendValue | None = None

    @override
    def update(self, high: float, low: float, close: float) -> SupertrendValue | None:
        """Take the next candle's high, low and close."""
        self.before = self.value
        return super().update(high, low, close)

    @override
    def _shape(self, name: str) -> type[Struct] | None:
        return SupertrendValue if name in ("before", "value") else None
