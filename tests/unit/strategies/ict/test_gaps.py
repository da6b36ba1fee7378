"""A gap opens between three candles, fills as price comes back, and inverts when it fails."""

import pytest

from noctule.domain.market import Candle
from noctule.strategies.ict.gaps import Gap, GapState, gap_between
from noctule.strategies.ict.way import Way
from tests.builders import START_MS
from tests.ict_builders import FIVE_MINUTES_MS, drawn

UP = "100 101/99 100.5, 105/100 104.5, 106/103 105"
DOWN = "105 106/104 104.5, 105/100 100.5, 102/99 100"


def between(text: str, *, least: float = 0.0, filled_at: float = 1.0) -> Gap | None:
    first, middle, third = drawn(text)
    return gap_between(first, middle, third, least=least, filled_at=filled_at)


def met(gap: Gap | None, text: str) -> Gap:
    assert gap is not None
    for bar in drawn(text, start_ms=START_MS + 3 * FIVE_MINUTES_MS):
        gap = gap.after(bar)
    return gap


def test_a_gap_up_lies_between_the_first_high_and_the_third_low() -> None:
    assert between(UP) == Gap(
        way=Way.UP,
        low=101,
        high=103,
        at_ms=START_MS + FIVE_MINUTES_MS,
        known_ms=START_MS + 2 * FIVE_MINUTES_MS,
    )


def test_a_gap_down_lies_between_the_third_high_and_the_first_low() -> None:
    gap = between(DOWN)
    assert gap is not None
    assert (gap.way, gap.low, gap.high, gap.near, gap.far) == (Way.DOWN, 102, 104, 102, 104)


@pytest.mark.parametrize(
    "text",
    [
        "100 101/99 100.5, 105/100 104.5, 106/101 105",
        "105 106/104 104.5, 105/100 100.5, 104/99 100",
    ],
)
def test_wicks_that_touch_leave_no_gap(text: str) -> None:
    assert between(text) is None


def test_a_gap_as_wide_as_asked_for_counts_and_a_narrower_one_does_not() -> None:
    assert between(UP, least=2.0) is not None
    assert between(UP, least=2.01) is None


@pytest.mark.parametrize(
    ("text", "state", "filled"),
    [
        ("105 106/103 105", GapState.OPEN, 0.0),  # touches its edge
        ("105 106/102.5 105", GapState.PARTLY, 0.25),
        ("105 106/101.5 105, 105/102 103", GapState.PARTLY, 0.75),  # the deepest counts
        ("105 106/101 105", GapState.FILLED, 1.0),
        ("105 106/100 101", GapState.FILLED, 1.0),  # a close on the far edge is not beyond
        ("105 106/100 100.9", GapState.INVERTED, 1.0),
        ("105 106/101 105, 106/100 100.5", GapState.INVERTED, 1.0),  # filled, then failed
    ],
)
def test_it_fills_as_deep_as_price_comes_back(text: str, state: GapState, filled: float) -> None:
    gap = met(between(UP), text)
    assert (gap.state, gap.filled) == (state, filled)
    assert (gap.ended_ms is not None) == (state is GapState.INVERTED)
    assert gap.is_open == (state in (GapState.OPEN, GapState.PARTLY))


def test_a_gap_down_fills_upwards_and_fails_above() -> None:
    assert met(between(DOWN), "100 103/99 100").filled == 0.5
    assert met(between(DOWN), "100 105/99 104.5").state is GapState.INVERTED


def test_half_way_may_be_said_to_fill_it() -> None:
    assert met(between(UP, filled_at=0.5), "105 106/102.01 105").state is GapState.PARTLY
    assert met(between(UP, filled_at=0.5), "105 106/102 105").state is GapState.FILLED


def test_it_waits_for_what_goes_deeper_than_before() -> None:
    gap = between(UP)
    assert gap is not None
    assert (gap.trigger, met(gap, "105 106/102.5 105").trigger) == (103, 102.5)
    down = between(DOWN)
    assert down is not None
    assert (down.trigger, met(down, "100 103/99 100").trigger) == (102, 103)


def test_it_ends_with_the_candle_that_closed_beyond_it() -> None:
    bar: Candle = drawn("105 106/100 100.5")[0]
    gap = between(UP)
    assert gap is not None
    assert gap.after(bar).ended_ms == bar.open_ms


def test_it_is_spent_by_the_candle_that_filled_it_also_when_it_fails_later() -> None:
    gap = met(between(UP), "105 106/102 105, 106/101 105, 106/101 104, 106/100 100.5")
    third = START_MS + 3 * FIVE_MINUTES_MS
    assert gap.spent_ms == third + FIVE_MINUTES_MS
    assert gap.ended_ms == third + 3 * FIVE_MINUTES_MS
    assert met(between(UP), "105 106/100 100.5").spent_ms == third
    assert met(between(UP), "105 106/102 105").spent_ms is None
