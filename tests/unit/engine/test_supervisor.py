"""Components start in order, come back when they fail, and take the bot down when they must."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.domain.errors import CredentialsRefused, FeedSilent, VenueUnreachable
from noctule.engine.lifecycle import ComponentState
from noctule.engine.supervisor import GiveUp, RestartPolicy
from tests.fakes.component import FakeComponent, for_ever, nothing
from tests.fakes.supervisor import Least, supervisor_of

ONE_HOUR = 3_600


def failing(failure: Exception) -> Callable[[], Awaitable[None]]:
    async def fail() -> None:
        raise failure

    return fail


def in_turn(*acts: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Do one thing the first time, another the second, and the last one ever after."""
    left = list(acts)

    async def act() -> None:
        await (left.pop(0) if len(left) > 1 else left[0])()

    return act


async def test_all_are_started_then_all_synced_and_only_then_does_anybody_run(
    clock: VirtualClock,
) -> None:
    diary: list[str] = []
    parts = [FakeComponent(name, clock=clock, diary=diary) for name in ("account", "candles")]
    for part in parts:
        part.acts |= {"start": lambda: clock.sleep_ms(5), "sync_state": lambda: clock.sleep_ms(7)}
    async with supervisor_of(*parts, clock=clock) as supervisor:
        await supervisor.start_all()
        await asyncio.sleep(0)

        assert supervisor.states() == {"account": "running", "candles": "running"}
    assert diary == [
        *("0 account start", "5 candles start"),
        *("10 account sync_state", "17 candles sync_state"),
        *("24 account run", "24 candles run"),
    ]


def test_two_components_cannot_have_one_name() -> None:
    part = FakeComponent("feed", clock=VirtualClock(0))
    with pytest.raises(AssertionError, match="two components are called feed"):
        supervisor_of(part, part, clock=VirtualClock(0))


@pytest.mark.parametrize("act", ["start", "sync_state"])
async def test_a_first_start_that_fails_is_not_tried_again(clock: VirtualClock, act: str) -> None:
    part = FakeComponent("feed", clock=clock)
    part.acts[act] = failing(VenueUnreachable("no route"))
    async with supervisor_of(part, clock=clock) as supervisor:
        with pytest.raises(VenueUnreachable, match="no route"):
            await supervisor.start_all()
        assert supervisor.states() == {"feed": "starting"}
        await supervisor.stop("feed")
        assert supervisor.states() == {"feed": "stopped"}


async def test_a_start_may_take_as_long_as_its_policy_says(clock: VirtualClock) -> None:
    part = FakeComponent("feed", clock=clock, start=for_ever)
    policy = RestartPolicy(start_timeout_ms=700)
    async with supervisor_of(part, clock=clock, policy=policy) as supervisor:
        with pytest.raises(VenueUnreachable, match="feed did not start within 700 ms"):
            await supervisor.start_all()
    assert clock.now_ms() == 700


def test_the_wait_doubles_with_each_failure_in_a_row_up_to_the_policys_most() -> None:
    policy = RestartPolicy(backoff_first_ms=500, backoff_max_ms=30_000)
    waits_ms = [policy.backoff_ms(failures, Least()) for failures in (1, 2, 3, 6, 7, 8, 1_000)]
    assert waits_ms == [250, 500, 1_000, 8_000, 15_000, 15_000, 15_000]


def test_half_of_the_wait_is_drawn_from_the_random_it_was_given() -> None:
    policy = RestartPolicy(backoff_first_ms=500)
    drawn_ms = [policy.backoff_ms(1, Random(seed)) for seed in range(200)]
    assert min(drawn_ms) >= 250
    assert max(drawn_ms) <= 500
    assert len(set(drawn_ms)) > 100
    assert drawn_ms == [policy.backoff_ms(1, Random(seed)) for seed in range(200)]


async def test_a_component_that_fails_is_stopped_and_started_anew_after_the_policys_wait(
    clock: VirtualClock,
) -> None:
    part = FakeComponent("feed", clock=clock)
    silent = failing(FeedSilent("for 90 s"))
    part.acts["run"] = in_turn(silent, silent, silent, for_ever)
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        await asyncio.sleep(ONE_HOUR)

        assert supervisor.states() == {"feed": "running"}
    assert part.diary == [
        *("0 feed start", "0 feed sync_state", "0 feed run", "0 feed stop"),
        *("250 feed start", "250 feed sync_state", "250 feed run", "250 feed stop"),
        *("750 feed start", "750 feed sync_state", "750 feed run", "750 feed stop"),
        *("1750 feed start", "1750 feed sync_state", "1750 feed run"),
    ]


@pytest.mark.parametrize("act", ["start", "sync_state"])
async def test_a_restart_that_fails_counts_like_a_run_that_fails(
    clock: VirtualClock, act: str
) -> None:
    part = FakeComponent("feed", clock=clock)
    part.acts["run"] = in_turn(failing(FeedSilent("for 90 s")), for_ever)
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        part.acts[act] = in_turn(failing(VenueUnreachable("no route")), nothing)
        await asyncio.sleep(ONE_HOUR)

        assert supervisor.states() == {"feed": "running"}
    assert [entry for entry in part.diary if entry.endswith((" start", " stop"))] == [
        *("0 feed start", "0 feed stop"),
        *("250 feed start", "250 feed stop"),
        "750 feed start",
    ]


