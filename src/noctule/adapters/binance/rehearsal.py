"""All that the adapter does for an entry, from the frame to the bytes, before an audience of none.

The order is written and signed as ever and goes over a connection of this process to itself,
whose other end says yes to whatever it reads.
"""

import asyncio
import socket
from collections.abc import Callable
from random import Random
from typing import Final, cast

from typing_extensions import override

from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.binance.rest.client import AsyncFutures
from noctule.adapters.binance.rest.parts import RestSettings, rest_over
from noctule.adapters.binance.rest.retries import Retries
from noctule.adapters.binance.transport.kept_lines import KeptLines
from noctule.adapters.binance.transport.road import Frame, FrameStream, HttpAnswer, HttpRequest
from noctule.adapters.binance.wire.market import KLINE, read_frame
from noctule.adapters.binance.wire.rules import RateLimit
from noctule.domain.order import OrderRequest
from noctule.domain.values import Symbol, Timeframe
from noctule.ports.clock import Clock

__all__ = ["Backstage", "Understudy"]

_HOST: Final = "127.0.0.1"
_SYMBOL: Final = Symbol("BTCUSDT")
_FRAME: Final = (
    b'{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1790553660012,"s":"BTCUSDT","k":{'
    b'"t":1790553600000,"T":1790553659999,"s":"BTCUSDT","i":"1m","f":5523041881,"L":5523044120,'
    b'"o":"60012.30","c":"60020.10","h":"60031.90","l":"60001.00","v":"153.482","n":2240,"x":true,'
    b'"q":"9211433.10220","V":"81.115","Q":"4868223.19820","B":"0"}}}'
)
_LIMITS: Final = (  # nobody counts
    *(RateLimit("ORDERS", span, number, 10**9) for span, number in (("SECOND", 10), ("MINUTE", 1))),
    RateLimit("REQUEST_WEIGHT", "MINUTE", 1, 10**9),
)
_BODY: Final = b'{"orderId":1,"symbol":"BTCUSDT","status":"NEW","side":"BUY"}'
_YES: Final = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(_BODY), _BODY)


class Understudy(OrderExecutionManager):
    """Places orders as the real one does, with the account's own signature, and sends none."""

    def __init__(self, client: AsyncFutures, *, clock: Clock, jitter: Random) -> None:
        backstage = Backstage()
        settings = RestSettings(retries=Retries(attempts_max=1))
        rest = rest_over(backstage, keys=None, clock=clock, jitter=jitter, settings=settings)
        rest.client = client.over(backstage)
        rest.gate.budget.learn(_LIMITS)
        super().__init__(rest)
        self._backstage = backstage

    @override
    async def place(self, request: OrderRequest) -> str:
        """Read a frame, and place an order that nobody hears of."""
        candle = read_frame(KLINE, _FRAME).candle(_SYMBOL, Timeframe.M1)
        assert candle.flaw() is None, candle
        return await super().place(request)

    @override
    async def close(self) -> None:
        """Let go of the connection."""
        await self._backstage.close()


class Backstage:
    """A transport that leads nowhere."""

    def __init__(self) -> None:
        self._lines = KeptLines(f"http://{_HOST}", has_spare=False, dial=_dial_ourselves)

    async def request(self, request: HttpRequest) -> HttpAnswer:
        """Send a request to ourselves."""
        return await self._lines.request(request)

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        """Refuse: nobody listens here."""
        raise AssertionError(f"{url} was to be rehearsed for {hear}")

    async def close(self) -> None:
        """Let go of the connection."""
        await self._lines.close()


async def _dial_ourselves() -> socket.socket:
    """Return one end of a connection, at whose other end somebody always says yes."""
    with socket.create_server((_HOST, 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        theirs, peer = listener.accept()
    if peer != ours.getsockname():
        ours.close()
        theirs.close()
        raise ConnectionAbortedError("somebody else was quicker")
    for each in (ours, theirs):
        each.setblocking(False)  # noqa: FBT003  # the library has no keyword for it
    await asyncio.get_running_loop().connect_accepted_socket(_YesSayer, theirs)
    return ours


class _YesSayer(asyncio.Protocol):
    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # of a socket it is no other

    @override
    def data_received(self, data: bytes) -> None:
        self._transport.write(_YES)
