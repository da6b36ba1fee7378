"""A failure becomes a value, a cancellation does not, and a bug is a bug wherever it hides."""

import asyncio
from collections.abc import Generator

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.domain.errors import ConfigError, FeedSilent, JournalUnwritable, VenueRefused
from noctule.engine.outcome import at_once, is_fatal, outcome_of, within


async def fail(failure: BaseException) -> None:
    raise failure


async def test_work_that_succeeds_has_no_failure() -> None:
    assert await outcome_of(asyncio.sleep(0)) is None


async def test_what_work_raised_is_returned() -> None:
    failure = FeedSilent("for 90 s")
    assert await outcome_of(fail(failure)) is failure


async def test_who_is_cancelled_while_waiting_for_work_is_cancelled() -> None:
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(outcome_of(asyncio.sleep(60)))
        await asyncio.sleep(1)
        waiting.cancel()
    assert waiting.cancelled()


async def test_a_cancellation_from_within_is_a_failure_like_any_other() -> None:
    lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    lost.cancel()

    failure = await outcome_of(lost)

    assert repr(failure) == "RuntimeError('cancelled from within, by nobody who may')"
    assert isinstance(failure, RuntimeError)
    assert isinstance(failure.__cause__, asyncio.CancelledError)


async def test_an_interrupt_is_no_outcome() -> None:
    with pytest.raises(SystemExit):
        await outcome_of(fail(SystemExit(1)))


async def test_work_may_take_as_long_as_its_deadline_allows(clock: VirtualClock) -> None:
    await within(100, clock.sleep_ms(99))
    assert clock.now_ms() == 99


async def test_work_that_takes_longer_is_cut_off_at_its_deadline(clock: VirtualClock) -> None:
    with pytest.raises(TimeoutError):
        await within(100, clock.sleep_ms(60_000))
    assert clock.now_ms() == 100


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (AssertionError("a bug"), True),
        (ConfigError(["a problem"]), True),
        (ExceptionGroup("of a TaskGroup", [ValueError(), AssertionError("a bug")]), True),
        (ExceptionGroup("out", [ExceptionGroup("in", [ConfigError(["a problem"])])]), True),
        (ExceptionGroup("of a TaskGroup", [ValueError(), OSError()]), False),
        (FeedSilent("for 90 s"), False),
        (JournalUnwritable("disk full"), False),
        (VenueRefused("no", code=-2010), False),
        (OSError("network down"), False),
    ],
    ids=repr,
)
def test_bugs_and_errors_of_a_fatal_class_are_fatal(failure: Exception, expected: bool) -> None:
    assert is_fatal(failure) is expected


async def give(what: str) -> str:
    return what


def test_work_that_waits_for_nothing_is_done_without_a_loop() -> None:
    assert at_once(give("it")) == "it"
    with pytest.raises(FeedSilent):
        at_once(fail(FeedSilent("for 90 s")))


def test_whoever_waits_where_nothing_is_waited_for_is_a_bug_and_is_ended() -> None:
    with pytest.raises(AssertionError, match="waited where nothing is waited for"):
        at_once(pause())


async def pause() -> None:
    await _Pause()


class _Pause:
    def __await__(self) -> Generator[None, None, None]:
        yield
