"""The bias: where the structure of a higher timeframe points."""

from typing_extensions import override

from noctule.domain.market import Candle
from noctule.strategies.ict.followed import Followed
from noctule.strategies.ict.structure import Break, Structure
from noctule.strategies.ict.way import Trend

__all__ = ["Bias"]


class Bias(Followed):
    """Follows the structure of one timeframe, swings of the same strength on both sides."""

    __slots__ = ("_structure", "_taken", "_warmup", "timeframe")

    def __init__(self, timeframe: str, strength: int, memory: int) -> None:
        super().__init__(timeframe, strength, memory)
        self.timeframe = timeframe
        self._structure = Structure(left=strength, right=strength, memory=memory)
        self._warmup = 2 * strength + 1
        self._taken = 0

    @property
    @override
    def warmup(self) -> int:
        return self._warmup

    @property
    def latest(self) -> Break | None:
        """Return the break that made the trend what it is; None before the first."""
        breaks = self._structure.breaks
        return breaks[-1] if breaks else None

    @override
    def update(self, candle: Candle) -> Trend | None:
        """Take the next closed candle."""
        self._structure.update(candle)
        self._taken += 1
        if self._taken >= self._warmup:
            self.value = self._structure.trend
        return self.value
