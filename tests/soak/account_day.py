"""An account on the day of candles: it trades, and its listen key dies loudly and silently."""

import asyncio
import itertools
from collections import Counter
from functools import partial
from random import Random
from typing import Final

import aiohttp
from msgspec import Struct

from noctule.adapters.binance.account_stream import BinanceAccountStream
from noctule.adapters.binance.collector import MarketRoads
from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.wire.account import USER_TRADES
from noctule.adapters.binance.wire.orders import NEW_ORDER
from noctule.domain.events.order import AccountFeedLost, AccountFeedRestored, OrderFilled
from noctule.domain.values import Symbol
from tests.fakes.loopback import KEY, SECRET, TOKEN

__all__ = ["AccountDay", "AccountFindings"]

_QUANTITIES: Final = {"BTCUSDT": "0.010", "ETHUSDT": "0.10", "SOLUSDT": "1"}
_TRADED_EVERY_S: Final = 0.5
_HEALED_S_MAX: Final = 30  # real seconds, for a position is open most of the time
_EXPIRED_EVERY_S: Final = (12.0, 20.0)


class AccountFindings(Struct, kw_only=True):
    """What the account's day came to."""

    trades: int = 0
    missing: int = 0
    repeated: int = 0
    lost: int = 0
    restored: int = 0
    expired: int = 0

    @property
    def is_good(self) -> bool:
        """Tell whether every fill was told once."""
        return not (self.missing or self.repeated)


class AccountDay:
    """A trader by hand, and the account stream that hears of it."""

    def __init__(
        self,
        rest: BinanceRest,
        roads: MarketRoads,
        *,
        session: aiohttp.ClientSession,
        findings: AccountFindings,
    ) -> None:
        self.findings = findings
        self._rest = rest
        self._account = BinanceAccountStream(
            rest=rest,
            transport=roads.transport,
            clock=rest.time,
            jitter=Random(8),
            stream_url=roads.stream_url,
            symbols=[Symbol(name) for name in _QUANTITIES],
        )
        self._session = session
        self._random = Random(9)
        self._told: Counter[tuple[str, int]] = Counter()

    async def spend(self, real_s: float) -> None:
        """Trade and hear for so long, then compare with what the exchange has."""
        await self._control("accounts", apiKey=KEY, secret=SECRET, deposit="100000000")
        await self._account.start()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            troubles = [group.create_task(self._trade()), group.create_task(self._expire())]
            await asyncio.sleep(real_s)
            for trouble in troubles:
                trouble.cancel()
            await asyncio.sleep(_HEALED_S_MAX)
            await self._account.stop()
        await self._compare()

    async def _listen(self) -> None:
        async for event in self._account.events():
            match event:
                case OrderFilled(fill=fill):
                    self._told[fill.symbol, fill.trade_id] += 1
                case AccountFeedLost():
                    self.findings.lost += 1
                case AccountFeedRestored():
                    self.findings.restored += 1
                case _:
                    pass  # orders, balances and positions have tests of their own

    async def _trade(self) -> None:
        client = self._rest.client
        for side in itertools.cycle(("BUY", "BUY", "SELL", "SELL")):
            symbol = self._random.choice(sorted(_QUANTITIES))
            quantity = _QUANTITIES[symbol]

            ask = partial(client.new_order, symbol, side, "MARKET", quantity=quantity)
            await self._rest.run(NEW_ORDER, ask, lane=Lane.GUARD)
            await asyncio.sleep(_TRADED_EVERY_S)

    async def _expire(self) -> None:
        for number in itertools.count():
            await asyncio.sleep(self._random.uniform(*_EXPIRED_EVERY_S))
            await self._control("listen-keys/expire", apiKey=KEY, loudly=number % 2 == 0)
            self.findings.expired += 1

    async def _compare(self) -> None:
        client = self._rest.client
        for symbol in _QUANTITIES:
            from_id, page = 0, 1_000
            while page == 1_000:
                ask = partial(client.get_account_trades, symbol, fromId=from_id, limit=1_000)
                rows = await self._rest.run(USER_TRADES, ask, lane=Lane.GUARD)
                page = len(rows)
                for row in rows:
                    from_id = row.id + 1
                    self.findings.trades += 1
                    self.findings.missing += self._told[symbol, row.id] == 0
        self.findings.repeated = sum(count > 1 for count in self._told.values())

    async def _control(self, name: str, **content: object) -> None:
        headers = {"X-CONTROL-TOKEN": TOKEN}
        async with self._session.post(
            f"/control/{name}", json=content, headers=headers
        ) as response:
            assert response.status == 200, await response.text()
