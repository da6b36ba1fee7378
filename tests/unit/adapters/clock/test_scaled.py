"""Market time at a multiple of real time neither drifts nor goes back."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noctule.adapters.clock import ScaledClock, VirtualClock, run_virtual

START_MS = 1_700_000_000_000
YEAR_MS = 365 * 24 * 3_600_000


@pytest.mark.parametrize(
    ("speed", "market_ms"),
    [(60, 60_000), (1, 1_000), (0.5, 500), (Decimal("1.5"), 1_500), (Decimal("0.001"), 1)],
)
def test_market_time_runs_speed_times_as_fast(speed: float | Decimal, market_ms: int) -> None:
    real = VirtualClock(0)
    clock = ScaledClock(real, start_ms=START_MS, speed=speed)
    real.advance_to_ms(1_000)
    assert clock.now_ms() == START_MS + market_ms


def test_elapsed_time_is_the_real_clocks() -> None:
    real = VirtualClock(0)
    clock = ScaledClock(real, start_ms=START_MS, speed=60)
    real.advance_to_ms(1_000)
    assert clock.elapsed_ms() == 1_000


def test_a_crooked_speed_has_not_drifted_after_a_year_of_readings() -> None:
    real = VirtualClock(0)
    clock = ScaledClock(real, start_ms=START_MS, speed=Decimal("1.000001"))
    for real_ms in range(0, YEAR_MS + 1, YEAR_MS // 1_000):
        real.advance_to_ms(real_ms)
        assert clock.now_ms() == START_MS + real_ms + real_ms // 1_000_000


@pytest.mark.parametrize("speed", [0, -1, Decimal("-0.5")])
def test_a_speed_that_is_not_positive_is_refused(speed: float | Decimal) -> None:
    with pytest.raises(AssertionError, match=f"speed is {speed}"):
        ScaledClock(VirtualClock(0), start_ms=START_MS, speed=speed)


def test_a_resync_with_an_exchange_that_is_ahead_jumps_to_it() -> None:
    real = VirtualClock(0)
    clock = ScaledClock(real, start_ms=START_MS, speed=60)
    clock.resync(START_MS + 5_000)
    assert clock.now_ms() == START_MS + 5_000
    real.advance_to_ms(10)
    assert clock.now_ms() == START_MS + 5_600


def test_a_resync_with_an_exchange_that_is_behind_holds_until_it_has_caught_up() -> None:
    real = VirtualClock(0)
    clock = ScaledClock(real, start_ms=START_MS, speed=60)
    clock.resync(START_MS - 600)
    seen = []
    for real_ms in (0, 9, 10, 11):
        real.advance_to_ms(real_ms)
        seen.append(clock.now_ms() - START_MS)
    assert seen == [0, 0, 0, 60]


def test_a_sleeper_waits_longer_when_a_resync_finds_the_exchange_behind() -> None:
    async def main(real: VirtualClock) -> int:
        clock = ScaledClock(real, start_ms=START_MS, speed=60)
        clock.resync(START_MS - 60_000)
        await clock.sleep_until_ms(START_MS + 60_000)
        return real.now_ms()

    assert run_virtual(main, start_ms=0) == 2_000


def test_a_sleeper_learns_within_a_second_that_a_resync_found_the_exchange_ahead() -> None:
    async def main(real: VirtualClock) -> int:
        clock = ScaledClock(real, start_ms=START_MS, speed=1)
        real.set_alarm(10_500_000, lambda: clock.resync(START_MS + 3_600_000))
        await clock.sleep_until_ms(START_MS + 3_600_000)
        return real.now_ms()

    assert run_virtual(main, start_ms=0) == 11_000


def test_a_real_sleep_ignores_the_speed() -> None:
    async def main(real: VirtualClock) -> tuple[int, int]:
        clock = ScaledClock(real, start_ms=START_MS, speed=60)
        await clock.sleep_ms(1_000)
        return real.now_ms(), clock.now_ms() - START_MS

    assert run_virtual(main, start_ms=0) == (1_000, 60_000)


speeds = st.decimals(min_value="0.01", max_value="5000", places=3)


@given(
    speed=speeds,
    steps=st.lists(st.tuples(st.integers(0, 5_000), st.none() | st.integers(-10_000, 10_000))),
)
@settings(deadline=None)
def test_no_resync_ever_turns_the_clock_back(
    speed: Decimal, steps: list[tuple[int, int | None]]
) -> None:
    real = VirtualClock(0)
    clock = ScaledClock(real, start_ms=START_MS, speed=speed)
    seen = [clock.now_ms()]
    for real_ms, offset_ms in steps:
        real.advance_to_ms(real.now_ms() + real_ms)
        seen.append(clock.now_ms())
        if offset_ms is not None:
            clock.resync(clock.now_ms() + offset_ms)
            seen.append(clock.now_ms())
    assert seen == sorted(seen)


@given(speed=speeds, market_ms=st.integers(0, 100_000))
@settings(deadline=None)
def test_a_sleeper_wakes_in_the_first_real_millisecond_that_is_late_enough(
    speed: Decimal, market_ms: int
) -> None:
    async def main(real: VirtualClock) -> int:
        await ScaledClock(real, start_ms=START_MS, speed=speed).sleep_until_ms(START_MS + market_ms)
        return real.now_ms()

    woken_ms = run_virtual(main, start_ms=0)
    assert woken_ms * Fraction(speed) >= market_ms
    assert max(0, woken_ms - 1) * Fraction(speed) <= market_ms
