"""Our REST client, connected to the exchange on loopback."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from noctule.adapters.binance.rest.bans import Bans
from noctule.adapters.binance.rest.client import keys_of
from noctule.adapters.binance.rest.parts import RestSettings, rest_over
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.clock import SystemClock
from tests.fakes.loopback import KEY, SECRET, Loopback

__all__ = ["rest_to"]


@asynccontextmanager
async def rest_to(
    exchange: Loopback,
    *,
    key: str = KEY,
    secret: str = SECRET,
    bans: Bans | None = None,
    settings: RestSettings | None = None,
) -> AsyncIterator[BinanceRest]:
    """Talk to the exchange as an account of it, its time measured."""
    transport = HttpTransport(exchange.rest_url)
    rest = rest_over(
        transport,
        keys=keys_of(key, secret),
        clock=SystemClock(),
        jitter=Random(1),
        bans=bans,
        settings=settings,
    )
    try:
        await rest.measure_time()
        yield rest
    finally:
        await transport.close()
