"""What a candle costs on its way in, each figure beside json.loads of the same frame.

python -m benchmarks.adapter_candles
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from random import Random
from statistics import median, quantiles

import uvloop

from noctule.adapters.binance.market.candle_feed import CandleFeed
from noctule.adapters.binance.market.connection import MarketConnection
from noctule.adapters.binance.market.event_outbox import EventOutbox
from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.adapters.binance.market.feed_states import FeedStates
from noctule.adapters.clock import SystemClock
from noctule.domain.events.base import QueueName
from noctule.domain.events.data import CandleClosed
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from noctule.engine.bus import EventBus

__all__ = ["frames_per_second", "on_the_bus", "parsing", "tell"]

START_MS = 1_790_553_600_000
CANDLES = 20_000
SYMBOLS = 300
ROUNDS = 40
REPEATS = 7


class Line:
    """A connection with the minutes of some symbols on it, and the outbox behind it."""

    def __init__(self, symbols: Sequence[Symbol]) -> None:
        self.outbox = EventOutbox(events_max=1_000_000)
        counts, clock = FeedCounts(), SystemClock()
        feeds = [
            CandleFeed(symbol, Timeframe.M1, outbox=self.outbox, counts=counts, ask=_nobody)
            for symbol in symbols
        ]
        for feed in feeds:
            feed.place(START_MS)
        self.connection = MarketConnection(
            [feed.stream for feed in feeds],
            feeds={feed.stream: feed for feed in feeds},
            states=FeedStates(outbox=self.outbox, clock=clock, ask=_nobody),
            clock=clock,
            counts=counts,
        )


def _nobody(_feed: CandleFeed) -> None:
    """Fetch nothing: no close is missing here."""


def frame(symbol: str, number: int, *, is_closed: bool) -> bytes:
    """Return a frame as the exchange writes it, of some 330 bytes."""
    open_ms = START_MS + number * MINUTE_MS
    return (
        b'{"stream":"%b@kline_1m","data":{"e":"kline","E":%d,"s":"%b","k":{"t":%d,"T":%d,"s":"%b",'
        b'"i":"1m","f":5523041881,"L":5523044120,"o":"60012.30","c":"60020.10","h":"60031.90",'
        b'"l":"60001.00","v":"153.482","n":2240,"x":%b,"q":"9211433.10220","V":"81.115",'
        b'"Q":"4868223.19820","B":"0"}}}'
    ) % (
        symbol.lower().encode(),
        open_ms + MINUTE_MS + 12,
        symbol.encode(),
        open_ms,
        open_ms + MINUTE_MS - 1,
        symbol.encode(),
        b"true" if is_closed else b"false",
    )


def parsing() -> list[float]:
    """Return how long json.loads takes for each of many frames, in µs."""
    frames = [frame("BTCUSDT", number, is_closed=True) for number in range(CANDLES)]
    times = []
    for told in frames:
        began_ns = time.perf_counter_ns()
        json.loads(told)
        times.append((time.perf_counter_ns() - began_ns) / 1_000)
    return times


def in_the_outbox() -> list[float]:
    """Return how long each closed frame takes until its event is in the outbox, in µs."""
    line = Line([Symbol("BTCUSDT")])
    frames = [frame("BTCUSDT", number, is_closed=True) for number in range(CANDLES)]
    times = []
    for told in frames:
        began_ns = time.perf_counter_ns()
        line.connection.on_frame(told)
        times.append((time.perf_counter_ns() - began_ns) / 1_000)
    assert len(line.outbox) == CANDLES, f"{len(line.outbox)} events of {CANDLES} frames"
    return times


async def on_the_bus() -> list[float]:
    """Return how long each closed frame takes until a handler on the bus has it, in µs."""
    line, bus = Line([Symbol("BTCUSDT")]), EventBus(stopwatch_ns=time.perf_counter_ns)
    times: list[float] = []
    began_ns = 0
    arrived = asyncio.Event()

    def handle(_event: CandleClosed) -> None:
        times.append((time.perf_counter_ns() - began_ns) / 1_000)
        arrived.set()

    async def pump() -> None:
        while (event := await line.outbox.get()) is not None:
            await bus.publish(event)

    bus.subscribe(CandleClosed, handle)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(pump()), group.create_task(bus.process(QueueName.DATA))]
        for number in range(CANDLES // 4):
            told = frame("BTCUSDT", number, is_closed=True)
            await asyncio.sleep(0)
            arrived.clear()
            began_ns = time.perf_counter_ns()
            line.connection.on_frame(told)
            await arrived.wait()
        for task in tasks:
            task.cancel()
    return times


async def frames_per_second(*, is_closed: bool) -> float:
    """Return how many kline frames of 300 symbols one core takes, events fetched included."""
    symbols = [Symbol(f"COIN{number}USDT") for number in range(SYMBOLS)]
    line = Line(symbols)
    minutes = [
        [frame(symbol, number if is_closed else 0, is_closed=is_closed) for symbol in symbols]
        for number in range(ROUNDS)
    ]
    Random(1).shuffle(minutes[0])
    began_ns = time.perf_counter_ns()
    for frames in minutes:
        for told in frames:
            line.connection.on_frame(told)
        while len(line.outbox):
            await line.outbox.get()
    return SYMBOLS * ROUNDS / ((time.perf_counter_ns() - began_ns) / 1e9)


def tell(label: str, times: list[float], beside: list[float] | None = None) -> None:
    """Print the median and the 99th percentile, and how often the other median fits into it."""
    cuts = quantiles(times, n=100)
    ratio = f"{cuts[49] / quantiles(beside, n=100)[49]:6.2f} ×" if beside else ""
    print(f"{label:52} {cuts[49]:7.2f} µs p50 {cuts[98]:7.2f} µs p99 {ratio}")


def main() -> int:
    """Measure and print."""
    reference = parsing()
    tell("json.loads of a kline frame", reference)
    tell("frame → CandleClosed in the outbox", in_the_outbox(), reference)
    for name, factory in (("asyncio", asyncio.new_event_loop), ("uvloop", uvloop.new_event_loop)):
        with asyncio.Runner(loop_factory=factory) as runner:
            tell(
                f"frame → CandleClosed handled on the bus, {name}",
                runner.run(on_the_bus()),
                reference,
            )
    for what, is_closed in (("updates", False), ("closes", True)):
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            rate = median(
                runner.run(frames_per_second(is_closed=is_closed)) for _ in range(REPEATS)
            )
        print(f"{f'{what} of {SYMBOLS} symbols on one core':52} {rate:9,.0f} frames/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
