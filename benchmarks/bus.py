"""What the bus costs, each figure beside a reference measured in the same run.

    python -m benchmarks.bus

Bars: inline delivery with all rules, taps, history and metrics on takes at most 16 times a bare
loop over a deque that calls one function; three hops at rest take at most twice three bare
asyncio.Queue hops.
"""

import asyncio
import gc
import sys
import time
import tracemalloc
from collections.abc import Callable, Coroutine
from statistics import median, quantiles
from typing import TypeVar

import uvloop

from benchmarks import bus_scenes as scenes
from noctule.engine.bus import CAPACITIES

T = TypeVar("T")

ROUNDS = 5
INLINE_EVENTS = 200_000


def main() -> int:
    """Measure, print, and return 1 when a bar is missed."""
    verdicts = [inline(), at_rest()]
    live()
    under_load()
    memory()
    return 0 if all(verdicts) else 1


def inline() -> bool:
    """Drive events with one handler, and chains through all three queues, in turn with a bare loop.

    The ratio is taken within each round: on a machine that others use too, speed drifts.
    """
    works = (scenes.bare_loop, scenes.drive_one, scenes.drive_chain)
    rounds = [tuple(seconds(work) for work in works) for _ in range(2 * ROUNDS)]
    labels = ("bare deque and one call", "bus: one handler, tap, history", "bus: three queues")
    ratios = []
    for label, times in zip(labels, zip(*rounds, strict=True), strict=True):
        ratios.append(median(time / bare for time, (bare, *_) in zip(times, rounds, strict=True)))
        events = INLINE_EVENTS / median(times)
        print(f"{f'inline, {label}':44} {events:12,.0f} events/s {ratios[-1]:6.1f} ×")
    kept = verdict("inline event", ratios[1], 16)
    return verdict("inline chain", ratios[2], 16) and kept


def live() -> None:
    """Push events through three processor tasks as fast as one publisher can."""
    for name, factory in (("asyncio", asyncio.new_event_loop), ("uvloop", uvloop.new_event_loop)):
        queues = median(with_loop(factory, scenes.three_queues_pipelined) for _ in range(ROUNDS))
        bus = median(with_loop(factory, scenes.bus_pipelined) for _ in range(ROUNDS))
        label = f"live, {name}: three bare queues, all delivered"
        print(f"{label:44} {queues:12,.0f} events/s")
        label = f"live, {name}: bus, three queues, all delivered"
        print(f"{label:44} {bus:12,.0f} events/s {queues / bus:6.1f} ×")


def at_rest() -> bool:
    """Send one event at a time through three hops."""
    kept = True
    for name, factory in (("asyncio", asyncio.new_event_loop), ("uvloop", uvloop.new_event_loop)):
        pairs = [
            (with_loop(factory, scenes.bus_pings), with_loop(factory, scenes.queue_pings))
            for _ in range(ROUNDS)
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
        "under load, uvloop: bus, three hops", with_loop(uvloop.new_event_loop, scenes.loaded_pings)
    )


def memory() -> None:
    """Fill all three queues and the history, and weigh them."""
    gc.collect()
    tracemalloc.start()
    bus, _ = scenes.a_bus()
    asyncio.run(scenes.fill(bus))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    depth = sum(CAPACITIES.values())
    print(f"{f'peak memory, {depth} distinct events queued':44} {peak / 1024:12,.0f} KiB")


def with_loop(
    factory: Callable[[], asyncio.AbstractEventLoop],
    main: Callable[[], Coroutine[object, object, T]],
) -> T:
    """Run a coroutine function on a loop of this make."""
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(main())


def seconds(work: Callable[[int], None]) -> float:
    """Return how long one round took."""
    began = time.perf_counter()
    work(INLINE_EVENTS)
    return time.perf_counter() - began


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
