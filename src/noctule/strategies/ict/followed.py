"""What a view can follow candle by candle, though it is more than numbers."""

from typing import ClassVar, NoReturn

from typing_extensions import override

from noctule.indicators.base import Indicator
from noctule.strategies.ict.way import Trend

__all__ = ["Followed"]


class Followed(Indicator[Trend]):
    """Takes whole candles, and is warmed by the history there is, never by a memento.

    Its value is the trend, once it is warm. What else it knows are zones, pools and stories, which
    are made anew from the candles: they are few and always there.
    """

    __slots__ = ("_taken", "_warmup")

    inputs: ClassVar[tuple[str, ...]] = ()  # the candle itself

    def __init__(self, *arguments: float | str, warmup: int) -> None:
        super().__init__(*arguments)
        self._warmup = warmup
        self._taken = 0

    @property
    @override
    def warmup(self) -> int:
        return self._warmup

    @override
    def snapshot(self) -> NoReturn:
        """Refuse, and say what to do instead."""
        raise TypeError(f"{type(self).__name__} is made anew from candles, not from a memento")

    @override
    def restore(self, memento: object) -> NoReturn:
        """Refuse, and say what to do instead."""
        self.snapshot()

    def _told(self, trend: Trend) -> Trend | None:
        """Count a candle, and return the trend after it; None while it is warming up."""
        self._taken += 1
        if self._taken >= self._warmup:
            self.value = trend
        return self.value
