"""What a view can follow candle by candle, though it is more than numbers."""

from typing import ClassVar, NoReturn

from typing_extensions import override

from noctule.indicators.base import Indicator
from noctule.strategies.ict.way import Trend

__all__ = ["Followed"]


class Followed(Indicator[Trend]):
    """Takes whole candles, and is warmed by the history there is, never by a memento.

    Its value is a trend. What else it knows are zones, pools and stories, which are made anew
    from the candles: they are few and always there.
    """

    __slots__ = ()

    inputs: ClassVar[tuple[str, ...]] = ()  # the candle itself

    @override
    def snapshot(self) -> NoReturn:
        """Refuse, and say what to do instead."""
        raise TypeError(f"{type(self).__name__} is made anew from candles, not from a memento")

    @override
    def restore(self, memento: object) -> NoReturn:
        """Refuse, and say what to do instead."""
        self.snapshot()
