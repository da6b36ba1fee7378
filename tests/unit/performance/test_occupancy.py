"""Time in the market is counted once however many positions share it."""

import pytest

from noctule.performance.equity import Stretch
from noctule.performance.occupancy import Exposure, Occupancy, occupancy_of
from noctule.performance.records import Curve, TradeRecord
from tests.course_builders import HOUR_MS, START_MS, course, curve, trade

END_MS = START_MS + 10 * HOUR_MS


def occupied(*trades: TradeRecord, line: Curve | None = None) -> Occupancy:
    run = course(*trades, curve=line or curve([1_000.0] * 10))
    return occupancy_of(run, start_ms=START_MS, end_ms=END_MS)


def held_for(begin: float, end: float) -> TradeRecord:
    return trade(opened_ms=START_MS + int(begin * HOUR_MS), closed_ms=START_MS + int(end * HOUR_MS))


def flat(begin: float, end: float) -> Stretch:
    begin_ms, end_ms = (START_MS + int(hour * HOUR_MS) for hour in (begin, end))
    return Stretch(
        from_ms=begin_ms, to_ms=end_ms, lasted_ms=end_ms - begin_ms, is_over=end_ms < END_MS
    )


def test_positions_that_overlap_are_counted_once() -> None:
    found = occupied(held_for(1, 3), held_for(2, 4), held_for(2.5, 2.75), held_for(8, 9))

    assert found.exposure.time_share == pytest.approx(0.4)
    assert found.flat == flat(4, 8)


def test_a_trade_within_one_candle_counts_with_its_time() -> None:
    found = occupied(held_for(4.25, 4.5))

    assert found.exposure.time_share == pytest.approx(0.025)
    assert found.flat == flat(4.5, 10)
    assert found.flat is not None
    assert not found.flat.is_over


def test_the_longest_time_without_a_position_may_be_the_first() -> None:
    assert occupied(held_for(6, 10)).flat == flat(0, 6)


def test_what_is_open_at_the_end_was_held_since_the_last_candle_without_it() -> None:
    line = curve([1_000.0] * 10, exposure=[0, 5, 0, 0, 0, 0, 500, 500, 500, 500])

    found = occupied(line=line)

    assert found.exposure.time_share == pytest.approx(0.4)
    assert found.flat is not None
    assert found.flat.lasted_ms == 6 * HOUR_MS - 1


def test_whoever_always_holds_was_never_flat() -> None:
    line = curve([1_000.0] * 10, exposure=[500.0] * 10)

    found = occupied(line=line)

    assert found.exposure == Exposure(time_share=1.0, mean_share=0.5, max_share=0.5)
    assert found.flat is None


def test_a_trade_that_closes_behind_the_end_counts_to_the_end() -> None:
    found = occupied(held_for(9, 12), held_for(11, 12))

    assert found.exposure.time_share == pytest.approx(0.1)
    assert found.flat == flat(0, 9)


def test_exposure_is_compared_with_the_equity_of_its_time() -> None:
    line = curve([1_000.0, 500.0], exposure=[1_000.0, 1_500.0])

    found = occupied(line=line).exposure

    assert (found.mean_share, found.max_share) == (2.0, 3.0)


def test_where_there_is_no_equity_there_is_nothing_to_compare_with() -> None:
    some = occupied(line=curve([1_000.0, 0.0, -5.0], exposure=[500.0, 700.0, 700.0])).exposure
    none = occupied(line=curve([0.0, -5.0], exposure=[0.0, 700.0])).exposure

    assert (some.mean_share, some.max_share) == (0.5, 0.5)
    assert (none.mean_share, none.max_share) == (None, None)


def test_without_a_candle_nothing_is_told() -> None:
    nothing = Exposure(time_share=None, mean_share=None, max_share=None)

    assert occupancy_of(course(curve=curve([])), start_ms=0, end_ms=0) == Occupancy(
        exposure=nothing, flat=None
    )
