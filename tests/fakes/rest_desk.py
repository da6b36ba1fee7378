"""The bot's REST side, pointed at an exchange on real sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from noctule.adapters.binance.bans import Bans
from noctule.adapters.binance.client import keys_of
from noctule.adapters.binance.http_transport import HttpTransport
from noctule.adapters.binance.rest import BinanceRest
from noctule.adapters.binance.rest_parts import RestSettings, rest_over
from noctule.adapters.clock import SystemClock
from noctule.ports.clock import Clock
from tests.fakes.loopback import KEY, SECRET, Loopback

__all__ = ["rest_at"]


@asynccontextmanager
async def rest_at(
    exchange: Loopback,
    *,
    key: str = KEY,
    secret: str = SECRET,
    clock: Clock | None = None,
    bans: Bans | None = None,
    settings: RestSettings | None = None,
) -> AsyncIterator[BinanceRest]:
    """Talk to an exchange as one of its accounts; signed by the wall clock unless told."""
    transport = HttpTransport(exchange.rest_url)
    try:
        yield rest_over(
            transport,
            keys=keys_of(key, secret),
            clock=clock or SystemClock(),
            jitter=Random(1),
            settings=settings,
            bans=bans,
        )
    finally:
        await transport.close()
