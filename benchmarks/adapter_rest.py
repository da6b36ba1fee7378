"""A signed order through the whole REST side, beside a bare aiohttp POST and the stock connector.

    python -m benchmarks.adapter_rest

All three place the same market orders, in turns, on the simulated exchange in a process of its
own; the bare POST's are signed before its time is taken. Bars: ours at most 1.25 times the bare
POST, and at most half of the stock connector's in a thread. The same again, without a bar, on a
server that answers at once and does nothing else: there all that is left is the client.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from itertools import cycle
from random import Random
from statistics import median
from typing import Final

import uvloop
from aiohttp import ClientSession
from binance.um_futures import UMFutures
from msgspec import Struct

from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.rest.client import Sending, keys_of
from noctule.adapters.binance.rest.parts import rest_over
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.binance.wire.orders import NEW_ORDER
from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.server import SimServer
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.venue import generated, make_venue

__all__ = ["round_trips"]

REQUESTS: Final = 4_000
BARE_BAR: Final = 1.25
STOCK_BAR: Final = 0.5
GENEROUS: Final = Terms(weight_per_minute=10**9, orders_per_minute=10**9, orders_per_10s=10**9)
OPEN_MS: Final = 1_790_553_600_000  # 2026-09-28
KEY, SECRET = "k" * 64, "s" * 64

_ANSWER: Final = (
    b'{"orderId":283194212,"symbol":"BTCUSDT","status":"NEW","clientOrderId":"x1","price":"0.00",'
    b'"origQty":"0.010","executedQty":"0.000","cumQty":"0.000","timeInForce":"GTC",'
    b'"type":"MARKET","origType":"MARKET","reduceOnly":false,"closePosition":false,"side":"BUY",'
    b'"positionSide":"BOTH","stopPrice":"0.00","workingType":"CONTRACT_PRICE",'
    b'"priceProtect":false,"priceMatch":"NONE","selfTradePreventionMode":"EXPIRE_MAKER",'
    b'"goodTillDate":0,"updateTime":1760000000000}'
)
_HEAD: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-MBX-USED-WEIGHT-1M: 1\r\n"
    b"X-MBX-ORDER-COUNT-10S: 1\r\nX-MBX-ORDER-COUNT-1M: 1\r\nContent-Length: %d\r\n\r\n"
) % len(_ANSWER)
_SIDES: Final = ("BUY", "SELL")

Ask = Callable[[], Awaitable[object]]


class _Limit(Struct, frozen=True):
    rate_limit_type: str
    interval: str
    interval_num: int
    limit: int = 10**9


def main() -> int:
    """Measure, print, and return 1 when a bar is missed."""
    match sys.argv[1:]:
        case ["exchange"]:
            uvloop.run(serve_exchange())
        case ["echo"]:
            uvloop.run(serve_echo())
        case _:
            return 0 if uvloop.run(round_trips()) else 1
    return 0


async def round_trips() -> bool:
    """Print the median round trip of each, and tell whether the bars are held."""
    held = await _compared("exchange")
    await _compared("echo")
    return held


async def _compared(peer: str) -> bool:
    async with server(peer) as port, clients(f"http://127.0.0.1:{port}") as asks:
        taken_us: dict[str, list[float]] = {title: [] for title in asks}
        for _ in range(REQUESTS):
            for title, ask in asks.items():  # in turns: what slows one slows all
                taken_us[title].append(await _timed_us(ask))
    median_us = {title: median(each) for title, each in taken_us.items()}
    bare_us, ours_us, stock_us = median_us.values()
    for title, took_us in median_us.items():
        line = (
            f"{peer + ': ' + title:48}{took_us:7,.0f} us  {took_us / bare_us:5.2f} x the bare POST"
        )
        print(line, flush=True)
    print(f"{peer + ': ours beside the stock connector':48}{ours_us / stock_us:7.2f} x its time")
    return ours_us <= BARE_BAR * bare_us and ours_us <= STOCK_BAR * stock_us


@asynccontextmanager
async def clients(base_url: str) -> AsyncIterator[dict[str, Ask]]:
    """Offer one order by each client."""
    keys, sides = keys_of(KEY, SECRET), cycle(_SIDES)
    transport = HttpTransport(base_url)
    rest = rest_over(transport, keys=keys, clock=SystemClock(), jitter=Random(1))
    rest.gate.budget.learn((_Limit("ORDERS", "SECOND", 10), _Limit("ORDERS", "MINUTE", 1)))
    stock = UMFutures(KEY, SECRET, base_url=base_url, timeout=5)
    signed = _signed(rest)
    async with ClientSession() as session:
        yield {
            "bare aiohttp POST": lambda: _bare(session, base_url, next(signed)),
            "ours": lambda: _ours(rest, next(sides)),
            "stock connector in a thread": lambda: asyncio.to_thread(_stock, stock, next(sides)),
        }
    await transport.close()


def _signed(rest: BinanceRest) -> Iterator[str]:
    """Yield queries that were signed in advance, for a while: they grow old."""
    while True:
        yield from [_order(rest, side).request.query for side in _SIDES * 200]


def _order(rest: BinanceRest, side: str) -> Sending:
    sending: Sending = rest.client.new_order("BTCUSDT", side, "MARKET", quantity=Decimal("0.010"))
    return sending


async def _bare(session: ClientSession, base_url: str, query: str) -> None:
    headers = {"X-MBX-APIKEY": KEY}
    async with session.post(f"{base_url}/fapi/v1/order?{query}", headers=headers) as response:
        assert response.status == 200, await response.text()
        await response.read()


async def _ours(rest: BinanceRest, side: str) -> object:
    return await rest.run(NEW_ORDER, lambda: _order(rest, side), lane=Lane.ENTRY)


def _stock(client: UMFutures, side: str) -> object:
    return client.new_order("BTCUSDT", side, "MARKET", quantity="0.010")


async def _timed_us(ask: Ask) -> float:
    began = time.perf_counter()
    await ask()
    return (time.perf_counter() - began) * 1_000_000


@asynccontextmanager
async def server(peer: str) -> AsyncIterator[int]:
    """Run a server in a process of its own, and give its port."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.adapter_rest", peer),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()


async def serve_exchange() -> None:
    """Be the exchange, until the input ends."""
    market = generated(seed=1, open_ms=OPEN_MS, history_ms=60_000, rules=default_rules()[:1])
    protocol = Protocol(make_venue(market), Setup(clock=SystemClock(), speed=1, terms=GENEROUS))
    protocol.venue.exchange.open_account(key=KEY, secret=SECRET, deposit=Decimal(10**8))
    async with SimServer(protocol) as exchange:
        print(exchange.rest_url.rpartition(":")[2], flush=True)
        await asyncio.to_thread(sys.stdin.read)


async def serve_echo() -> None:
    """Answer every request with the same order, until the input ends."""
    listening = await asyncio.start_server(_answer, "127.0.0.1", 0)
    print(listening.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    listening.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(_HEAD + _ANSWER)
    writer.close()


if __name__ == "__main__":
    sys.exit(main())
