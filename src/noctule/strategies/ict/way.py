"""Which way something speaks: for higher prices, or for lower ones."""

from enum import IntEnum

from noctule.domain.market import Candle
from noctule.domain.signals import Direction
from noctule.strategies.drawing import Tone

__all__ = ["Trend", "Way", "came_back_to", "went_to"]


class Way(IntEnum):
    """Up or down; multiplied with a distance, the way it speaks for counts as positive."""

    UP = 1
    DOWN = -1

    @property
    def opposite(self) -> "Way":
        """Return the other way."""
        return Way.DOWN if self is Way.UP else Way.UP

    @property
    def direction(self) -> Direction:
        """Return the position it calls for."""
        return Direction.LONG if self is Way.UP else Direction.SHORT

    @property
    def tone(self) -> Tone:
        """Return how it is drawn."""
        return Tone.BULLISH if self is Way.UP else Tone.BEARISH

    @property
    def extreme(self) -> str:
        """Return which end of a candle lies furthest this way."""
        return "high" if self is Way.UP else "low"


class Trend(IntEnum):
    """Where the structure points: up, down, or nowhere, before its first break."""

    UP = 1
    NONE = 0
    DOWN = -1

    def agrees_with(self, way: Way) -> bool:
        """Tell whether it points the same way."""
        return self.value == way.value


def went_to(candle: Candle, way: Way) -> float:
    """Return the price furthest this way that a candle traded at."""
    return candle.high if way is Way.UP else candle.low


def came_back_to(candle: Candle, way: Way) -> float:
    """Return the price furthest against this way that a candle traded at."""
    return candle.low if way is Way.UP else candle.high
