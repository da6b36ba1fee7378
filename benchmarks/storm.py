"""How much faster than real time a storm passes, and which part of it takes how much of that.

    python -m benchmarks.storm [MINUTES]

Everything is CPU time of this one process, so it is what a core does; the reference is asyncio's
own loop taking empty turns in the same run, which says how fast the machine is just now.
"""

import asyncio
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Final, TypeVar

from noctule.app.storm.run import Outcome, run_storm
from noctule.app.storm.story import Crash, Story

T = TypeVar("T")

_MINUTES: Final = 120
_ROUNDS: Final = 3
_TURNS: Final = 100_000
_SAMPLE_S: Final = 0.001
_SYMBOLS: Final = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
_LIVES: Final = 20
_MINUTE_MS: Final = 60_000
_DAY_S: Final = 86_400

# Where a piece of our code belongs: the first whose folder it is in.
_PARTS: Final = (
    ("app/storm/promises", "the promises"),
    ("app/storm/jury", "the promises"),
    ("app/storm", "the storm: market, road, record"),
    ("app/in_process", "the simulated exchange"),
    ("adapters/sim", "the simulated exchange"),
    ("adapters/binance", "the bot: its adapter"),
    ("adapters/store", "the bot: its store"),
    ("adapters/clock", "the virtual loop"),
    ("", "the bot: all else"),
)


def main() -> None:
    """Print the price of an hour, of a life, and where it goes."""
    minutes = int(sys.argv[1]) if len(sys.argv) > 1 else _MINUTES
    run_storm(_story(1))  # everything is imported, and compiled
    turn_s = min(_cpu_s(lambda: asyncio.run(_turn()))[0] for _ in range(_ROUNDS)) / _TURNS
    print(f"{'a turn of asyncio, for reference':38}{turn_s * 1e6:10.2f} us")
    cpu_s, outcome = _best(_story(minutes))
    storm_s = outcome.market_ms / 1_000
    print(
        f"{len(_SYMBOLS)} symbols, {minutes} minutes and the calm: {outcome.trades} trades", end=""
    )
    print(f", {outcome.requests} requests, {len(outcome.violations)} violations")
    print(f"{'x real time':38}{storm_s / cpu_s:10,.0f}")
    print(f"{'days in a minute':38}{storm_s / cpu_s * 60 / _DAY_S:10.2f}")
    print(f"{'a second of it, in turns of asyncio':38}{cpu_s / storm_s / turn_s:10,.0f}")
    _print_life(minutes, cpu_s)
    _print_parts(minutes)


def _story(minutes: int, *, lives: int = 1) -> Story:
    deaths = range(_MINUTE_MS, lives * _MINUTE_MS, _MINUTE_MS)
    return Story(
        seed=1,
        profile="calm",
        minutes=minutes,
        symbols=_SYMBOLS,
        troubles=tuple(Crash(at_ms=at_ms, awaits=100, down_ms=2_000) for at_ms in deaths),
    )


def _best(story: Story) -> tuple[float, Outcome]:
    return min((_cpu_s(lambda: run_storm(story)) for _ in range(_ROUNDS)), key=lambda each: each[0])


def _print_life(minutes: int, without_s: float) -> None:
    cpu_s, outcome = _best(_story(max(minutes, _LIVES + 1), lives=_LIVES))
    life_ms = max(0.0, cpu_s - without_s) / (outcome.lives - 1) * 1_000
    print(f"{f'one of {outcome.lives} lives that end in a crash':38}{life_ms:10.0f} ms more")


def _print_parts(minutes: int) -> None:
    """Look a thousand times a second whose code runs; a library's time is its caller's."""
    seen: Counter[str] = Counter()

    def look(_signal: int, frame: FrameType | None) -> None:
        seen[_part_of(frame)] += 1

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, _SAMPLE_S, _SAMPLE_S)
    try:
        cpu_s, outcome = _cpu_s(lambda: run_storm(_story(minutes)))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    print("where it goes, of a second:")
    for part, times in seen.most_common():
        share = times / seen.total()
        print(f"  {part:36}{share * cpu_s / outcome.market_ms * 1e9:10.0f} us{share:8.1%}")


def _part_of(frame: FrameType | None) -> str:
    while frame is not None:
        _, is_ours, path = frame.f_code.co_filename.partition("/noctule/")
        if is_ours:
            return next(part for folder, part in _PARTS if path.startswith(folder))
        frame = frame.f_back
    return "asyncio and this benchmark"


def _cpu_s(work: Callable[[], T]) -> tuple[float, T]:
    began_s = time.process_time()
    done = work()
    return time.process_time() - began_s, done


async def _turn() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)


if __name__ == "__main__":
    main()
