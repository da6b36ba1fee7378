"""A bot's life for benchmarks/execution.py: positions entered and left, each moment noted."""

import asyncio
import time
from bisect import bisect_left
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from typing_extensions import override

from benchmarks.adapter_rest import KEY, SECRET, server
from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.binance.rest.client import Sending, keys_of
from noctule.adapters.binance.rest.parts import rest_over
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.settings import Environment
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.binance.transport.road import HttpAnswer, HttpRequest, Method
from noctule.adapters.binance.wire.rules import RateLimit
from noctule.adapters.clock import SystemClock
from noctule.app.bot import TradingBot
from noctule.app.wiring import Wiring
from noctule.app.world import World, binance_world
from noctule.config.manager import ConfigManager, Sources
from noctule.config.settings import Configuration
from noctule.domain.events.base import DataEvent, Event
from noctule.domain.events.desk import PositionClosed, PositionProtected
from noctule.domain.events.order import OrderFilled, PositionReported
from noctule.domain.events.signal import SignalGenerated, SignalRefused
from noctule.domain.order import ClientOrderId, Leg, OrderKind, OrderRequest
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Price, Quantity, Side, Symbol, Timeframe
from noctule.engine.bus import EventBus
from noctule.ports.clock import Clock
from noctule.strategies.factory import StrategyFactory

__all__ = ["Beats", "beats_of_a_life"]

TRIPS: Final = 300
_BTC: Final = Symbol("BTCUSDT")
_ENTRY: Final = "/fapi/v1/order"
_STOP: Final = "/fapi/v1/algoOrder"
_TELL_A_FILL: Final = (PositionReported, OrderFilled)  # whichever comes first: mostly that one
_MANY: Final = 10**9
_FIRST_CLOSE_MS: Final = 1_790_553_659_999  # of the exchange's first minute
_PRICE: Final = 64_000.0  # near the market's, which opens there
_LIMITS: Final = (
    RateLimit("ORDERS", "SECOND", 10, _MANY),
    RateLimit("ORDERS", "MINUTE", 1, _MANY),
    RateLimit("REQUEST_WEIGHT", "MINUTE", 1, _MANY),
)
_INI: Final = """\
[trading]
symbols = BTCUSDT
warmup_candles = 5
[strategy]
name = sma_cross
fast = 99
slow = 100
"""
_ANSWER: Final = (
    b'{"orderId":7,"algoId":8,"symbol":"BTCUSDT","status":"NEW","algoStatus":"NEW","side":"BUY"}'
)


class Whim(DataEvent, frozen=True, kw_only=True):
    """What makes a strategy want something, in place of a candle."""

    signal: SignalGenerated


class Beats(Struct, frozen=True, kw_only=True):
    """What was taken, of every trip."""

    bare_entry_us: list[float]
    bare_stop_us: list[float]
    signal_us: list[float]
    fill_us: list[float]
    naked_ms: list[float]


class NotingTransport(HttpTransport):
    """Notes when the first order's bytes were handed over to each service, until it is cleared."""

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.left: dict[str, float] = {}

    @override
    async def request(self, request: HttpRequest) -> HttpAnswer:
        if request.method is Method.POST:
            self.left.setdefault(request.path, time.perf_counter())
        return await super().request(request)


class StandingTransport(NotingTransport):
    """Answers at once, whatever is asked."""

    @override
    async def request(self, request: HttpRequest) -> HttpAnswer:
        self.left[request.path] = time.perf_counter()
        return HttpAnswer(status=200, headers={}, body=_ANSWER)


class Pulse:
    """The bot's bus, overheard: the moment of each event that matters, until somebody asks."""

    def __init__(self) -> None:
        self.seen: dict[type[Event], float] = {}
        self.heard = asyncio.Event()

    def feel(self, event: Event) -> None:
        """Note an event's first moment."""
        self.seen.setdefault(type(event), time.perf_counter())
        self.heard.set()

    async def until(self, *kinds: type[Event]) -> type[Event]:
        """Return which of these came first, once one has come."""
        async with asyncio.timeout(20):
            while not (come := [kind for kind in kinds if kind in self.seen]):
                self.heard.clear()
                await self.heard.wait()
        return come[0]


