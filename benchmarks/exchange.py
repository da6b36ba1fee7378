"""What the simulated exchange can take: its core in process, its wire beside a bare aiohttp echo.

    python -m benchmarks.exchange            some minutes less than --long
    python -m benchmarks.exchange --long     with the memory after 1 and 10 million candles
    python -m benchmarks.exchange --memory   nothing but that

Bars: order placement over the wire at least at 40 % of the bare server's rate, measured in the
same run; memory after ten million candles within 5 % of that after one million.
"""

import asyncio
import hmac
import resource
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from hashlib import sha256
from random import Random
from statistics import median
from typing import Any

import uvloop
from aiohttp import WSMsgType, web
from msgspec.structs import replace

from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.account import Account
from noctule.adapters.sim.candles import Candle
from noctule.adapters.sim.exchange import Exchange, OrderSpec
from noctule.adapters.sim.fills import Fills
from noctule.adapters.sim.funding_files import FundingRates
from noctule.adapters.sim.intervals import MINUTE_MS
from noctule.adapters.sim.model import OrderType, Rules, Side, Tif
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.replay import play_candles, together
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.server import SimServer
from noctule.adapters.sim.tape import Tape
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.venue import Market, generated, make_venue
from noctule.adapters.sim.world import World

ROUNDS = 3
ORDERS = 20_000
CANDLES = 20_000
RESTING = 10
REQUESTS = 20_000
FRAMES = 20_000
CONNECTIONS = 10
KEY, SECRET = "k" * 64, "s" * 64
BAR = 0.40
MEMORY_BAR = 0.05
GENEROUS = Terms(weight_per_minute=10**9, orders_per_minute=10**9, orders_per_10s=10**9)


def main() -> int:
    """Measure, print, and return 1 when a bar is missed."""
    if "--memory" in sys.argv[1:]:
        return 0 if memory() else 1
    core()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        verdicts = [runner.run(orders_over_the_wire())]
        runner.run(frames_over_the_wire())
    if "--long" in sys.argv[1:]:
        verdicts.append(memory())
    return 0 if all(verdicts) else 1


def report(title: str, rate: float, unit: str) -> None:
    """Print one line."""
    print(f"{title:56}{rate:12,.0f} {unit}/s", flush=True)


def core() -> None:
    """Match orders and play candles in process, with ten orders resting on each symbol."""
    for symbols in (1, 50):
        title = f"core, {symbols} symbols with {RESTING} resting orders each"
        report(f"{title}: orders", median(orders(symbols) for _ in range(ROUNDS)), "orders")
        report(f"{title}: candles", median(candles(symbols) for _ in range(ROUNDS)), "candles")


def listed(count: int) -> tuple[Rules, ...]:
    """Return so many symbols, all of them bitcoin by another name."""
    bitcoin = default_rules()[0]
    return tuple(replace(bitcoin, symbol=f"A{number:02}USDT") for number in range(count))


def opened(rules: tuple[Rules, ...]) -> tuple[World, Exchange, Account]:
    """Return a world at its first candle, and an account whose orders rest far from it."""
    exchange = Exchange(rules, fills=Fills(), random=Random(1), start_ms=0, listener=_unheard)
    tape = Tape(rules, exchange.quote, intervals=("1m",))
    source = together(
        [play_candles(played(each, sys.maxsize), funding=FundingRates()) for each in rules]
    )
    world = World(exchange, tape, source)
    world.run_until(MINUTE_MS)
    account = exchange.open_account(key="k", secret="s", deposit=Decimal(100_000_000))
    for each in rules:
        for number in range(RESTING):
            exchange.place(account, order(each, "58000", client_id=f"{each.symbol}-{number}"))
    return world, exchange, account


