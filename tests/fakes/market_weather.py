"""Markets with a character, drawn by hand: bars that follow one another, each as asked for."""

from collections.abc import Iterable
from random import Random

from noctule.domain.market import Candle
from noctule.domain.values import Timeframe
from tests.builders import START_MS, candle

__all__ = ["Weather", "any_market"]


class Weather:
    """Draws one bar after the other; each method carries on from where the price is."""

    def __init__(self, price: float = 1_000.0, timeframe: Timeframe = Timeframe.M1) -> None:
        self.price = price
        self.bars: list[Candle] = []
        self._timeframe = timeframe
        self._open_ms = START_MS
        self._is_up = True  # came the latest swing

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
        """Go down and up in turn, to nowhere."""
        steps = []
        for _ in range(count):
            self._is_up = not self._is_up
            steps.append(1.0 if self._is_up else -1.0)
        return self.go(steps, reach=reach, volume=volume)


def any_market(random: Random, count: int) -> list[Candle]:
    """Draw a market that changes its character every few candles."""
    weather = Weather()
    while len(weather.bars) < count:
        drift, wildness = random.uniform(-1, 1), random.choice([0.0, 0.5, 8.0])
        volume = random.choice([0.0, 0.1, 10.0, 300.0])
        steps = [drift + wildness * random.gauss(0, 1) for _ in range(random.randint(1, 40))]
        weather.go([max(step, 1 - weather.price) for step in steps], reach=0.0, volume=volume)
        weather.price = max(weather.price, 500.0)
    return weather.bars[:count]
