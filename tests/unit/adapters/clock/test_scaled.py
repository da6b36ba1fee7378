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


@pytest.mark.parametrize("speed", [-1, Decimal("-0.5")])
def test_a_speed_below_zero_is_refused(speed: float | Decimal) -> None:
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


def test_without_a_speed_only_what_is_heard_moves_it() -> None:
    real = VirtualClock(0)
    clock = ScaledClock(real, start_ms=START_MS, speed=0)
    seen = []
    for told_ms in (0, 5_000, 4_000, 7_000):
        clock.hear(START_MS + told_ms)
        real.advance_to_ms(real.now_ms() + 1_000)
        seen.append(clock.now_ms() - START_MS)
    assert seen == [0, 5_000, 5_000, 7_000]


def test_it_is_never_behind_what_it_hears_and_goes_on_from_there() -> None:
    real = VirtualClock(0)
    clock = ScaledClock(real, start_ms=START_MS, speed=60)
    clock.hear(START_MS + 5_000)
    clock.hear(START_MS + 1_000)
    real.advance_to_ms(10)
    assert clock.now_ms() == START_MS + 5_600


def test_whoever_sleeps_without_a_speed_wakes_with_what_is_heard() -> None:
    async def main(real: VirtualClock) -> tuple[int, int]:
        clock = ScaledClock(real, start_ms=START_MS, speed=0)
        real.set_alarm(1_000_000, lambda: clock.hear(START_MS + 59_999))
        real.set_alarm(2_000_000, lambda: clock.hear(START_MS + 86_400_000))
        await clock.sleep_until_ms(START_MS + 60_000)
        return real.now_ms(), clock.now_ms() - START_MS

    assert run_virtual(main, start_ms=0) == (2_000, 86_400_000)


def test_a_sleeper_without_a_speed_wakes_by_the_speed_that_is_told_later() -> None:
    async def main(real: VirtualClock) -> int:
        clock = ScaledClock(real, start_ms=START_MS, speed=0)
        real.set_alarm(1_000_000, lambda: clock.run_at(60))
        real.set_alarm(1_500_000, lambda: clock.run_at(60))
        await clock.sleep_until_ms(START_MS + 60_000)
        return real.now_ms()

    assert run_virtual(main, start_ms=0) == 2_000


@pytest.mark.parametrize("apart_ms", [-86_400_000, 86_400_000])
def test_what_the_exchange_tells_first_sets_a_guess_right_in_either_direction(
    apart_ms: int,
) -> None:
    clock = ScaledClock(VirtualClock(0), start_ms=START_MS, speed=60)
    assert clock.set_by(START_MS + apart_ms, age_ms=5) == 0
    assert clock.now_ms() == START_MS + apart_ms + 300


def test_later_it_tells_by_how_many_real_milliseconds_it_was_wrong_and_never_goes_back() -> None:
    clock = ScaledClock(VirtualClock(0), start_ms=START_MS, speed=60)
    clock.set_by(START_MS, age_ms=0)
    assert clock.set_by(START_MS + 6_000, age_ms=10) == 110
    assert clock.now_ms() == START_MS + 6_600
    assert clock.set_by(START_MS, age_ms=0) == -110
    assert clock.now_ms() == START_MS + 6_600


def test_without_a_speed_it_is_set_by_what_is_told_alone() -> None:
    clock = ScaledClock(VirtualClock(0), start_ms=START_MS, speed=0)
    told = [clock.set_by(START_MS + at_ms, age_ms=3) for at_ms in (100, 900, 500)]
    assert (told, clock.now_ms()) == ([0, 0, 0], START_MS + 900)


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
