"""The reference strategy: two simple moving averages, and which of them is on top."""

from math import fsum
from typing import ClassVar, Self, cast

from pydantic import Field, model_validator
from typing_extensions import override

from noctule.domain.market import Candle
from noctule.domain.signals import Direction, Signal
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings

__all__ = ["SmaCross", "SmaCrossSettings"]


class SmaCrossSettings(StrategySettings, frozen=True):
    """Lengths of the two averages, in candles."""

    fast: int = Field(default=10, ge=1, le=1000)
    slow: int = Field(default=30, ge=2, le=1000)

    @model_validator(mode="after")
    def _fast_is_the_shorter(self) -> Self:
        if self.fast >= self.slow:
            wrong = f"fast = {self.fast} is not shorter than slow = {self.slow}"
            raise ValueError(f"{wrong}, lower fast")
        return self


class SmaCross(Strategy):
    """Long when the fast average crosses above the slow one, short when it crosses below."""

    Settings: ClassVar[type[StrategySettings]] = SmaCrossSettings

    def __init__(self, settings: StrategySettings) -> None:
        super().__init__(settings)
        self._lengths = cast("SmaCrossSettings", settings)  # the factory built it from Settings

    @property
    @override
    def warmup_bars(self) -> int:
        return self._lengths.slow + 1

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        closes = view.history(candle.timeframe).closes(self.warmup_bars)
        if len(closes) < self.warmup_bars:
            return None
        before = self._gap(closes[:-1])
        now = self._gap(closes[1:])
        if before <= 0 < now:
            return self._signal(Direction.LONG, "above", now)
        if now < 0 <= before:
            return self._signal(Direction.SHORT, "below", now)
        return None

    def _gap(self, closes: list[float]) -> float:
        """Return how far the fast average stands above the slow one.

        Both are measured from the last close, so that in a market that stands still the gap is
        nothing at all; averages of the prices themselves would cross by their rounding errors.
        """
        fast, slow = self._lengths.fast, self._lengths.slow
        moves = [close - closes[-1] for close in closes]
        return fsum(moves[-fast:]) / fast - fsum(moves) / slow

    def _signal(self, direction: Direction, where: str, gap: float) -> Signal:
        fast, slow = self._lengths.fast, self._lengths.slow
        reason = f"SMA {fast} crossed {where} SMA {slow} by {abs(gap):.8g}"
        return Signal(direction=direction, reason=reason)
