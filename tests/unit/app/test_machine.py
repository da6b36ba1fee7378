import asyncio
from random import Random

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.machine import Machine
from noctule.app.surroundings import Surroundings
from noctule.domain.errors import FeedSilent
from noctule.domain.events.data import CandleClosed
from noctule.engine.lifecycle import ComponentState
from tests.builders import candle
from tests.fakes.feed import ScriptedCollector, closed


def test_what_a_feed_tells_reaches_its_handlers_while_the_machine_moves() -> None:
    seen: list[float] = []
    kept_up: list[str] = []

    async def keep_up() -> None:
        kept_up.append("time")

    async def main(clock: VirtualClock) -> None:
        machine = Machine(
            clock=clock, jitter=Random(1), on_fatal=lambda _cause: None, on_move=lambda: None
        )
        machine.bus.subscribe(CandleClosed, lambda event: seen.append(event.candle.close))
        machine.hear("candles", ScriptedCollector(closed(candle(7.0))), machine.bus.publish)
        async with machine.supervisor as supervisor:
            await supervisor.start_all()
            machine.move({"exchange time": keep_up})
            await asyncio.sleep(1)
            await machine.bus.settle()
            assert supervisor.states() == {"candles": ComponentState.STOPPED}  # the script's end

    run_virtual(main, start_ms=0)

    assert seen == [7.0]
    assert kept_up == ["time"]


def test_a_feed_that_cannot_be_brought_back_stops_the_bot_which_would_be_blind() -> None:
    causes: list[str] = []

    async def main(clock: VirtualClock) -> None:
        def broken() -> None:
            raise FeedSilent("for 90 s")

        machine = Machine(
            clock=clock, jitter=Random(1), on_fatal=causes.append, on_move=lambda: None
        )
        machine.hear("candles", ScriptedCollector(broken), machine.bus.publish)
        async with machine.supervisor as supervisor:
            await supervisor.start_all()
            await asyncio.sleep(3_600)

    run_virtual(main, start_ms=0)
    assert causes == ["component candles: for 90 s"]


def test_its_parts_measure_with_the_stopwatch_it_is_given() -> None:
    async def main(clock: VirtualClock) -> None:
        around = Surroundings(stopwatch_ns=lambda: clock.now_us() * 1_000)
        machine = Machine(
            clock=clock, jitter=Random(1), on_fatal=pytest.fail, on_move=lambda: None, around=around
        )
        await machine.breather.breathe()
        clock.advance_to_ms(10)  # a turn that lasts long
        before = asyncio.get_running_loop().time()
        turns: list[int] = []
        asyncio.get_running_loop().call_soon(turns.append, 1)
        await machine.breather.breathe()
        assert turns == [1], "the loop was not let turn"
        assert asyncio.get_running_loop().time() == before

    run_virtual(main, start_ms=0)