async def beats_of_a_life() -> Beats:
    """Let a bot trade so many round trips, and tell what they took."""
    bare_entry_us, bare_stop_us = await _bare(_entry(), _ENTRY), await _bare(_stop(), _STOP)
    signal_us, fill_us = [], []
    with TemporaryDirectory() as home:
        async with server("exchange") as port, _living(port, Path(home)) as (bus, noted, rest):
            pulse = Pulse()
            bus.add_tap(pulse.feel)
            for number in range(TRIPS):
                signal_s, fill_s = await _trip(bus, pulse, noted, number)
                signal_us.append(signal_s * 1e6)
                fill_us.append(fill_s * 1e6)
            naked_ms = await _naked_ms(rest)
    return Beats(
        bare_entry_us=bare_entry_us,
        bare_stop_us=bare_stop_us,
        signal_us=signal_us,
        fill_us=fill_us,
        naked_ms=naked_ms,
    )


async def _trip(
    bus: EventBus, pulse: Pulse, noted: NotingTransport, number: int
) -> tuple[float, float]:
    """Enter and leave; return how long bytes came after the signal, and after a fill was told."""
    while True:
        pulse.seen.clear()
        noted.left.clear()
        await bus.publish(_whim(Direction.LONG, number))
        came = await pulse.until(PositionProtected, SignalRefused)
        if came is PositionProtected:
            break
        await asyncio.sleep(0.05)  # the last trip is not quite over
    signal_s = noted.left[_ENTRY] - pulse.seen[SignalGenerated]
    told = min(pulse.seen[kind] for kind in _TELL_A_FILL if kind in pulse.seen)
    fill_s = noted.left[_STOP] - told
    await asyncio.sleep(0.01)
    await bus.publish(_whim(Direction.FLAT, number))
    await pulse.until(PositionClosed)
    await asyncio.sleep(0.02)
    return signal_s, fill_s


@asynccontextmanager
async def _living(
    port: int, home: Path
) -> AsyncIterator[tuple[EventBus, NotingTransport, BinanceRest]]:
    """Let a bot live that trades on this port, over a transport that notes."""
    noted = NotingTransport(f"http://127.0.0.1:{port}")
    rest = _rest_over(noted)
    await rest.measure_time()

    @asynccontextmanager
    async def opened(
        configuration: Configuration, *, clock: Clock, jitter: Random
    ) -> AsyncIterator[World]:
        async with binance_world(configuration, clock=clock, jitter=jitter) as world:
            yield replace(world, executor=OrderExecutionManager(rest))

    wirings: dict[Environment, Wiring] = {"testnet": Wiring(clock=SystemClock, open=opened)}
    bot = TradingBot.create(_config(port, home), wirings=wirings, console=StringIO())
    async with asyncio.TaskGroup() as group:
        await bot.initialize()
        bus = bot._bus  # noqa: SLF001  # a signal without a candle has no other door

        async def want(whim: Whim) -> None:
            await bus.publish(whim.signal)

        bus.subscribe(Whim, want)
        group.create_task(bot.run())
        yield bus, noted, rest
        bot.stop.ask("the benchmark is over")
    bot.close()
    await noted.close()