def order(rules: Rules, price: str | None = None, **changes: Any) -> OrderSpec:
    """Return a small order: at a price, or at the market."""
    return OrderSpec(
        **{
            "symbol": rules.symbol,
            "side": Side.BUY,
            "type": OrderType.LIMIT if price else OrderType.MARKET,
            "tif": Tif.GTC if price else None,
            "qty": Decimal("0.01"),
            "price": Decimal(price) if price else None,
            **changes,
        }
    )


def orders(symbols: int) -> float:
    """Return how many market orders a second are placed and filled."""
    rules = listed(symbols)
    _, exchange, account = opened(rules)
    specs = [order(each, side=side) for side in Side for each in rules]
    began = time.perf_counter()
    for number in range(ORDERS):
        exchange.place(account, specs[number % len(specs)])
    return ORDERS / (time.perf_counter() - began)


def candles(symbols: int) -> float:
    """Return how many candles a second pass exchange and tape, four ticks each."""
    world, _, _ = opened(listed(symbols))
    minutes = CANDLES // symbols
    began = time.perf_counter()
    world.run_until(world.now_ms + minutes * MINUTE_MS)
    return minutes * symbols / (time.perf_counter() - began)


def played(rules: Rules, count: int) -> Iterator[Candle]:
    """Yield candles that go up and down around 60000."""
    for number in range(count):
        low = Decimal(59_990) + number % 97 * rules.tick
        yield Candle(
            symbol=rules.symbol,
            open_ms=number * MINUTE_MS,
            close_ms=(number + 1) * MINUTE_MS - 1,
            open=low + rules.tick,
            high=low + 9 * rules.tick,
            low=low,
            close=low + 5 * rules.tick,
            volume=Decimal("123.456"),
            quote_volume=Decimal("7407360.1"),
            count=321,
            taker_buy_volume=Decimal("61.234"),
            taker_buy_quote=Decimal("3674040.1"),
        )


async def orders_over_the_wire() -> bool:
    """Send orders from another process, beside an echo of the same bytes; hold placement's bar."""
    protocol = served(speed=1.0)
    shares = {}
    async with SimServer(protocol) as server, echo() as echo_port:
        port = int(server.rest_url.rpartition(":")[2])
        for title, signed in (("placed, cancelled", resting), ("filled", filled)):
            for clients in (1, CONNECTIONS):
                bare, ours = [], []
                for _ in range(ROUNDS):
                    sent = signed(protocol.times.wall_ms())  # no signature is older than a round
                    bare.append(await load("requests", echo_port, clients, REQUESTS, stdin=sent))
                    ours.append(await load("requests", port, clients, REQUESTS, stdin=sent))
                share = shares[title, clients] = median(ours) / median(bare)
                report(f"wire, {clients} clients, bare aiohttp echo", median(bare), "requests")
                report(f"wire, {clients} clients, orders {title}", median(ours), "requests")
                print(f"wire, {clients} clients, orders {title}: {share:.0%} of the echo")
    kept = shares["placed, cancelled", CONNECTIONS] >= BAR
    print(f"wire, order placement, the bar is {BAR:.0%} of the echo: {_word(kept)}")
    return kept


def resting(wall_ms: int) -> bytes:
    """Return what each client sends: a limit order under its own name, and its cancellation."""
    pairs = []
    for number in range(CONNECTIONS):
        limit = "type=LIMIT&timeInForce=GTC&price=59000&newClientOrderId"
        placed = request("POST", f"side=BUY&quantity=0.010&{limit}=c{number}", wall_ms)
        pairs.append(placed + b"\0" + request("DELETE", f"origClientOrderId=c{number}", wall_ms))
    return b"\1".join(pairs)


def filled(wall_ms: int) -> bytes:
    """Return what each client sends: a market order to buy, and one to sell."""
    return b"\0".join(
        request("POST", f"side={side}&type=MARKET&quantity=0.010", wall_ms)
        for side in ("BUY", "SELL")
    )