async def test_a_steady_run_forgets_the_failures_before_it(clock: VirtualClock) -> None:
    part = FakeComponent("feed", clock=clock)

    async def last(seconds: float) -> None:
        await asyncio.sleep(seconds)
        raise FeedSilent("again")

    part.acts["run"] = in_turn(
        lambda: last(0), lambda: last(59.999), lambda: last(60), lambda: last(0), for_ever
    )
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        await asyncio.sleep(ONE_HOUR)
    assert [entry for entry in part.diary if entry.endswith((" start", " stop"))] == [
        *("0 feed start", "0 feed stop"),
        *("250 feed start", "60249 feed stop"),  # one short of steady: the second in a row
        *("60749 feed start", "120749 feed stop"),  # steady: the first again
        *("120999 feed start", "120999 feed stop"),
        "121499 feed start",
    ]


@pytest.mark.parametrize(
    ("give_up", "causes"), [(GiveUp.LEAVE, []), (GiveUp.ESCALATE, ["component feed: for 90 s"])]
)
async def test_a_component_that_fails_too_often_in_a_row_is_given_up_and_the_others_go_on(
    clock: VirtualClock, give_up: GiveUp, causes: list[str]
) -> None:
    told: list[str] = []
    feed = FakeComponent("feed", clock=clock, run=failing(FeedSilent("for 90 s")))
    other = FakeComponent("other", clock=clock)
    policy = RestartPolicy(attempts_max=2, give_up=give_up)
    async with supervisor_of(feed, other, clock=clock, policy=policy, causes=told) as supervisor:
        await supervisor.start_all()
        await asyncio.sleep(ONE_HOUR)

        assert supervisor.states() == {"feed": "failed", "other": "running"}
    assert feed.diary[-3:] == ["750 feed sync_state", "750 feed run", "750 feed stop"]
    assert told == causes
    assert repr(supervisor.fatal) == ("FeedSilent('for 90 s')" if causes else "None")


@pytest.mark.parametrize(
    "failure", [AssertionError("a bug"), CredentialsRefused("key revoked", code=-2015)], ids=repr
)
@pytest.mark.parametrize("act", ["run", "start"])
async def test_a_bug_or_a_fatal_error_stops_the_bot_without_another_attempt(
    clock: VirtualClock, failure: Exception, act: str
) -> None:
    told: list[str] = []
    part = FakeComponent("feed", clock=clock, run=failing(FeedSilent("for 90 s")))
    async with supervisor_of(part, clock=clock, causes=told) as supervisor:
        await supervisor.start_all()
        part.acts[act] = failing(failure)
        await asyncio.sleep(ONE_HOUR)

        assert supervisor.states() == {"feed": "failed"}
    assert part.diary[-1].endswith("feed stop")
    assert told == [f"component feed: {failure}"]
    assert supervisor.fatal is failure


async def test_the_first_fatal_failure_is_the_one_that_counts(clock: VirtualClock) -> None:
    told: list[str] = []
    first, second = AssertionError("first"), AssertionError("second")
    async with supervisor_of(clock=clock, causes=told) as supervisor:
        supervisor.escalate("task a", first)
        supervisor.escalate("task b", second)
    assert told == ["task a: first", "task b: second"]
    assert supervisor.fatal is first


async def test_a_component_whose_work_was_cancelled_from_within_is_started_anew(
    clock: VirtualClock,
) -> None:
    lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    lost.cancel()
    part = FakeComponent("feed", clock=clock)

    async def wait_for_what_is_lost() -> None:
        await lost

    part.acts["run"] = in_turn(wait_for_what_is_lost, for_ever)
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        await asyncio.sleep(ONE_HOUR)

        assert supervisor.states() == {"feed": "running"}
    assert part.diary[-4:] == [
        *("0 feed stop", "250 feed start", "250 feed sync_state", "250 feed run")
    ]


async def test_a_component_that_limps_is_still_up_and_may_recover(clock: VirtualClock) -> None:
    part = FakeComponent("feed", clock=clock)
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        supervisor.degrade("feed", "one stream of two is down")
        assert supervisor.states() == {"feed": ComponentState.DEGRADED}
        supervisor.recover("feed")
        assert supervisor.states() == {"feed": ComponentState.RUNNING}


async def test_one_component_can_be_brought_up_alone_and_as_patiently_as_later(
    clock: VirtualClock,
) -> None:
    diary: list[str] = []
    start = in_turn(failing(VenueUnreachable("no route")), nothing)
    parts = [
        FakeComponent("account", clock=clock, diary=diary, start=start),
        FakeComponent("candles", clock=clock, diary=diary),
    ]
    async with supervisor_of(*parts, clock=clock) as supervisor:
        await supervisor.bring_up("account")
        assert supervisor.states() == {
            "account": ComponentState.RUNNING,
            "candles": ComponentState.NEW,
        }
    assert clock.now_ms() > 0


async def test_a_component_that_cannot_be_brought_up_takes_the_bot_down(
    clock: VirtualClock,
) -> None:
    part = FakeComponent(
        "account", clock=clock, diary=[], start=failing(CredentialsRefused("no", code=-2015))
    )
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.bring_up("account")
        assert isinstance(supervisor.fatal, CredentialsRefused)
        assert supervisor.states() == {"account": ComponentState.FAILED}
