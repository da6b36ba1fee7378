"""Where candles and prices come from."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from noctule.domain.events.base import DataEvent
from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe

__all__ = ["Collector"]


class Collector(Protocol):
    """A stream of market events, and the history before them."""

    async def start(self) -> None:
        """Connect."""
        ...

    async def history(self, symbol: Symbol, timeframe: Timeframe, count: int) -> Sequence[Candle]:
        """Return the latest closed candles, oldest first.

        Asked before `start`, it says where `events` begins: with the candle after the last one.
        """
        ...

    async def index_price(self, symbol: Symbol) -> float:
        """Return where a contract's index stands now; it need not be one that is traded.

        Every failure is a VenueError or a FeedError.
        """
        ...

    def events(self) -> AsyncIterator[DataEvent]:
        """Yield what happens from now on: each closed candle exactly once, in order."""
        ...

    async def stop(self) -> None:
        """Disconnect; `events` ends."""
        ...
