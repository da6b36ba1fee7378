"""The clients of the exchange's benchmark, in a process of their own: bare sockets, no library.

    python -m benchmarks.exchange_load requests PORT CONNECTIONS COUNT  < requests
    python -m benchmarks.exchange_load frames PORT CONNECTIONS COUNT PATH

The requests of one connection are separated by NUL, the connections by SOH. Prints how many a
second.
"""

import asyncio
import sys
import time
from itertools import cycle

import uvloop

_HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


async def requests(port: int, connections: int, count: int) -> float:
    """Send requests one after the other on each connection; return how many were answered."""
    by_connection = sys.stdin.buffer.read().split(b"\1")
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(connections):
            sent = by_connection[number % len(by_connection)].split(b"\0")
            group.create_task(_ask(port, sent, count // connections))
    return count / (time.perf_counter() - began)


async def _ask(port: int, sent: list[bytes], count: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request, _ in zip(cycle(sent), range(count), strict=False):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
    writer.close()


async def frames(port: int, connections: int, count: int, path: str) -> float:
    """Listen on every connection; return how many frames a second all of them received."""
    began = 0.0
    async with asyncio.TaskGroup() as group:
        ears = [await _dial(port, path) for _ in range(connections)]
        began = time.perf_counter()
        for reader, _ in ears:
            group.create_task(_listen(reader, count))
    seconds = time.perf_counter() - began
    for _, writer in ears:
        writer.close()
    return connections * count / seconds


async def _dial(port: int, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_HANDSHAKE.format(path=path).encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert b" 101 " in head, head
    return reader, writer


async def _listen(reader: asyncio.StreamReader, count: int) -> None:
    for _ in range(count):
        _, short = await reader.readexactly(2)
        length = short if short < 126 else int.from_bytes(await reader.readexactly(2))
        await reader.readexactly(length)


def main() -> None:
    """Do what the command line says."""
    kind, port, connections, count, *path = sys.argv[1:]
    numbers = int(port), int(connections), int(count)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        if kind == "requests":
            print(runner.run(requests(*numbers)))
        else:
            print(runner.run(frames(*numbers, *path)))


if __name__ == "__main__":
    main()
