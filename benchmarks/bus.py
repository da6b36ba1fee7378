"""What the bus costs, each figure beside a reference measured in the same run.

    python benchmarks/bus.py

Bars: inline delivery with all rules, taps, history and metrics on takes at most 16 times a bare
loop over a deque that calls one function; three hops at rest take at most twice three bare
asyncio.Queue hops.
"""

import asyncio
import gc
import sys
import time
import tracemalloc
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from statistics import median, quantiles
from typing import TypeVar

import uvloop

from noctule.domain.events.base import DataEvent, Event, OrderEvent, QueueName, SignalEvent
from noctule.engine.bus import CAPACITIES, EventBus

T = TypeVar("T")

ROUNDS = 5
INLINE_EVENTS = 200_000
LIVE_EVENTS = 100_000
PINGS = 3_000


class Data(DataEvent, frozen=True, kw_only=True):
    """A candle's stand-in."""


class Opinion(SignalEvent, frozen=True, kw_only=True):
    """A signal's stand-in."""


class Request(OrderEvent, frozen=True, kw_only=True):
    """An order's stand-in."""


DATA = Data(at_ms=1, trace="bench:1")
OPINION = Opinion(at_ms=1, trace="bench:1")
REQUEST = Request(at_ms=1, trace="bench:1")


class Counter:
    """Counts what passes: the least a handler can do."""

    def __init__(self) -> None:
        self.seen = 0

    def see(self, _event: Event) -> None:
        """Count one."""
        self.seen += 1


def main() -> int:
    """Measure, print, and return 1 when a bar is missed."""
    verdicts = [inline(), at_rest()]
    live()
    under_load()
    memory()
    return 0 if all(verdicts) else 1


def inline() -> bool:
    """Drive events with one handler, and chains through all three queues."""
    bare = rate(bare_loop, INLINE_EVENTS)
    one = rate(drive_one, INLINE_EVENTS)
    chain = rate(drive_chain, INLINE_EVENTS)
    print(f"{'inline, bare deque and one call':44} {bare:12,.0f} events/s")
    print(
        f"{'inline, bus: one handler, tap, history':44} {one:12,.0f} events/s {bare / one:6.1f} ×"
    )
    print(
        f"{'inline, bus: chain of three queues':44} {chain:12,.0f} events/s {bare / chain:6.1f} ×"
    )
    kept = verdict("inline event", bare / one, 16)
    return verdict("inline chain", bare / chain, 16) and kept


def bare_loop(count: int) -> None:
    """Take events off a deque and call one function."""
    counter = Counter()
    events = deque([DATA] * count)
    see = counter.see
    while events:
        see(events.popleft())


def drive_one(count: int) -> None:
    """Drive events that one handler and one tap see."""
    bus, _ = a_bus()
    bus.subscribe(Data, Counter().see)
    events = deque([DATA] * count)
    while events:
        bus.drive(events.popleft())


def drive_chain(count: int) -> None:
    """Drive events that cause a signal that causes an order; counts all three."""
    bus, _ = a_bus()
    chain_handlers(bus)
    for _ in range(count // 3):
        bus.drive(DATA)


def live() -> None:
    """Push events through three processor tasks as fast as one publisher can."""
    for name, factory in (("asyncio", asyncio.new_event_loop), ("uvloop", uvloop.new_event_loop)):
        queues = median(with_loop(factory, three_queues_pipelined) for _ in range(ROUNDS))
        bus = median(with_loop(factory, bus_pipelined) for _ in range(ROUNDS))
        label = f"live, {name}: three bare queues, all delivered"
        print(f"{label:44} {queues:12,.0f} events/s")
        label = f"live, {name}: bus, three queues, all delivered"
        print(f"{label:44} {bus:12,.0f} events/s {queues / bus:6.1f} ×")


def at_rest() -> bool:
    """Send one event at a time through three hops."""
    kept = True
    for name, factory in (("asyncio", asyncio.new_event_loop), ("uvloop", uvloop.new_event_loop)):
        pairs = [
            (with_loop(factory, bus_pings), with_loop(factory, queue_pings)) for _ in range(ROUNDS)
        ]
        bus = [point for pings, _ in pairs for point in pings]
        bare = [point for _, pings in pairs for point in pings]
        tell_latency(f"at rest, {name}: three bare queues", bare)
        tell_latency(f"at rest, {name}: bus, three hops", bus)
        ratio = median(median(a) / median(b) for a, b in pairs)
        kept = verdict(f"three hops at rest ({name})", ratio, 2) and kept
    return kept


def under_load() -> None:
    """Time three hops while the data queue is kept half full."""
    tell_latency(
        "under load, uvloop: bus, three hops", with_loop(uvloop.new_event_loop, loaded_pings)
    )


def memory() -> None:
    """Fill all three queues and the history, and weigh them."""
    gc.collect()
    tracemalloc.start()
    bus, _ = a_bus()
    asyncio.run(fill(bus))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    depth = sum(CAPACITIES.values())
    print(f"{f'peak memory, {depth} distinct events queued':44} {peak / 1024:12,.0f} KiB")


async def fill(bus: EventBus) -> None:
    """Put as many distinct events as fit, with nobody reading."""
    for number in range(CAPACITIES[QueueName.DATA]):
        await bus.publish(Data(at_ms=number, trace=f"bench:{number}"))
    for number in range(CAPACITIES[QueueName.ORDER]):
        await bus.publish(Request(at_ms=number, trace=f"bench:{number}"))


def a_bus() -> tuple[EventBus, Counter]:
    """Return a bus with everything on, and its tap."""
    bus = EventBus(stopwatch_ns=time.perf_counter_ns)
    tap = Counter()
    bus.add_tap(tap.see)
    return bus, tap


def chain_handlers(bus: EventBus) -> Counter:
    """Let data cause a signal and a signal an order."""
    end = Counter()

    async def opine(_event: Data) -> None:
        await bus.publish(OPINION)

    async def request(_event: Opinion) -> None:
        await bus.publish(REQUEST)

    bus.subscribe(Data, opine)
    bus.subscribe(Opinion, request)
    bus.subscribe(Request, end.see)
    return end


async def bus_pipelined() -> float:
    """Return delivered events per second through three processors."""
    bus, tap = a_bus()
    chain_handlers(bus)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(bus.process(name)) for name in QueueName]
        began = time.perf_counter()
        for _ in range(LIVE_EVENTS // 3):
            await bus.publish(DATA)
        await bus.settle()
        took = time.perf_counter() - began
        for task in tasks:
            task.cancel()
    return tap.seen / took


async def three_queues_pipelined() -> float:
    """Return delivered events per second through three bare queues and three tasks."""
    queues: list[asyncio.Queue[Event]] = [asyncio.Queue(CAPACITIES[name]) for name in QueueName]
    seen = 0

    async def pass_on(place: int) -> None:
        nonlocal seen
        while True:
            event = await queues[place].get()
            seen += 1
            if place < 2:
                await queues[place + 1].put(event)
            queues[place].task_done()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(pass_on(place)) for place in range(3)]
        began = time.perf_counter()
        for _ in range(LIVE_EVENTS // 3):
            await queues[0].put(DATA)
        for queue in queues:
            await queue.join()
        took = time.perf_counter() - began
        for task in tasks:
            task.cancel()
    return seen / took


async def bus_pings() -> list[float]:
    """Return the microseconds of three hops through the bus, one event at a time."""
    bus, _ = a_bus()
    chain_handlers(bus)
    arrived = asyncio.Event()
    bus.subscribe(Request, lambda _event: arrived.set())
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(bus.process(name)) for name in QueueName]
        times = await pings(lambda: bus.publish(DATA), arrived)
        for task in tasks:
            task.cancel()
    return times


