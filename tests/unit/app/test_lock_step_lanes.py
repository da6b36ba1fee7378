"""In lock-step no order overtakes another, and each has had its effect before the next leaves."""

import asyncio

from noctule.adapters.clock import VirtualClock
from noctule.app.lock_step_lanes import LockStepLanes
from noctule.domain.values import Symbol
from tests.builders import BTCUSDT, START_MS
from tests.fakes.lane_desk import LaneDesk, lanes_over, turns
from tests.fakes.lane_orders import close, entry, give


async def test_what_was_given_first_is_answered_first_though_the_next_is_more_urgent() -> None:
    desk, answered = LaneDesk(), asyncio.Event()
    desk.script("a", answered)
    async with lanes_over(desk, clock=VirtualClock(START_MS), make_lanes=LockStepLanes) as lanes:
        give(lanes, entry("a"))
        await turns()
        give(lanes, close("b", symbol=Symbol("ETHUSDT")))
        await turns()
        assert desk.calls == ["place a"]
        answered.set()
        await turns()
        assert desk.calls == ["place a", "place b"]


async def test_what_waits_behind_another_has_left_and_is_not_taken_back() -> None:
    desk, answered = LaneDesk(), asyncio.Event()
    desk.script("a", answered)
    async with lanes_over(desk, clock=VirtualClock(START_MS), make_lanes=LockStepLanes) as lanes:
        give(lanes, close("a", symbol=Symbol("ETHUSDT")))
        await turns()
        give(lanes, entry("b"))
        await turns()
        assert lanes.drop_entries(BTCUSDT) == ()
        answered.set()
        assert await lanes.flush(1_000)
        assert desk.calls == ["place a", "place b"]


async def test_the_next_leaves_once_all_is_quiet() -> None:
    desk, is_quiet = LaneDesk(), asyncio.Event()

    async def until_quiet() -> None:
        await is_quiet.wait()

    async with lanes_over(desk, clock=VirtualClock(START_MS), make_lanes=LockStepLanes) as lanes:
        assert isinstance(lanes, LockStepLanes)
        lanes.until_quiet = until_quiet
        give(lanes, entry("a"))
        await turns()
        give(lanes, close("b", symbol=Symbol("ETHUSDT")))
        await turns()
        assert desk.calls == ["place a"]
        is_quiet.set()
        await turns()
        assert desk.calls == ["place a", "place b"]
