"""Questions about the market's past, page by page; no key is needed for any."""

from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.wire.market_rest import klines_weight
from noctule.adapters.binance.wire.past import (
    FUNDINGS,
    KLINE_TEXTS,
    MARK_KLINE_TEXTS,
    KlineText,
    SettledRow,
)
from noctule.adapters.binance.wire.rules import CONTRACTS
from noctule.domain.values import Symbol, Timeframe

__all__ = ["PastRest"]


class PastRest:
    """Asks with the patience of somebody who has time; every failure is a VenueError."""

    def __init__(self, rest: BinanceRest) -> None:
        self._rest = rest

    async def now_ms(self) -> int:
        """Return the exchange's time; it is asked once, so that nobody waits for who is not there.

        It is as early as it may be: a market in fast motion has gone on since.
        """
        await self._rest.measure_time()
        return self._rest.time.now_ms()

    async def symbols(self) -> frozenset[Symbol]:
        """Return the contracts there are, and learn how much may be asked."""
        answer = await self._rest.run(CONTRACTS, self._rest.client.exchange_info, lane=Lane.READ)
        self._rest.gate.budget.learn(tuple(answer.rate_limits))
        return frozenset(row.symbol for row in answer.symbols)

    async def klines(
        self, symbol: Symbol, timeframe: Timeframe, *, start_ms: int, limit: int
    ) -> list[KlineText]:
        """Return the first so many candles that open from a time on; the last may be open."""
        client = self._rest.client
        return await self._rest.run(
            KLINE_TEXTS,
            lambda: client.klines(symbol, timeframe.value, startTime=start_ms, limit=limit),
            lane=Lane.READ,
            weight=klines_weight(limit),
        )

    async def mark_klines(
        self, symbol: Symbol, timeframe: Timeframe, *, start_ms: int, limit: int
    ) -> list[KlineText]:
        """Return the same of the mark price."""
        client = self._rest.client
        return await self._rest.run(
            MARK_KLINE_TEXTS,
            lambda: client.mark_price_klines(
                symbol, timeframe.value, startTime=start_ms, limit=limit
            ),
            lane=Lane.READ,
            weight=klines_weight(limit),
        )

    async def fundings(self, symbol: Symbol, *, start_ms: int, limit: int) -> list[SettledRow]:
        """Return the first so many fundings from a time on."""
        client = self._rest.client
        return await self._rest.run(
            FUNDINGS,
            lambda: client.funding_rate(symbol, startTime=start_ms, limit=limit),
            lane=Lane.READ,
        )
