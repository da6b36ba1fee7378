"""The few questions about the market that the collector asks over REST."""

import math
from typing import Protocol

from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.rest.questions import SERVER_TIME, BinanceRest
from noctule.adapters.binance.wire.depth import DEPTH, DEPTH_LEVELS, DepthSnapshot
from noctule.adapters.binance.wire.market_rest import (
    KLINES,
    PREMIUM_INDEX,
    KlineRow,
    klines_weight,
)
from noctule.domain.errors import FeedMalformed
from noctule.domain.values import Symbol, Timeframe

__all__ = ["MarketQuestions", "MarketRest"]


class MarketQuestions(Protocol):
    """What can be asked; every failure is a VenueError."""

    async def klines(
        self,
        symbol: Symbol,
        timeframe: Timeframe,
        *,
        limit: int,
        start_ms: int | None = None,
        end_ms: int | None = None,
        lane: Lane = Lane.READ,
    ) -> list[KlineRow]:
        """Return the first so many klines from a start on, else the last so many up to an end.

        Both are opening times. The last kline of all is usually still open.
        """
        ...

    async def server_ms(self) -> int:
        """Return the exchange's time."""
        ...

    async def depth(self, symbol: Symbol) -> DepthSnapshot:
        """Return the whole order book, as far as it is shown."""
        ...

    async def index_price(self, symbol: Symbol) -> float:
        """Return where the index stands; raises FeedMalformed too."""
        ...


class MarketRest:
    """Asks the exchange; what settles no doubt may not spend the last of the budget."""

    def __init__(self, rest: BinanceRest) -> None:
        self._rest = rest

    async def klines(
        self,
        symbol: Symbol,
        timeframe: Timeframe,
        *,
        limit: int,
        start_ms: int | None = None,
        end_ms: int | None = None,
        lane: Lane = Lane.READ,
    ) -> list[KlineRow]:
        """Return the first so many klines from a start on, else the last so many up to an end.

        Both are opening times. The last kline of all is usually still open.
        """
        client = self._rest.client
        return await self._rest.run(
            KLINES,
            lambda: client.klines(
                symbol, timeframe.value, startTime=start_ms, endTime=end_ms, limit=limit
            ),
            lane=lane,
            weight=klines_weight(limit),
        )

    async def server_ms(self) -> int:
        """Return the exchange's time."""
        answer = await self._rest.run(SERVER_TIME, self._rest.client.time, lane=Lane.READ)
        return answer.server_time

    async def depth(self, symbol: Symbol) -> DepthSnapshot:
        """Return the whole order book, as far as it is shown."""
        client = self._rest.client
        return await self._rest.run(
            DEPTH, lambda: client.depth(symbol, limit=DEPTH_LEVELS), lane=Lane.READ
        )

    async def index_price(self, symbol: Symbol) -> float:
        """Return where the index stands; raises FeedMalformed too."""
        client = self._rest.client
        answer = await self._rest.run(
            PREMIUM_INDEX, lambda: client.mark_price(symbol), lane=Lane.READ
        )
        if not 0 < answer.index_price < math.inf:
            raise FeedMalformed(f"{symbol}: index {answer.index_price}")
        return answer.index_price
