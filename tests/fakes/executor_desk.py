"""Our executor on the exchange on loopback, what it asked for, and what the exchange took."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Final

import pytest

from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.binance.rest.breaker import BreakerSettings
from noctule.adapters.binance.rest.client import keys_of
from noctule.adapters.binance.rest.gate import Patience
from noctule.adapters.binance.rest.parts import RestSettings, rest_over
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.rest.retries import Retries
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.clock import SystemClock
from noctule.domain.errors import VenueError
from noctule.domain.order import ClientOrderId, Leg, OrderKind, OrderRequest
from noctule.domain.values import Side
from tests.builders import order_request
from tests.fakes.account_desk import NotingTransport
from tests.fakes.loopback import KEY, SECRET, Loopback

__all__ = ["Hands", "hands_at", "resting_entry", "waiting_stop"]

_BELOW: Final = "61500.0"  # of a market near 64,000
_SETTINGS: Final = RestSettings(
    api=ApiSettings(timeout_ms=500, order_timeout_ms=500),
    retries=Retries(attempts_max=3, first_pause_ms=2, urgent_pause_ms=2, pause_ms_max=4),
    breaker=BreakerSettings(outages_max=100),
    patience=Patience(read_ms=0, audit_ms=0, entry_ms=0, guard_ms=0),
)


class Hands:
    """An executor, what it asked for, and the exchange's own word for what became of it."""

    def __init__(self, exchange: Loopback, rest: BinanceRest, asked: list[str]) -> None:
        self.exchange, self.rest, self.asked = exchange, rest, asked
        self.orders = OrderExecutionManager(rest)

    def sent(self, call: str) -> int:
        return self.asked.count(call)

    @property
    def taken(self) -> int:
        """Return how many orders the exchange has ever taken."""
        account = self.exchange.account
        open_ = len(account.orders) + len(account.algos)
        return open_ + len(account.history.orders) + len(account.history.algos)

    async def outcome_of(self, request: OrderRequest) -> VenueError:
        with pytest.raises(VenueError) as caught:
            await self.orders.place(request)
        return caught.value


@asynccontextmanager
async def hands_at(exchange: Loopback) -> AsyncIterator[Hands]:
    transport = NotingTransport(exchange.rest_url)
    rest = rest_over(
        transport,
        keys=keys_of(KEY, SECRET),
        clock=SystemClock(),
        jitter=Random(1),
        settings=_SETTINGS,
    )
    try:
        await rest.measure_time()
        yield Hands(exchange, rest, transport.asked)
    finally:
        await transport.close()


def resting_entry(name: str = "e1") -> OrderRequest:
    """Return a limit entry that rests."""
    return order_request(OrderKind.LIMIT, client_order_id=ClientOrderId(name), price=_BELOW)


def waiting_stop(name: str = "s1") -> OrderRequest:
    """Return a stop that waits, whether or not anything is held."""
    return order_request(
        OrderKind.STOP_MARKET,
        client_order_id=ClientOrderId(name),
        side=Side.SELL,
        leg=Leg.STOP,
        trigger_price=_BELOW,
        reduces_only=True,
    )
