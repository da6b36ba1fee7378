"""A collector that has nothing to tell."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from noctule.domain.errors import VenueRefused
from noctule.domain.events.base import DataEvent
from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe

__all__ = ["QuietCollector"]

_NOTHING: tuple[DataEvent, ...] = ()


class QuietCollector:
    """Idles until it is stopped."""

    def __init__(self) -> None:
        self.index_prices: dict[Symbol, float] = {}
        self._stopped = asyncio.Event()

    async def start(self) -> None:
        """Begin to idle."""
        self._stopped.clear()

    async def history(
        self,
        symbol: Symbol,
        timeframe: Timeframe,
        count: int,
    ) -> Sequence[Candle]:
        """Return nothing: there is no market here."""
        return ()

    async def index_price(self, symbol: Symbol) -> float:
        """Return what somebody wrote down; nothing else is listed."""
        if symbol not in self.index_prices:
            raise VenueRefused("Invalid symbol.", code=-1121)
        return self.index_prices[symbol]

    async def events(self) -> AsyncIterator[DataEvent]:
        """Wait for the end without a single event."""
        await self._stopped.wait()
        for event in _NOTHING:
            yield event

    async def stop(self) -> None:
        """End the stream."""
        self._stopped.set()
