"""The account's worth is told by its falls, its days and its months."""

from array import array

from noctule.performance.equity import (
    DAY_MS,
    Drawdown,
    Falls,
    Month,
    Stretch,
    days_of,
    falls_of,
    whole_ms,
)
from tests.course_builders import HOUR_MS, START_MS, curve


def falls(*equity: float, start: float = 100.0) -> Falls:
    line = curve(equity)
    return falls_of(line.at_ms, line.equity, start_ms=START_MS, start=start)


def close_ms(candle: int) -> int:
    return START_MS + candle * HOUR_MS - 1


def test_the_deepest_fall_is_the_one_that_took_the_largest_share() -> None:
    found = falls(100, 90, 100, 400, 370, 400)  # a tenth of 100; 30 of 400 is more, and less

    assert found.deepest == Drawdown(
        amount=10.0,
        share=0.1,
        from_ms=close_ms(1),
        to_ms=close_ms(2),
        recovered_ms=close_ms(3),
        lasted_ms=2 * HOUR_MS,
    )


def test_the_longest_fall_may_be_another() -> None:
    found = falls(90, 100, 99, 98, 99, 101)

    assert found.deepest == Drawdown(
        amount=10.0,
        share=0.1,
        from_ms=START_MS,
        to_ms=close_ms(1),
        recovered_ms=close_ms(2),
        lasted_ms=2 * HOUR_MS - 1,
    )
    assert found.longest == Stretch(
        from_ms=close_ms(2), to_ms=close_ms(6), lasted_ms=4 * HOUR_MS, is_over=True
    )


def test_a_fall_without_recovery_lasts_to_the_end() -> None:
    found = falls(110, 99, 105, 104)

    assert found.deepest == Drawdown(
        amount=11.0,
        share=0.1,
        from_ms=close_ms(1),
        to_ms=close_ms(2),
        recovered_ms=None,
        lasted_ms=3 * HOUR_MS,
    )
    assert found.longest == Stretch(
        from_ms=close_ms(1), to_ms=close_ms(4), lasted_ms=3 * HOUR_MS, is_over=False
    )


def test_whoever_only_rose_never_fell() -> None:
    assert falls(100, 101, 101, 102) == Falls(deepest=None, longest=None)
    assert falls() == Falls(deepest=None, longest=None)


def test_a_later_fall_as_deep_and_as_long_does_not_displace_the_first() -> None:
    found = falls(50, 100, 50, 100)

    assert found.deepest is not None
    assert found.deepest.from_ms == START_MS


def test_a_debt_is_a_fall_by_more_than_all() -> None:
    found = falls(-20)

    assert found.deepest is not None
    assert found.deepest.share == 1.2


def test_midnight_belongs_to_the_day_that_it_ends_however_a_close_is_written() -> None:
    hours = [float(hour) for hour in range(1, 49)]
    line = curve(hours)
    following = array("q", (at + 1 for at in line.at_ms))

    for at_ms in (line.at_ms, following):
        found = days_of(at_ms, line.equity, start=0.5)
        assert list(found.worth) == [0.5, 24.0, 48.0]
        assert found.ends_ms(1) == START_MS + DAY_MS


def test_a_day_without_a_candle_ends_as_the_one_before() -> None:
    at_ms = array("q", [START_MS + HOUR_MS, START_MS + 3 * DAY_MS + HOUR_MS])

    found = days_of(at_ms, array("d", [10.0, 13.0]), start=9.0)

    assert list(found.worth) == [9.0, 10.0, 10.0, 10.0, 13.0]


def test_no_candle_is_no_day() -> None:
    found = days_of(array("q"), array("d"), start=9.0)

    assert list(found.worth) == [9.0]
    assert list(found.months()) == []


def test_a_month_is_told_from_its_first_to_its_last_day() -> None:
    line = curve([100.0] * 31 + [110.0] * 29 + [99.0], base_ms=DAY_MS)  # May, most of June, its end

    found = days_of(line.at_ms, line.equity, start=80.0)

    assert list(found.months()) == [
        Month(year=2023, month=5, profit=20.0, share=0.25),
        Month(year=2023, month=6, profit=-1.0, share=99 / 100 - 1),
    ]


def test_a_month_that_began_with_nothing_has_no_share() -> None:
    line = curve([0.0] * 31 + [5.0], base_ms=DAY_MS)

    found = list(days_of(line.at_ms, line.equity, start=10.0).months())

    assert found[1] == Month(year=2023, month=6, profit=5.0, share=None)


def test_a_last_millisecond_counts_as_the_instant_that_follows() -> None:
    assert whole_ms(1_682_899_199_999) == 1_682_899_200_000
    assert whole_ms(1_682_899_200_000) == 1_682_899_200_000
