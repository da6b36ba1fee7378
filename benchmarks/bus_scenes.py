"""The workloads of benchmarks/bus.py: the bus, and the bare structures it is held against."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

from noctule.domain.events.base import DataEvent, Event, OrderEvent, QueueName, SignalEvent
from noctule.engine.bus import CAPACITIES, EventBus

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


async def fill(bus: EventBus) -> None:
    """Put as many distinct events as fit, with nobody reading."""
    for number in range(CAPACITIES[QueueName.DATA]):
        await bus.publish(Data(at_ms=number, trace=f"bench:{number}"))
    for number in range(CAPACITIES[QueueName.ORDER]):
        await bus.publish(Request(at_ms=number, trace=f"bench:{number}"))


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
