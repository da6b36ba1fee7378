"""Every transport with an exchange at its other end, and what can befall a request on its way."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from decimal import Decimal
from enum import Enum, auto
from random import Random
from typing import Final

from typing_extensions import override

from noctule.adapters.binance.rest.client import AsyncFutures, Sending, keys_of
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.binance.transport.road import HttpRequest, Transport
from noctule.adapters.binance.transport.ws_api import WsApiSettings, WsApiTransport
from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.account import Account
from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.sessions import Session
from noctule.adapters.sim.venue import make_venue
from noctule.app.in_process import InProcessTransport
from noctule.app.tied import tied_to
from tests.fakes.loopback import KEY, SECRET, loopback, market_of

__all__ = ["ROADS", "TIMEOUT_MS", "Mishap", "Road"]

TIMEOUT_MS: Final = 250  # of a request
_SPEED: Final = 600  # a mark price every 17 ms


class Mishap(Enum):
    """What can befall the next request."""

    LOST_BEFORE = auto()  # never executed, never answered
    LOST_AFTER = auto()  # executed, never answered
    RESET_BEFORE = auto()
    RESET_AFTER = auto()
    LATE = auto()  # executed, answered when nobody waits any more


class Road:
    """A transport, and the exchange that it leads to."""

    def __init__(
        self, transport: Transport, protocol: Protocol, account: Account, *, stream_url: str
    ) -> None:
        self.transport = transport
        self.protocol = protocol
        self.account = account
        self.stream_url = stream_url
        self.client = AsyncFutures(
            transport,
            keys=keys_of(KEY, SECRET),
            now_ms=protocol.times.market_ms,
            settings=ApiSettings(timeout_ms=TIMEOUT_MS, order_timeout_ms=TIMEOUT_MS),
        )

    @property
    def sessions(self) -> list[Session]:
        """Return the exchange's end of every WebSocket, oldest first."""
        return list(self.protocol.switchboard._sessions.values())

    def cut(self) -> None:
        """Cut every WebSocket: nobody says goodbye to a mute one."""
        for session in self.sessions:
            session.abort()

    def order(self) -> HttpRequest:
        """Ask for a buy far below the market."""
        quote = self.protocol.venue.exchange.quote("BTCUSDT")
        sending: Sending = self.client.new_order(
            symbol="BTCUSDT",
            side="BUY",
            type="LIMIT",
            quantity=Decimal("0.010"),
            price=(quote.mark * Decimal("0.96")).quantize(Decimal("0.1")),
            timeInForce="GTC",
        )
        return sending.request

    def befall(self, mishap: Mishap) -> None:
        """Let this befall the next request."""
        kinds = {
            Mishap.LOST_BEFORE: FaultKind.LOST_BEFORE,
            Mishap.LOST_AFTER: FaultKind.LOST_AFTER,
            Mishap.RESET_BEFORE: FaultKind.RESET_BEFORE,
            Mishap.RESET_AFTER: FaultKind.RESET_AFTER,
            Mishap.LATE: FaultKind.LATE_ANSWER,
        }
        self.protocol.faults.arm(Fault(kind=kinds[mishap], delay_ms=2 * TIMEOUT_MS))


class WsApiRoad(Road):
    """Requests are messages, so it is the exchange's end of the line that misbehaves."""

    @override
    def befall(self, mishap: Mishap) -> None:
        line = self.sessions[0]
        usual = line.on_text

        def befallen(data: bytes) -> None:
            match mishap:
                case Mishap.LOST_BEFORE:
                    pass
                case Mishap.LOST_AFTER:
                    line.is_mute = True
                    usual(data)
                case Mishap.RESET_BEFORE:
                    line.abort()
                case Mishap.RESET_AFTER:
                    line.is_mute = True
                    usual(data)
                    line.abort()
                case Mishap.LATE:
                    loop = asyncio.get_running_loop()
                    loop.call_later(2 * TIMEOUT_MS / 1_000, usual, data)

        line.on_text = befallen


@asynccontextmanager
async def over_http() -> AsyncIterator[Road]:
    """Lead there over HTTP."""
    async with loopback(market_of("BTCUSDT"), speed=_SPEED) as exchange:
        transport = HttpTransport(exchange.rest_url)
        road = Road(transport, exchange.protocol, exchange.account, stream_url=exchange.stream_url)
        try:
            yield road
        finally:
            road.cut()
            await transport.close()


@asynccontextmanager
async def over_ws_api() -> AsyncIterator[Road]:
    """Lead there over the WebSocket API."""
    async with loopback(market_of("BTCUSDT"), speed=_SPEED) as exchange:
        transport = WsApiTransport(
            HttpTransport(exchange.rest_url),
            keys=keys_of(KEY, SECRET),
            clock=SystemClock(),
            jitter=Random(1),
            settings=WsApiSettings(url=exchange.ws_api_url),
        )
        try:
            async with tied_to(transport.run()):
                while not transport.is_connected:  # noqa: ASYNC110  # it has no event to wait for
                    await asyncio.sleep(0.001)
                road = WsApiRoad(
                    transport, exchange.protocol, exchange.account, stream_url=exchange.stream_url
                )
                yield road
                road.cut()
        finally:
            await transport.close()


@asynccontextmanager
async def in_process() -> AsyncIterator[Road]:
    """Lead there without a socket."""
    clock = SystemClock()
    protocol = Protocol(make_venue(market_of("BTCUSDT")), Setup(clock=clock, speed=_SPEED))
    account = protocol.venue.exchange.open_account(key=KEY, secret=SECRET, deposit=Decimal(10_000))
    transport = InProcessTransport(protocol, clock=clock)
    async with tied_to(transport.run()):
        try:
            yield Road(transport, protocol, account, stream_url="ws://here")
        finally:
            await transport.close()


ROADS: Final[dict[str, Callable[[], AbstractAsyncContextManager[Road]]]] = {
    "HTTP": over_http,
    "WebSocket API": over_ws_api,
    "in process": in_process,
}
