"""A component can be stopped at any moment, once and for good, and exit leaves no task behind."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.engine.supervisor import RestartPolicy
from tests.fakes.component import FakeComponent, break_off, for_ever, stops, take_two_seconds
from tests.fakes.supervisor import supervisor_of


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


@pytest.mark.parametrize("run", [break_off, lambda: asyncio.sleep(1)], ids=["failed", "done"])
async def test_a_clean_up_that_has_begun_is_waited_for_and_not_cut_short(
    clock: VirtualClock, run: Callable[[], Awaitable[None]]
) -> None:
    part = FakeComponent("feed", clock=clock, run=run)

    async def let_go() -> None:
        await asyncio.sleep(2)
        part.diary.append(f"{clock.now_ms()} feed has let go")

    part.acts["stop"] = let_go
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        await asyncio.sleep(2)
        await supervisor.stop("feed")

        assert supervisor.states() == {"feed": "stopped"}
    assert part.diary[-2:] == ["1000 feed stop", "3000 feed has let go"]


async def test_a_component_is_stopped_when_its_run_has_really_ended(clock: VirtualClock) -> None:
    part = FakeComponent("feed", clock=clock)

    async def end_slowly() -> None:
        try:
            await for_ever()
        finally:
            await asyncio.sleep(3)
            part.diary.append(f"{clock.now_ms()} feed has ended")

    part.acts["run"] = end_slowly
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        await asyncio.sleep(1)
        await supervisor.stop("feed")
    assert part.diary[-2:] == ["4000 feed has ended", "4000 feed stop"]


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
