"""The reference strategy: two simple moving averages, and which of them is on top."""

from collections.abc import Sequence
from typing import ClassVar, Final, Self, cast

from pydantic import Field, model_validator
from typing_extensions import override

from noctule.domain.figures import figure, share
from noctule.domain.market import Candle
from noctule.domain.signals import Direction, Signal
from noctule.indicators.averages import Sma
from noctule.indicators.base import Indicator
from noctule.indicators.window import Window
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings
from noctule.strategies.drawing import Curve, Drawing

__all__ = ["AverageGap", "SmaCross", "SmaCrossSettings"]

NO_GAP_SHARE: Final = 1e-12  # of the price: what is less comes of rounding, not of the market


class SmaCrossSettings(StrategySettings, frozen=True):
    """Lengths of the two averages, in candles."""

    fast: int = Field(default=10, ge=1, le=1000, description="candles in the fast average")
    slow: int = Field(
        default=30, ge=2, le=1000, description="candles in the slow one; more than in the fast one"
    )

    @model_validator(mode="after")
    def _fast_is_the_shorter(self) -> Self:
        if self.fast >= self.slow:
            wrong = f"fast = {self.fast} is not shorter than slow = {self.slow}"
            raise ValueError(f"{wrong}, lower fast")
        return self


class SmaCross(Strategy):
    """Long when the fast average crosses above the slow one, short when it crosses below.

    It is here to show how a strategy is written and to have something to try the bot with. It is
    late by nature and loses its costs again and again in a market that goes nowhere: it earns
    nothing by itself.
    """

    Settings: ClassVar[type[StrategySettings]] = SmaCrossSettings

    def __init__(self, settings: StrategySettings) -> None:
        super().__init__(settings)
        lengths = cast("SmaCrossSettings", settings)  # the factory built it from Settings
        self._fast, self._slow = lengths.fast, lengths.slow

    @property
    @override
    def warmup_bars(self) -> int:
        return self._slow + 1

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        gap = view.on(candle.timeframe).indicator(AverageGap, self._fast, self._slow)
        before, now = gap.before, gap.value
        if before is None or now is None:
            return None
        if before <= 0 < now:
            return self._signal(Direction.LONG, "above", now)
        if now < 0 <= before:
            return self._signal(Direction.SHORT, "below", now)
        return None

    @override
    def explain(self, candle: Candle, view: MarketView) -> Sequence[Drawing]:
        frame = view.on(candle.timeframe)
        means = {length: frame.indicator(Sma, length).value for length in (self._fast, self._slow)}
        return [
            Curve(label=f"SMA {length}", price=mean, at_ms=candle.open_ms)
            for length, mean in means.items()
            if mean is not None
        ]

    @override
    def waits_for(self, candle: Candle, view: MarketView) -> str | None:
        frame = view.on(candle.timeframe)
        gap = frame.indicator(AverageGap, self._fast, self._slow).value
        slow = frame.indicator(Sma, self._slow).value
        if gap is None or slow is None:
            return None
        where, other = ("above", "below") if gap > 0 else ("below", "above")
        distance = f"{share(gap / slow)} {where}" if gap else "level with"
        return (
            f"SMA {self._fast} at {figure(slow + gap)} is {distance} SMA {self._slow}: "
            f"waits for it to cross {other if gap else 'to either side'}"
        )

    def _signal(self, direction: Direction, where: str, gap: float) -> Signal:
        reason = f"SMA {self._fast} crossed {where} SMA {self._slow} by {abs(gap):.8g}"
        return Signal(direction=direction, reason=reason)


class AverageGap(Indicator[float]):
    """How far a fast average stands above a slow one, and how far it did one candle before.

    In a market that stands still the two are equal but for their rounding, which is no gap.
    """

    __slots__ = ("_closes", "_closes_fast", "_fast", "_slow", "before")

    inputs: ClassVar[tuple[str, ...]] = ()

    def __init__(self, fast: int, slow: int) -> None:
        super().__init__(fast, slow)
        self._fast, self._slow = fast, slow
        self._closes_fast, self._closes = Window(fast), Window(slow)
        self.before: float | None = None

    @property
    @override
    def warmup(self) -> int:
        return self._slow

    @override
    def update(self, candle: Candle) -> float | None:
        """Take the next candle."""
        close, closes_fast, closes = candle.close, self._closes_fast, self._closes
        closes_fast.push(close)
        if not closes.push(close):
            return None
        gap = closes_fast.total / self._fast - closes.total / self._slow
        nothing = NO_GAP_SHARE * close
        if -nothing < gap < nothing:
            gap = 0.0
        self.before, self.value = self.value, gap
        return gap
