"""A kept stream that listens to the simulated exchange on loopback, and a witness beside it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random

from noctule.adapters.binance.streams.kept_stream import KeptStream
from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.binance.transport.socket import SocketStream, open_socket_stream
from noctule.adapters.clock import SystemClock
from tests.fakes.loopback import Loopback
from tests.fakes.stream_scene import Diary

__all__ = ["HASTY", "Ear", "ear_at", "kept_at"]

# Everything that counts real time, shortened to what a test can wait for.
HASTY = StreamSettings(
    message_gap_ms=1,
    acknowledge_timeout_ms=1_000,
    ping_ms=300,
    pong_timeout_ms=300,
    silence_ms=600,
    backoff_ms=20,
    backoff_ms_max=100,
    stable_ms=100,
    life_jitter_ms=0,
    overlap_ms=150,
)


@asynccontextmanager
async def kept_at(
    exchange: Loopback,
    names: Sequence[str],
    *,
    settings: StreamSettings = HASTY,
    path: str = "/market/stream",
) -> AsyncIterator[tuple[KeptStream, Diary]]:
    """Keep a stream for as long as the context lasts."""
    clock, transport = SystemClock(), HttpTransport(exchange.rest_url)
    diary = Diary(clock.elapsed_ms)

    async def url() -> str:
        return f"{exchange.stream_url}{path}"

    stream = KeptStream(
        transport=transport,
        clock=clock,
        jitter=Random(1),
        settings=settings,
        name=path,
        url=url,
        names=names,
        listener=diary,
    )
    async with asyncio.TaskGroup() as group:
        running = group.create_task(stream.run())
        yield stream, diary
        running.cancel()
    await transport.close()


class Ear:
    """A bare connection: what it hears, and nothing done about it."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.socket: SocketStream


@asynccontextmanager
async def ear_at(exchange: Loopback, path: str) -> AsyncIterator[Ear]:
    """Listen at an address of the exchange without keeping anything alive."""
    ear = Ear()
    ear.socket = await open_socket_stream(f"{exchange.stream_url}{path}", ear.frames.append)
    yield ear
    await ear.socket.close()
