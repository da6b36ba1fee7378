"""A bot's life for benchmarks/execution.py: positions entered and left, each moment noted."""

import asyncio
import time
from bisect import bisect_left
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec
from msgspec import Struct

from benchmarks.adapter_rest import server
from benchmarks.execution_bot import (
    NotingTransport,
    StandingTransport,
    Whim,
    living,
    noting_rest,
)
from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.binance.rest.client import Sending
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.domain.events.base import Event
from noctule.domain.events.desk import PositionClosed, PositionProtected
from noctule.domain.events.order import OrderFilled, PositionReported
from noctule.domain.events.signal import SignalGenerated, SignalRefused
from noctule.domain.order import ClientOrderId, Leg, OrderKind, OrderRequest
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Price, Quantity, Side, Symbol, Timeframe
from noctule.engine.bus import EventBus

__all__ = ["Beats", "beats_of_a_life"]

TRIPS: Final = 300
_BTC: Final = Symbol("BTCUSDT")
_ENTRY: Final = "/fapi/v1/order"
_STOP: Final = "/fapi/v1/algoOrder"
_TELL_A_FILL: Final = (PositionReported, OrderFilled)  # whichever comes first: mostly that one
_FIRST_CLOSE_MS: Final = 1_790_553_659_999  # of the exchange's first minute
_PRICE: Final = 64_000.0  # near the market's, which opens there


class Beats(Struct, kw_only=True):
    """What was taken, of every trip."""

    bare_entry_us: list[float] = []
    bare_stop_us: list[float] = []
    signal_us: list[float] = []
    fill_us: list[float] = []
    naked_ms: list[float] = []


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
    beats = Beats()
    standing = StandingTransport("http://127.0.0.1:1")
    with TemporaryDirectory() as home:
        async with server("exchange") as port, living(port, Path(home)) as (bus, noted, rest):
            pulse = Pulse()
            bus.add_tap(pulse.feel)
            for number in range(TRIPS):
                signal_s, fill_s = await _trip(bus, pulse, noted, number)
                beats.signal_us.append(signal_s * 1e6)
                beats.fill_us.append(fill_s * 1e6)
                # In turns: what slows one slows all.
                beats.bare_entry_us.append(await _bare_us(standing, _entry()))
                beats.bare_stop_us.append(await _bare_us(standing, _stop()))
            beats.naked_ms.extend(await _naked_ms(rest))
    return beats


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


async def _bare_us(transport: StandingTransport, request: OrderRequest) -> float:
    """Return what lies between a call of an executor and the bytes, and nothing before it."""
    executor = OrderExecutionManager(noting_rest(transport))
    await executor.place(request)  # once before: what is made at first is made
    transport.left.clear()
    began = time.perf_counter()
    await executor.place(request)
    return (next(iter(transport.left.values())) - began) * 1e6


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