def _config(port: int, home: Path) -> ConfigManager:
    (home / "configs").mkdir()
    (home / "configs/noctule.ini").write_text(_INI)
    files = {"file": "noctule.log", "trade_log": "trades.jsonl", "audit_log": "audit.jsonl"}
    return ConfigManager(
        Sources(
            home=home,
            directory=Path("configs"),
            environment={"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET": SECRET},
            overrides=(
                *(f"logging.{key}={home / 'logs' / name}" for key, name in files.items()),
                f"store.url=sqlite:///{home}/state/{{environment}}-{{account}}.db",
                f"risk.kill_switch_file={home / 'STOP'}",
                *("risk.cooldown_losses=0", "risk.max_daily_loss=1", "risk.max_drawdown=1"),
                *("risk.risk_per_trade=0.0001", "risk.max_orders_per_minute=1200"),
                "risk.max_position_notional=1000",
                "api.environment=testnet",
                f"api.rest_url=http://127.0.0.1:{port}",
                f"api.stream_url=ws://127.0.0.1:{port}",
            ),
        ),
        strategy_settings=StrategyFactory.settings_of,
        strategy_names=StrategyFactory.names(),
    )


def _rest_over(transport: NotingTransport) -> BinanceRest:
    rest = rest_over(transport, keys=keys_of(KEY, SECRET), clock=SystemClock(), jitter=Random(1))
    rest.gate.budget.learn(_LIMITS)
    return rest


async def _bare(request: OrderRequest, path: str) -> list[float]:
    """Return what lies between a call of the executor and the bytes, and nothing before it."""
    transport = StandingTransport("http://127.0.0.1:1")
    executor = OrderExecutionManager(_rest_over(transport))
    taken_us = []
    for _ in range(TRIPS):
        began = time.perf_counter()
        await executor.place(request)
        taken_us.append((transport.left[path] - began) * 1e6)
    return taken_us


async def _naked_ms(rest: BinanceRest) -> list[float]:
    """Return by the exchange's books how long each position had no stop."""
    client = rest.client
    orders = await _rows(client.all_orders(symbol=_BTC, limit=1_000))
    trades = await _rows(client.get_account_trades(_BTC, limit=1_000))
    stops = await _rows(client.all_algo_orders(_BTC, limit=1_000))
    entries = {each["orderId"] for each in orders if not each["reduceOnly"]}
    filled_ms: dict[int, int] = {}
    for trade in trades:
        if trade["orderId"] in entries:
            filled_ms.setdefault(trade["orderId"], trade["time"])
    stopped_ms = sorted(each["createTime"] for each in stops if each["orderType"] == "STOP_MARKET")
    return [float(_first_after(each, stopped_ms) - each) for each in filled_ms.values()]


def _first_after(at_ms: int, times_ms: list[int]) -> int:
    return times_ms[bisect_left(times_ms, at_ms)]


async def _rows(sending: Sending) -> list[dict[str, Any]]:
    answer = await sending
    rows: list[dict[str, Any]] = msgspec.json.decode(answer.body)
    assert isinstance(rows, list), rows
    return rows


def _whim(direction: Direction, number: int) -> Whim:
    close_ms = _FIRST_CLOSE_MS + number * 60_000
    signal = SignalGenerated(
        at_ms=close_ms,
        trace=f"bench:{number}",
        symbol=_BTC,
        timeframe=Timeframe.M1,
        strategy="sma_cross",
        close_ms=close_ms,
        price=_PRICE,
        signal=Signal(direction=direction, reason="a benchmark"),
    )
    return Whim(at_ms=close_ms, trace=signal.trace, signal=signal)


def _entry() -> OrderRequest:
    return OrderRequest(
        client_order_id=ClientOrderId("bare"),
        symbol=_BTC,
        side=Side.BUY,
        kind=OrderKind.MARKET,
        leg=Leg.ENTRY,
        quantity=Quantity(Decimal("0.010")),
    )


def _stop() -> OrderRequest:
    return OrderRequest(
        client_order_id=ClientOrderId("bare"),
        symbol=_BTC,
        side=Side.SELL,
        kind=OrderKind.STOP_MARKET,
        leg=Leg.STOP,
        quantity=None,
        trigger_price=Price(Decimal(60_000)),
    )
