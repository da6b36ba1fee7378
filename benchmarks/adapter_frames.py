"""How many frames of 300 symbols one core takes, from the socket to the collector's outbox.

    python -m benchmarks.adapter_frames

A bare server in another process sends kline frames as fast as they are taken. What is measured is
the CPU time of this process, so that the other core's business does not count.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Callable
from random import Random
from statistics import median
from typing import Final

import uvloop

from benchmarks.adapter_candles import Line
from benchmarks.stream_clients import server
from benchmarks.stream_server import SYMBOLS
from noctule.adapters.binance.streams.kept_stream import KeptStream
from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.binance.transport.socket import open_socket_stream
from noctule.adapters.clock import SystemClock
from noctule.domain.values import Symbol

__all__ = ["frames"]

FRAMES: Final = 150_000
ROUNDS: Final = 3

Hear = Callable[[bytes], None]


class Ear:
    """A listener that knows when all has been said."""

    def __init__(self, hear: Hear) -> None:
        self.on_frame = hear
        self.over = asyncio.Event()

    def on_lost(self, _reason: str) -> None:
        """Note that the server has hung up: it has nothing more to say."""
        self.over.set()

    def on_restored(self) -> None:
        """Do nothing: the first frames are here before."""


async def on_a_socket(url: str) -> None:
    """Hear the frames and do nothing else."""
    stream = await open_socket_stream(url, _nothing)
    await stream.closed()
    await stream.close()


async def through_a_kept_stream(url: str) -> None:
    """Hear the frames by way of a kept stream."""
    await _kept(url, _nothing)


async def into_the_outbox(url: str) -> None:
    """Decode every frame, and hand its candle to the collector's outbox."""
    line = Line([Symbol(symbol) for symbol in SYMBOLS])
    await _kept(url, line.connection.on_frame)
    assert len(line.outbox) == len(SYMBOLS), "each symbol's candle is the newest of its own"
    told = sum(feed.frames for feed in line.connection.candle_feeds)
    assert told == FRAMES, f"{told} of {FRAMES} frames"


async def _kept(url: str, hear: Hear) -> None:
    async def address() -> str:
        return url

    ear, transport = Ear(hear), HttpTransport("http://127.0.0.1:1")
    stream = KeptStream(
        transport=transport,
        clock=SystemClock(),
        jitter=Random(1),
        settings=StreamSettings(),
        name="benchmark",
        url=address,
        names=(),
        listener=ear,
    )
    async with asyncio.TaskGroup() as group:
        running = group.create_task(stream.run())
        await ear.over.wait()
        running.cancel()
    await transport.close()


def frames() -> float:
    """Print each stage, and return how many frames a second one core takes to the very end."""
    logging.getLogger("noctule").addHandler(logging.NullHandler())  # each run ends with a loss
    rate = 0.0
    with server() as port:
        url = f"ws://127.0.0.1:{port}/symbols/{FRAMES}"
        for work in (on_a_socket, through_a_kept_stream, into_the_outbox):
            costs_us = []
            for _ in range(ROUNDS):
                spent = time.process_time()
                uvloop.run(work(url))
                costs_us.append((time.process_time() - spent) / FRAMES * 1e6)
            rate = 1e6 / median(costs_us)
            label = work.__name__.replace("_", " ")
            print(f"frames of 300 symbols, {label:22} {median(costs_us):5.2f} us {rate:10,.0f}/s")
    return rate


def _nothing(_frame: bytes) -> None:
    """Hear, and forget."""


if __name__ == "__main__":
    frames()
    sys.exit()
