"""Whom the bot is measured beside: bare sockets, asyncio with aiohttp, and the stock connector.

    python -m benchmarks.latency_rivals floor|asyncio|stock PORT

Each hears the frames of one stream, and sends an order for every candle that has closed.
"""

import hmac
import json
import socket
import sys
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

import aiohttp
import uvloop
from binance.um_futures import UMFutures
from binance.websocket.um_futures.websocket_client import UMFuturesWebsocketClient

__all__ = ["KEY", "RIVALS", "SECRET"]

KEY, SECRET = "k" * 64, "s" * 64
_STREAM: Final = "/market/stream?streams=btcusdt@kline_1m"
_HANDSHAKE: Final = (
    f"GET {_STREAM} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
_ORDER: Final = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.010"
_PIECE: Final = 65_536


def floor(port: int) -> None:
    """Send the same bytes whatever has come: nothing can be quicker in this language."""
    stream, orders = (socket.create_connection(("127.0.0.1", port)) for _ in range(2))
    orders.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream.sendall(_HANDSHAKE.encode())
    stream.recv(_PIECE)
    target = f"/fapi/v1/order?{_signed(_ORDER)}"
    order = f"POST {target} HTTP/1.1\r\nHost: x\r\nX-MBX-APIKEY: {KEY}\r\n\r\n".encode()
    while stream.recv(_PIECE):
        orders.sendall(order)
        orders.recv(_PIECE)


def reference(port: int) -> None:
    """Do only this, with asyncio and aiohttp: frame in, signed order out."""
    uvloop.run(_reference(f"127.0.0.1:{port}"))


async def _reference(host: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"ws://{host}{_STREAM}") as stream,
    ):
        async for message in stream:
            if not json.loads(message.data)["data"]["k"]["x"]:
                continue
            url = f"http://{host}/fapi/v1/order?{_signed(_ORDER)}"
            async with session.post(url, headers={"X-MBX-APIKEY": KEY}) as answer:
                await answer.json()


def stock(port: int) -> None:
    """Use the connector as its examples do: it listens in a thread, and asks with requests."""
    orders = UMFutures(KEY, SECRET, base_url=f"http://127.0.0.1:{port}", timeout=5)
    over = threading.Event()

    def hear(_socket: object, text: str) -> None:
        if json.loads(text)["data"]["k"]["x"]:
            orders.new_order("BTCUSDT", "BUY", "MARKET", quantity="0.010")

    def leave(*_told: Any) -> None:
        over.set()

    UMFuturesWebsocketClient(
        stream_url=f"ws://127.0.0.1:{port}/market",
        on_message=hear,
        on_close=leave,
        on_error=leave,
        is_combined=True,
    )
    over.wait()


RIVALS: Final[dict[str, Callable[[int], None]]] = {
    "floor": floor,
    "asyncio": reference,
    "stock": stock,
}


def _signed(parameters: str) -> str:
    now_ms = time.clock_gettime_ns(time.CLOCK_REALTIME) // 1_000_000
    query = f"{parameters}&recvWindow=5000&timestamp={now_ms}"
    return f"{query}&signature={hmac.new(SECRET.encode(), query.encode(), sha256).hexdigest()}"


if __name__ == "__main__":
    RIVALS[sys.argv[1]](int(sys.argv[2]))
