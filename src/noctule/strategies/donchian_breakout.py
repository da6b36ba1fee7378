"""A reference strategy: buy new highs, sell new lows, and leave when the move turns."""

from collections.abc import Sequence
from typing import ClassVar, Self, cast

from pydantic import Field, model_validator
from typing_extensions import override

from noctule.domain.figures import figure, share
from noctule.domain.market import Candle
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Side
from noctule.indicators import Atr, Channel, Donchian
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings
from noctule.strategies.drawing import Curve, Drawing
from noctule.strategies.stops import stop_behind

__all__ = ["DonchianBreakout", "DonchianBreakoutSettings"]


class DonchianBreakoutSettings(StrategySettings, frozen=True):
    """Lengths in candles; how far the stop is away, in average true ranges."""

    entry_candles: int = Field(
        default=20,
        ge=2,
        le=1000,
        description="candles before, whose extreme an entry closes beyond",
    )
    exit_candles: int = Field(
        default=10, ge=1, le=1000, description="the same for leaving; not more than entry_candles"
    )
    atr_candles: int = Field(
        default=14, ge=1, le=1000, description="candles in the average true range"
    )
    stop_atrs: float = Field(
        default=2.0, ge=0.1, le=20, description="the stop's distance from the close, in those"
    )

    @model_validator(mode="after")
    def _the_exit_is_not_the_longer(self) -> Self:
        if self.exit_candles > self.entry_candles:
            wrong = f"exit_candles = {self.exit_candles} is above entry_candles"
            raise ValueError(f"{wrong} = {self.entry_candles}, lower exit_candles")
        return self


class DonchianBreakout(Strategy):
    """Long on a close above the highest high of so many candles, short below their lowest low.

    The candles are those before the one that closes. It leaves on a close beyond the shorter
    channel behind the price, if its stop has not done so before. It looks at base candles only.
    It is here as a yardstick for ideas that follow trends: most breakouts fail, few carry all the
    rest, and costs count each time. It earns nothing by itself.
    """

    Settings: ClassVar[type[StrategySettings]] = DonchianBreakoutSettings
    reverse: ClassVar[bool] = True  # who is long and sees a new low, was wrong

    def __init__(self, settings: StrategySettings) -> None:
        super().__init__(settings)
        self._own = cast("DonchianBreakoutSettings", settings)  # the factory built it from Settings

    @property
    @override
    def warmup_bars(self) -> int:
        return max(self._own.entry_candles, self._own.atr_candles) + 1

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        if candle.timeframe is not view.timeframe:
            return None
        wide = view.indicator(Donchian, self._own.entry_candles).before
        narrow = view.indicator(Donchian, self._own.exit_candles).before
        reach = view.indicator(Atr, self._own.atr_candles).value
        if wide is None or narrow is None or reach is None:
            return None
        if narrow.lower <= candle.close <= narrow.upper:  # and so within the longer channel, too
            return None
        held, entry = view.position.side, None
        if candle.close > wide.upper and held is not Side.BUY:
            entry = self._entry(Direction.LONG, candle.close, wide.upper, reach)
        elif candle.close < wide.lower and held is not Side.SELL:
            entry = self._entry(Direction.SHORT, candle.close, wide.lower, reach)
        return entry or self._exit(candle.close, narrow, held)

    @override
    def explain(self, candle: Candle, view: MarketView) -> Sequence[Drawing]:
        if candle.timeframe is not view.timeframe:
            return ()
        own, at_ms = self._own, candle.open_ms
        drawn: list[Drawing] = []
        for count in dict.fromkeys((own.entry_candles, own.exit_candles)):
            channel = view.indicator(Donchian, count).before
            if channel is not None:
                high, low = f"highest of {count} before", f"lowest of {count} before"
                drawn.append(Curve(label=high, price=channel.upper, at_ms=at_ms))
                drawn.append(Curve(label=low, price=channel.lower, at_ms=at_ms))
        return drawn

    @override
    def waits_for(self, candle: Candle, view: MarketView) -> str | None:
        wide = view.indicator(Donchian, self._own.entry_candles).value
        narrow = view.indicator(Donchian, self._own.exit_candles).value
        if wide is None or narrow is None:
            return None
        held, close = view.position.side, candle.close
        at = f"close {figure(close)}"
        if held is not None:
            bound, beyond = (narrow.lower, "below") if held is Side.BUY else (narrow.upper, "above")
            away = share((close - bound) / close)
            return f"{at}: leaves {beyond} {figure(bound)}, {away} away"
        above, below = share((wide.upper - close) / close), share((close - wide.lower) / close)
        return (
            f"{at}: waits for one above {figure(wide.upper)}, {above} away, "
            f"or below {figure(wide.lower)}, {below} away"
        )

    def _entry(
        self, direction: Direction, close: float, bound: float, reach: float
    ) -> Signal | None:
        stop = stop_behind(close, self._own.stop_atrs * reach, direction)
        if stop is None:
            return None
        side, best = ("above", "high") if direction is Direction.LONG else ("below", "low")
        reason = (
            f"close {close:.8g} {side} {bound:.8g}, the {best} of {self._own.entry_candles} "
            f"candles before; stop {self._own.stop_atrs:g} ATR of {reach:.8g} away"
        )
        return Signal(direction=direction, reason=reason, stop=stop)

    def _exit(self, close: float, narrow: Channel, held: Side | None) -> Signal | None:
        if held is Side.BUY and close < narrow.lower:
            return self._leave(close, f"below {narrow.lower:.8g}, the low")
        if held is Side.SELL and close > narrow.upper:
            return self._leave(close, f"above {narrow.upper:.8g}, the high")
        return None

    def _leave(self, close: float, beyond: str) -> Signal:
        reason = f"close {close:.8g} {beyond} of {self._own.exit_candles} candles before"
        return Signal(direction=Direction.FLAT, reason=reason)
