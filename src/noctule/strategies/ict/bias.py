"""The bias: where the structure of a higher timeframe points."""

from typing_extensions import override

from noctule.domain.market import Candle
from noctule.strategies.ict.followed import Followed
from noctule.strategies.ict.structure import Break, Structure
from noctule.strategies.ict.way import Trend

__all__ = ["Bias"]


class Bias(Followed):
    """Follows the structure of one timeframe, swings of the same strength on both sides."""

    __slots__ = ("_structure", "timeframe")

    def __init__(self, timeframe: str, strength: int, memory: int) -> None:
        super().__init__(timeframe, strength, memory, warmup=2 * strength + 1)
        self.timeframe = timeframe
        self._structure = Structure(left=strength, right=strength, memory=memory)

    @property
    def latest(self) -> Break | None:
        """Return the break that made the trend what it is; None before the first."""
        breaks = self._structure.breaks
        return breaks[-1] if breaks else None

    @override
    def update(self, candle: Candle) -> Trend | None:
        """Take the next closed candle."""
        self._structure.update(candle)
        return self._told(self._structure.trend)