async def queue_pings() -> list[float]:
    """Return the microseconds of three hops through bare queues, one event at a time."""
    queues: list[asyncio.Queue[Event]] = [asyncio.Queue(CAPACITIES[name]) for name in QueueName]
    arrived = asyncio.Event()

    async def pass_on(place: int) -> None:
        while True:
            event = await queues[place].get()
            if place == 2:
                arrived.set()
            else:
                await queues[place + 1].put(event)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(pass_on(place)) for place in range(3)]
        times = await pings(lambda: queues[0].put(DATA), arrived)
        for task in tasks:
            task.cancel()
    return times


async def loaded_pings() -> list[float]:
    """Return the microseconds of three hops while other events keep the data queue busy."""
    bus, _ = a_bus()
    arrived = asyncio.Event()
    marked = Data(at_ms=2, trace="bench:2")

    async def opine(event: Data) -> None:
        if event is marked:
            await bus.publish(OPINION)

    async def request(_event: Opinion) -> None:
        await bus.publish(REQUEST)

    async def flood() -> None:
        while True:
            for _ in range(100):
                await bus.publish(DATA)
            await asyncio.sleep(0)

    bus.subscribe(Data, opine)
    bus.subscribe(Opinion, request)
    bus.subscribe(Request, lambda _event: arrived.set())
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(bus.process(name)) for name in QueueName]
        tasks.append(group.create_task(flood()))
        times = await pings(lambda: bus.publish(marked), arrived)
        for task in tasks:
            task.cancel()
    return times


async def pings(send: Callable[[], Awaitable[None]], arrived: asyncio.Event) -> list[float]:
    """Send, wait for the arrival, and time it, again and again."""
    times = []
    for _ in range(PINGS):
        await asyncio.sleep(0)
        arrived.clear()
        began = time.perf_counter_ns()
        await send()
        await arrived.wait()
        times.append((time.perf_counter_ns() - began) / 1000)
    return times


def with_loop(
    factory: Callable[[], asyncio.AbstractEventLoop],
    main: Callable[[], Coroutine[object, object, T]],
) -> T:
    """Run a coroutine function on a loop of this make."""
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(main())


def rate(work: Callable[[int], None], count: int) -> float:
    """Return the median events per second of a few rounds."""
    rates = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work(count)
        rates.append(count / (time.perf_counter() - began))
    return median(rates)


def tell_latency(label: str, times: list[float]) -> None:
    """Print the median and the 99th percentile."""
    cuts = quantiles(times, n=100)
    print(f"{label:44} {cuts[49]:8.1f} µs p50 {cuts[98]:8.1f} µs p99")


def verdict(what: str, ratio: float, bar: float) -> bool:
    """Print whether a ratio keeps its bar."""
    kept = ratio <= bar
    print(
        f"{'  bar: ' + what:44} {ratio:12.2f} × of {bar} × allowed: {'kept' if kept else 'MISSED'}"
    )
    return kept


if __name__ == "__main__":
    sys.exit(main())
