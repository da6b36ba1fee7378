"""The other end of the stream clients' benchmark: a bare WebSocket server in its own process.

    python -m benchmarks.stream_server

Prints its port and serves until its input ends. A path says what a connection gets: /flood/N
frames as fast as they are taken, /paced/N frames at a steady pace, each with the time of its
sending, /symbols/N frames of 300 symbols in turn, /pieces one message in three fragments, /mute
nothing at all.
"""

import asyncio
import struct
import sys
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from hashlib import sha1
from typing import Final

import uvloop

__all__ = ["SYMBOLS", "kline"]

SYMBOLS: Final = tuple(f"S{number:03}USDT" for number in range(300))
_FRAMES_PER_CHUNK: Final = 200
_PACE_S: Final = 0.000_5
_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _CONTINUATION, _CLOSE, _LAST = 0x1, 0x0, 0x8, 0x80


def kline(sent_ns: int = 1_760_000_000_000_000_000, symbol: str = "BTCUSDT") -> bytes:
    """Return a kline event in its envelope, as long as real ones; `E` is when it was sent."""
    return (
        b'{"stream":"%b@kline_1m","data":{"e":"kline","E":%d,"s":"%b","k":{"t":1790553600000,'
        b'"T":1790553659999,"s":"%b","i":"1m","f":6123456789,"L":6123457789,"o":"65000.10",'
        b'"c":"65010.20","h":"65020.00","l":"64990.50","v":"123.456","n":1001,"x":false,'
        b'"q":"8025012.34","V":"61.728","Q":"4012506.17","B":"0"}}}'
    ) % (symbol.lower().encode(), sent_ns, symbol.encode(), symbol.encode())


def frame(payload: bytes, opcode: int = _TEXT, last: int = _LAST) -> bytes:
    """Return a frame as it goes over the wire, unmasked as servers send it."""
    if len(payload) < 126:
        return bytes((opcode | last, len(payload))) + payload
    return bytes((opcode | last, 126)) + struct.pack("!H", len(payload)) + payload


async def _flood(writer: asyncio.StreamWriter, count: int) -> None:
    await _pump(writer, frame(kline()) * _FRAMES_PER_CHUNK, count // _FRAMES_PER_CHUNK)


async def _symbols(writer: asyncio.StreamWriter, count: int) -> None:
    chunk = b"".join(frame(kline(symbol=symbol)) for symbol in SYMBOLS)
    await _pump(writer, chunk, count // len(SYMBOLS))


async def _pump(writer: asyncio.StreamWriter, chunk: bytes, times: int) -> None:
    for _ in range(times):
        writer.write(chunk)
        await writer.drain()


async def _paced(writer: asyncio.StreamWriter, count: int) -> None:
    due = time.perf_counter()
    for _ in range(count):
        due += _PACE_S
        while time.perf_counter() < due:  # noqa: ASYNC110  # any sleep is coarser
            await asyncio.sleep(0)
        writer.write(frame(kline(time.perf_counter_ns())))


async def _pieces(writer: asyncio.StreamWriter, _count: int) -> None:
    payload = kline()
    writer.write(frame(payload[:100], _TEXT, 0))
    writer.write(frame(payload[100:200], _CONTINUATION, 0))
    writer.write(frame(payload[200:], _CONTINUATION))


async def _mute(_writer: asyncio.StreamWriter, _count: int) -> None:
    await asyncio.sleep(60)


_PATHS: Final[dict[str, Callable[[asyncio.StreamWriter, int], Awaitable[None]]]] = {
    "flood": _flood,
    "paced": _paced,
    "symbols": _symbols,
    "pieces": _pieces,
    "mute": _mute,
}


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
    _, kind, count = (head[0].split()[1].decode() + "/0").split("/")[:3]
    sent = {name.lower(): value for name, _, value in (line.partition(b": ") for line in head[1:])}
    accept = b64encode(sha1(sent[b"sec-websocket-key"] + _GUID).digest())  # RFC 6455
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: %b\r\n\r\n" % accept
    )
    try:
        await _PATHS[kind](writer, int(count))
        writer.write(frame(b"\x03\xe8", _CLOSE))
        await writer.drain()
        await reader.read(64)  # its close frame; of two it is the server who hangs up first
    except (ConnectionError, asyncio.CancelledError):
        pass  # it, or whoever started us, has had enough
    writer.close()


async def main() -> None:
    """Serve until nobody holds our input any more."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    uvloop.run(main())
