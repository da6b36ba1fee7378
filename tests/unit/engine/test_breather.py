"""Whoever does much in one turn lets the loop turn in between."""

import asyncio

from noctule.engine.breather import Breather

LONG_NS = 1_000


class Stopwatch:
    def __init__(self) -> None:
        self.ns = 0

    def read(self) -> int:
        return self.ns


async def test_a_short_turn_goes_on_without_waiting() -> None:
    stopwatch, others = Stopwatch(), list[str]()
    breather = Breather(stopwatch_ns=stopwatch.read, long_ns=LONG_NS)
    asyncio.get_running_loop().call_soon(others.append, "turn")
    for _ in range(5):
        await breather.breathe()
        stopwatch.ns += LONG_NS // 10
    assert others == []


async def test_a_long_turn_lets_the_others_have_theirs() -> None:
    stopwatch, others = Stopwatch(), list[str]()
    breather = Breather(stopwatch_ns=stopwatch.read, long_ns=LONG_NS)
    await breather.breathe()
    asyncio.get_running_loop().call_soon(others.append, "turn")
    stopwatch.ns += LONG_NS + 1
    await breather.breathe()
    assert others == ["turn"]


async def test_the_next_turn_is_measured_anew() -> None:
    stopwatch, others = Stopwatch(), list[str]()
    breather = Breather(stopwatch_ns=stopwatch.read, long_ns=LONG_NS)
    await breather.breathe()
    await asyncio.sleep(0)
    stopwatch.ns += LONG_NS + 1
    asyncio.get_running_loop().call_soon(others.append, "turn")
    await breather.breathe()
    assert others == []
