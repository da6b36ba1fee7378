"""Markets with a character, drawn by hand: bars that follow one another, each as it is asked for."""

from collections.abc import Iterable

from noctule.domain.market import Candle
from noctule.domain.values import Timeframe
from tests.builders import START_MS, candle

__all__ = ["Weather"]


class Weather:
    """Draws one bar after the other; each method carries on from where the price is."""

    def __init__(self, price: float = 1_000.0, timeframe: Timeframe = Timeframe.M1) -> None:
        self.price = price
        self.bars: list[Candle] = []
        self._timeframe = timeframe
        self._open_ms = START_MS

    def go(
        self, steps: Iterable[float], *, reach: float = 1.0, volume: float = 10.0
    ) -> list[Candle]:
        """Move by these steps; each bar also reaches so far beyond its body, to either side."""
        told = len(self.bars)
        for step in steps:
            opened, self.price = self.price, self.price + step
            bar = candle(
                self.price,
                timeframe=self._timeframe,
                open_ms=self._open_ms,
                open=opened,
                high=max(opened, self.price) + reach,
                low=min(opened, self.price) - reach,
                volume=volume,
            )
            self.bars.append(bar)
            self._open_ms = bar.close_ms + 1
        return self.bars[told:]

    def swing(self, count: int, *, reach: float = 1.0, volume: float = 10.0) -> list[Candle]:
        """Go up and down in turn, to nowhere."""
        steps = [1.0 if index % 2 else -1.0 for index in range(count)]
        return self.go(steps, reach=reach, volume=volume)
