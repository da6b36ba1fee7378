"""A component can be stopped at any moment, once and for good, and exit leaves no task behind."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.domain.errors import FeedSilent
from noctule.engine.supervisor import RestartPolicy
from tests.fakes.component import FakeComponent, for_ever
from tests.fakes.supervisor import supervisor_of


async def break_off() -> None:
    """Work for a second, then fail."""
    await asyncio.sleep(1)
    raise FeedSilent("for 90 s")


async def take_two_seconds() -> None:
    """Take two seconds, as a clean-up may."""
    await asyncio.sleep(2)


async def fail_when_cancelled() -> None:
    """Answer one's cancellation with an error, as network libraries do."""
    try:
        await for_ever()
    finally:
        raise ConnectionError("closed under my feet")


async def return_when_cancelled() -> None:
    """Answer one's cancellation by being done."""
    try:
        await for_ever()
    except asyncio.CancelledError:
        return


def stops(part: FakeComponent) -> list[str]:
    return [entry for entry in part.diary if entry.endswith("stop")]


async def test_a_running_component_is_stopped_once_however_often_one_asks(
    clock: VirtualClock,
) -> None:
    part = FakeComponent("feed", clock=clock)
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        await supervisor.stop("feed")
        await supervisor.stop("feed")

        assert supervisor.states() == {"feed": "stopped"}
    assert stops(part) == ["0 feed stop"]


async def test_two_who_stop_a_component_at_once_stop_it_once(clock: VirtualClock) -> None:
    part = FakeComponent("feed", clock=clock, stop=take_two_seconds)
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        await asyncio.gather(supervisor.stop("feed"), supervisor.stop("feed"))

        assert clock.now_ms() == 2_000
    assert stops(part) == ["0 feed stop"]


async def test_a_component_that_never_started_is_not_stopped(clock: VirtualClock) -> None:
    part = FakeComponent("feed", clock=clock)
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.stop("feed")
        assert supervisor.states() == {"feed": "new"}
    assert part.diary == []


async def test_a_component_whose_work_is_done_is_stopped_by_itself(clock: VirtualClock) -> None:
    part = FakeComponent("feed", clock=clock, run=take_two_seconds)
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        await asyncio.sleep(10)
        await supervisor.stop("feed")

        assert supervisor.states() == {"feed": "stopped"}
    assert stops(part) == ["2000 feed stop"]


@pytest.mark.parametrize(
    ("moment", "at_s"), [("cleaning up", 2), ("backing off", 3.1), ("given up", 30)]
)
async def test_a_component_that_failed_has_been_stopped_and_is_not_stopped_again(
    clock: VirtualClock, moment: str, at_s: float
) -> None:
    part = FakeComponent("feed", clock=clock, run=break_off, stop=take_two_seconds)
    policy = RestartPolicy(attempts_max=1 if moment == "backing off" else 0)
    async with supervisor_of(part, clock=clock, policy=policy) as supervisor:
        await supervisor.start_all()
        await asyncio.sleep(at_s)
        await supervisor.stop("feed")
        assert supervisor.states() == {"feed": "stopped"}
        await asyncio.sleep(3_600)
        assert supervisor.states() == {"feed": "stopped"}
    assert stops(part) == ["1000 feed stop"]


async def test_a_component_is_stopped_while_it_is_starting_anew(clock: VirtualClock) -> None:
    part = FakeComponent("feed", clock=clock, run=break_off)
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        part.acts["start"] = for_ever
        await asyncio.sleep(2)
        assert supervisor.states() == {"feed": "starting"}
        await supervisor.stop("feed")

        assert supervisor.states() == {"feed": "stopped"}
    assert stops(part) == ["1000 feed stop", "2000 feed stop"]


@pytest.mark.parametrize("answer", [fail_when_cancelled, return_when_cancelled])
@pytest.mark.parametrize("act", ["run", "start", "sync_state"])
async def test_whatever_a_component_makes_of_its_cancellation_it_stays_stopped(
    clock: VirtualClock, act: str, answer: Callable[[], Awaitable[None]]
) -> None:
    part = FakeComponent("feed", clock=clock, run=break_off)
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        await asyncio.sleep(1)
        part.acts[act] = answer
        await asyncio.sleep(1)
        await supervisor.stop("feed")
        await asyncio.sleep(3_600)

        assert supervisor.states() == {"feed": "stopped"}
    assert stops(part) == ["1000 feed stop", "2000 feed stop"]


async def test_a_stop_that_takes_too_long_is_cut_off_and_the_component_is_stopped(
    clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    part = FakeComponent("feed", clock=clock, stop=for_ever)
    policy = RestartPolicy(stop_timeout_ms=700)
    async with supervisor_of(part, clock=clock, policy=policy) as supervisor:
        await supervisor.start_all()
        await supervisor.stop("feed")

        assert supervisor.states() == {"feed": "stopped"}
        assert clock.now_ms() == 700
    assert [record.getMessage() for record in caplog.records] == ["component did not stop"]


async def test_a_stop_that_fails_is_logged_and_the_component_is_stopped(
    clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise OSError("socket gone")

    part = FakeComponent("feed", clock=clock, stop=fail)
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        await supervisor.stop("feed")

        assert supervisor.states() == {"feed": "stopped"}
    assert [record.getMessage() for record in caplog.records] == ["component did not stop"]


async def test_a_component_may_be_stopped_again_after_a_stop_that_was_given_up(
    clock: VirtualClock,
) -> None:
    part = FakeComponent("feed", clock=clock, stop=take_two_seconds)
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(supervisor.stop("feed"), timeout=1)
        await supervisor.stop("feed")

        assert supervisor.states() == {"feed": "stopped"}
    assert stops(part) == ["0 feed stop"]


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
        part.acts["start"] = part.acts["sync_state"]
        await asyncio.sleep(60)
        assert supervisor.states() == {"feed": "running"}


async def test_a_restart_that_is_given_up_leaves_the_component_failed(clock: VirtualClock) -> None:
    part = FakeComponent("feed", clock=clock)
    policy = RestartPolicy(attempts_max=1)
    async with supervisor_of(part, clock=clock, policy=policy) as supervisor:
        await supervisor.start_all()
        part.acts["start"] = break_off
        await supervisor.restart("feed")
        await asyncio.sleep(60)
        assert supervisor.states() == {"feed": "failed"}
