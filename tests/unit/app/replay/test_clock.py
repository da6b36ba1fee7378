"""The clock of a replay shows what was recorded, and nobody sleeps by it."""

import pytest

from noctule.app.replay.clock import RecordedClock


def test_it_shows_the_moment_of_the_record_in_hand() -> None:
    clock = RecordedClock()
    clock.show(now_ms=7, elapsed_ms=3)
    assert (clock.now_ms(), clock.elapsed_ms()) == (7, 3)


async def test_whoever_waits_by_it_is_a_bug() -> None:
    clock = RecordedClock()
    with pytest.raises(AssertionError, match="waits until 9"):
        await clock.sleep_until_ms(9)
    with pytest.raises(AssertionError, match="waits for 5 ms"):
        await clock.sleep_ms(5)
