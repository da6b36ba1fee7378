"""One component can be stopped and started anew, and the others do not notice."""

import asyncio

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.engine.supervisor import RestartPolicy
from tests.fakes.component import (
    FakeComponent,
    break_off,
    for_ever,
    nothing,
    stops,
    take_two_seconds,
)
from tests.fakes.supervisor import supervisor_of


async def test_restarting_one_component_leaves_the_others_running(clock: VirtualClock) -> None:
    feed = FakeComponent("feed", clock=clock)
    other = FakeComponent("other", clock=clock)
    async with supervisor_of(feed, other, clock=clock) as supervisor:
        await supervisor.start_all()
        await asyncio.sleep(1)
        await supervisor.restart("feed")
        await asyncio.sleep(1)

        assert supervisor.states() == {"feed": "running", "other": "running"}
    assert feed.diary == [
        *("0 feed start", "0 feed sync_state", "0 feed run", "1000 feed stop"),
        *("1000 feed start", "1000 feed sync_state", "1000 feed run"),
    ]
    assert other.diary == ["0 other start", "0 other sync_state", "0 other run"]


async def test_a_component_that_was_given_up_may_be_restarted_with_a_clean_record(
    clock: VirtualClock,
) -> None:
    part = FakeComponent("feed", clock=clock, run=break_off)
    policy = RestartPolicy(attempts_max=1)
    async with supervisor_of(part, clock=clock, policy=policy) as supervisor:
        await supervisor.start_all()
        await asyncio.sleep(60)
        assert supervisor.states() == {"feed": "failed"}
        await supervisor.restart("feed")
        await asyncio.sleep(60)

        assert supervisor.states() == {"feed": "failed"}
    assert stops(part) == [f"{at_ms} feed stop" for at_ms in (1_000, 2_250, 61_000, 62_250)]


async def test_two_restarts_at_once_end_in_one_running_component(clock: VirtualClock) -> None:
    part = FakeComponent("feed", clock=clock, stop=take_two_seconds)
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        await asyncio.gather(supervisor.restart("feed"), supervisor.restart("feed"))
        await asyncio.sleep(60)

        assert supervisor.states() == {"feed": "running"}
    assert stops(part) == ["0 feed stop", "2000 feed stop"]
    assert part.diary[-1] == "4000 feed run"


async def test_a_restart_whose_start_fails_is_tried_again(clock: VirtualClock) -> None:
    part = FakeComponent("feed", clock=clock)
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        part.acts["start"] = break_off
        await supervisor.restart("feed")
        await asyncio.sleep(1.5)
        assert supervisor.states() == {"feed": "starting"}
        part.acts["start"] = nothing
        await asyncio.sleep(60)
        assert supervisor.states() == {"feed": "running"}


@pytest.mark.parametrize("act", ["start", "sync_state"])
async def test_a_restart_whose_start_hangs_is_cut_off_and_tried_again(
    clock: VirtualClock, act: str
) -> None:
    part = FakeComponent("feed", clock=clock)
    policy = RestartPolicy(start_timeout_ms=700, attempts_max=1)
    async with supervisor_of(part, clock=clock, policy=policy) as supervisor:
        await supervisor.start_all()
        part.acts[act] = for_ever
        await supervisor.restart("feed")
        await asyncio.sleep(60)

        assert supervisor.states() == {"feed": "failed"}
    assert stops(part) == [f"{at_ms} feed stop" for at_ms in (0, 700, 1_650)]


async def test_a_restart_that_is_given_up_leaves_the_component_failed(clock: VirtualClock) -> None:
    part = FakeComponent("feed", clock=clock)
    policy = RestartPolicy(attempts_max=1)
    async with supervisor_of(part, clock=clock, policy=policy) as supervisor:
        await supervisor.start_all()
        part.acts["start"] = break_off
        await supervisor.restart("feed")
        await asyncio.sleep(60)
        assert supervisor.states() == {"feed": "failed"}
