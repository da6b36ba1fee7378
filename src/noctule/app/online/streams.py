"""Whether the market's streams come through: another host than the questions', another protocol."""

import asyncio
from typing import Final

from noctule.adapters.binance.streams.names import Route
from noctule.adapters.binance.transport.road import Transport
from noctule.app.online.findings import Finding, failed, passed
from noctule.domain.errors import VenueError
from noctule.domain.values import Symbol
from noctule.ports.clock import Clock

__all__ = ["STREAM_TIMEOUT_MS", "streams_finding"]

STREAM_TIMEOUT_MS: Final = 15_000  # the slowest there is, at the real speed, talks every 10 s
_MS_PER_SECOND: Final = 1_000
_TOPIC: Final = "streams"


async def streams_finding(
    transport: Transport,
    *,
    stream_url: str,
    symbol: Symbol,
    clock: Clock,
    timeout_ms: int = STREAM_TIMEOUT_MS,
) -> Finding:
    """Listen to a symbol's mark price, which never falls silent, until it is heard."""
    heard = asyncio.Event()
    url = f"{stream_url}/{Route.MARKET}/stream?streams={symbol.lower()}@markPrice@1s"
    began_ms = clock.elapsed_ms()
    remedy = "check [api] stream_url, and that the network lets WebSockets pass"
    try:
        async with asyncio.timeout(timeout_ms / _MS_PER_SECOND):
            stream = await transport.open_stream(url, lambda _frame: heard.set())
            try:
                await heard.wait()
            finally:
                await stream.close()
    except VenueError as exc:
        return failed(_TOPIC, f"{stream_url}: {exc}", remedy=remedy)
    except TimeoutError:
        text = f"{stream_url} says nothing of {symbol} within {timeout_ms} ms"
        return failed(_TOPIC, text, remedy=remedy)
    return passed(_TOPIC, f"the mark price is heard after {clock.elapsed_ms() - began_ms} ms")