async def frames_over_the_wire() -> None:
    """Send the best prices to ten clients, beside a bare aiohttp server that repeats one frame."""
    path = "/public/ws/btcusdt@bookTicker"
    protocol = served(speed=0)
    async with SimServer(protocol) as server, echo() as echo_port:
        port = int(server.rest_url.rpartition(":")[2])
        bare = await load("frames", echo_port, CONNECTIONS, FRAMES, path)
        ours = await load("frames", port, CONNECTIONS, FRAMES, path)
    report(f"wire, bare aiohttp frames to {CONNECTIONS} clients", bare, "frames")
    report(f"wire, bookTicker to {CONNECTIONS} clients, the market included", ours, "frames")


def served(*, speed: float) -> Protocol:
    """Return a protocol whose market has begun, and an account that is allowed everything."""
    clock = SystemClock()
    rules = default_rules()[:1]
    market: Market = generated(
        seed=1, open_ms=clock.now_ms(), history_ms=60 * MINUTE_MS, rules=rules
    )
    setup = Setup(clock=clock, speed=speed, terms=GENEROUS)
    protocol = Protocol(make_venue(market), setup)
    protocol.venue.exchange.open_account(key=KEY, secret=SECRET, deposit=Decimal(1_000_000))
    return protocol


def request(method: str, fields: str, wall_ms: int) -> bytes:
    """Return a signed request, as bytes on the wire; its window is as wide as it may be."""
    payload = f"symbol=BTCUSDT&{fields}&recvWindow=60000&timestamp={wall_ms}"
    signature = hmac.new(SECRET.encode(), payload.encode(), sha256).hexdigest()
    return (
        f"{method} /fapi/v1/order?{payload}&signature={signature} HTTP/1.1\r\n"
        f"Host: localhost\r\nX-MBX-APIKEY: {KEY}\r\nContent-Length: 0\r\n\r\n"
    ).encode()


@asynccontextmanager
async def echo() -> AsyncIterator[int]:
    """Serve the barest aiohttp there is: what was asked comes back, and frames come unasked."""
    frame = b'{"e":"bookTicker","u":1,"E":1700006400000,"T":1700006400000,"s":"BTCUSDT"}' * 2

    async def handle(asked: web.BaseRequest) -> web.StreamResponse:
        if "Upgrade" in asked.headers:
            socket = web.WebSocketResponse(compress=False)
            await socket.prepare(asked)
            with suppress(ConnectionError):
                while True:
                    await socket.send_frame(frame, WSMsgType.TEXT)
        await asked.read()
        body = asked.raw_path.encode()
        return web.Response(body=body, content_type="application/json")

    runner = web.ServerRunner(web.Server(handle, access_log=None), shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def load(kind: str, *numbers: int | str, stdin: bytes = b"") -> float:
    """Run the clients in another process and return how many a second they counted."""
    command = ("-m", "benchmarks.exchange_load", kind, *map(str, numbers))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate(stdin)
    return float(told)


def memory() -> bool:
    """Play ten million candles and compare what is kept with one million's."""
    world, _, _ = opened(listed(1))
    grown = []
    for millions in (1, 10):
        world.run_until(millions * 1_000_000 * MINUTE_MS)
        grown.append(_resident_mb())
        print(f"memory after {millions:2} million candles: {grown[-1]:,.1f} MB", flush=True)
    kept = grown[1] <= grown[0] * (1 + MEMORY_BAR)
    print(f"memory: {grown[1] / grown[0] - 1:+.1%}, the bar is {MEMORY_BAR:.0%}: {_word(kept)}")
    return kept


def _resident_mb() -> float:
    with open("/proc/self/statm") as statm:  # noqa: PTH123  # Linux's own accounting
        return int(statm.read().split()[1]) * resource.getpagesize() / 1e6


def _unheard(*_: object) -> None:
    """Hear nothing: the core is measured, not its listener."""


def _word(kept: bool) -> str:  # noqa: FBT001  # one word for one fact
    return "kept" if kept else "MISSED"


if __name__ == "__main__":
    sys.exit(main())
