"""What a bot takes from the process it lives in: its threads, its stopwatch, its wall clock."""

import time
from collections.abc import Callable

from msgspec import Struct

from noctule.adapters.clock import SystemClock
from noctule.ports.clock import Clock
from noctule.telemetry.writer import Runner

__all__ = ["Surroundings"]


class Surroundings(Struct, frozen=True, kw_only=True):
    """The defaults are a daemon's; where a run must repeat exactly, nothing of them is real."""

    writers: Runner = Runner.THREAD
    stopwatch_ns: Callable[[], int] = time.perf_counter_ns
    wall: Clock = SystemClock()
    watches_turns: bool = True  # by a thread that ends a strategy's turn when that does not
    beat_ms: int = 250  # how often it is looked how late the loop is: no virtual one ever is
    looks_every_ms: int = 1_000  # at how all of it is, for a service manager
