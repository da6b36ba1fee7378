"""Which WebSocket library should listen to the exchange: picows, websockets or aiohttp.

    python -m benchmarks.stream_clients

`websockets` is no dependency of ours: install it beside the others, or its lines are left out.
A bare server in another process pumps kline frames of about 300 bytes; every client runs on
uvloop and hands each frame, as bytes, to one function. The figures are printed, none is a bar:
docs/adr/0011 says what was chosen, and why.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from statistics import median, quantiles
from typing import Final

import aiohttp
import uvloop
from typing_extensions import override

from benchmarks.stream_server import kline

Hear = Callable[[bytes], None]
Client = Callable[[str, Hear, float], Awaitable[None]]

ROUNDS: Final = 3
FRAMES: Final = 400_000
PACED: Final = 4_000
_US: Final = 1e6


async def with_picows(url: str, hear: Hear, heartbeat_s: float) -> None:
    """Listen with callbacks; pieces of a message arrive one by one."""
    import picows  # each client loads its own library only

    class Listener(picows.WSListener):
        @override
        def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
            if frame.msg_type in (picows.WSMsgType.TEXT, picows.WSMsgType.CONTINUATION):
                hear(frame.get_payload_as_bytes())
            elif frame.msg_type is picows.WSMsgType.CLOSE:
                transport.disconnect()

    transport, _ = await picows.ws_connect(
        Listener,
        url,
        enable_auto_ping=True,
        auto_ping_idle_timeout=heartbeat_s,
        auto_ping_reply_timeout=heartbeat_s,
    )
    await transport.wait_disconnected()


async def with_websockets(url: str, hear: Hear, heartbeat_s: float) -> None:
    """Listen with its asyncio client."""
    websockets = import_module("websockets")
    async with websockets.connect(
        url,
        compression=None,
        ping_interval=heartbeat_s,
        ping_timeout=heartbeat_s,
        close_timeout=heartbeat_s,
    ) as socket:
        try:
            while True:
                hear(await socket.recv(decode=False))
        except websockets.ConnectionClosed:
            return


async def with_aiohttp(url: str, hear: Hear, heartbeat_s: float) -> None:
    """Listen with the client whose HTTP half we use anyway; it decodes each text."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(url, heartbeat=2 * heartbeat_s, decode_text=False) as socket,
    ):
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                hear(message.data)


CLIENTS: Final[dict[str, Client]] = {
    "picows": with_picows,
    "websockets": with_websockets,
    "aiohttp": with_aiohttp,
}


def main() -> None:
    """Measure and print."""
    clients = [name for name in CLIENTS if find_spec(name)]
    with server() as port:
        print(f"{FRAMES:,} frames of {len(kline())} bytes, best of {ROUNDS}:")
        for name in clients:
            print(in_a_process_of_its_own("flood", name, port))
        print("one frame at a time, 2,000 a second, from its sending to the function:")
        for name in clients:
            print(in_a_process_of_its_own("paced", name, port))
        for name in clients:
            print(in_a_process_of_its_own("manners", name, port))


@contextmanager
def server() -> Iterator[int]:
    """Run the server in another process."""
    command = (sys.executable, "-m", "benchmarks.stream_server")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.communicate()


def in_a_process_of_its_own(work: str, name: str, port: int) -> str:
    """Measure one client where nothing else has been loaded; return its line."""
    command = (sys.executable, "-m", "benchmarks.stream_clients", work, name, str(port))
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.rstrip()


async def flood(client: Client, base: str) -> str:
    """Take what comes as fast as it comes."""
    rates, costs = [], []
    for _ in range(ROUNDS):
        heard = count()
        began, spent = time.perf_counter(), time.process_time()
        await client(f"{base}/flood/{FRAMES}", partial(_count, heard), 20)
        seconds, cpu = time.perf_counter() - began, time.process_time() - spent
        assert next(heard) == FRAMES, f"not all of {FRAMES} frames"
        rates.append(FRAMES / seconds)
        costs.append(cpu / FRAMES * _US)
    resident_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return f"{max(rates):9,.0f} frames/s {min(costs):6.2f} us of CPU a frame {resident_mb:5.0f} MB"


def _count(heard: Iterator[int], _frame: bytes) -> None:
    next(heard)


async def paced(client: Client, base: str) -> str:
    """Take one frame at a time, and look how old it is."""
    ages_us = []

    def hear(frame: bytes) -> None:
        now_ns = time.perf_counter_ns()
        at = frame.index(b'"E":') + 4
        ages_us.append((now_ns - int(frame[at : frame.index(b",", at)])) / 1e3)

    await client(f"{base}/paced/{PACED}", hear, 20)
    return f"p50 {median(ages_us):6.0f} us, p99 {quantiles(ages_us, n=100)[98]:6.0f} us"


async def manners(client: Client, base: str) -> str:
    """Send a message in fragments, then say nothing at all."""
    heard: list[bytes] = []
    await client(f"{base}/pieces", heard.append, 20)
    began = time.perf_counter()
    await client(f"{base}/mute", heard.append, 1)
    seconds = time.perf_counter() - began
    joined = "whole" if heard == [kline()] else f"in {len(heard)} pieces"
    return f"fragments arrive {joined}, a mute server is left after {seconds:.1f} s of 2"


def measure(work: str, name: str, port: str) -> None:
    """Print one line about one client."""
    works = {"flood": flood, "paced": paced, "manners": manners}
    told = uvloop.run(works[work](CLIENTS[name], f"ws://127.0.0.1:{port}"))
    print(f"  {name:12} {told}")


if __name__ == "__main__":
    if sys.argv[1:]:
        measure(*sys.argv[1:])
    else:
        main()
