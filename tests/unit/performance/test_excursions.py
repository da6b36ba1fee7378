"""The farthest way either way is told in shares of the entry and in what was risked."""

import pytest

from noctule.domain.signals import Direction
from noctule.performance.excursions import Middle, excursions_of, outcomes_of
from tests.course_builders import trade

LONG = trade(entry="100", worst="96", best="110", size="2", risk="10")  # 5 a unit
SHORT = trade(entry="200", worst="202", best="190", size="1", risk="4", direction=Direction.SHORT)


def test_against_a_long_is_below_its_entry_and_against_a_short_above() -> None:
    found = excursions_of([LONG, SHORT])

    assert found.adverse_share == Middle(count=2, mean=0.025, median=0.025)
    assert found.favourable_share.mean == pytest.approx(0.075)
    assert found.favourable_share.median == pytest.approx(0.075)
    assert found.adverse_r == Middle(count=2, mean=0.65, median=0.65)  # 4 of 5, 2 of 4
    assert found.favourable_r == Middle(count=2, mean=2.25, median=2.25)  # 10 of 5, 10 of 4


def test_the_median_is_the_one_in_the_middle() -> None:
    trades = [trade(entry="100", worst=worst, risk=None) for worst in ("99", "98", "90")]

    found = excursions_of(trades)

    assert found.adverse_share.median == pytest.approx(0.02)
    assert found.adverse_share.mean == pytest.approx(13 / 300)
    assert found.adverse_r == Middle(count=0, mean=None, median=None)


def test_whoever_was_never_under_went_no_way_against() -> None:
    found = excursions_of([trade(entry="100", worst="101", best="99", risk="-1")])

    assert found.adverse_share.mean == 0.0
    assert found.favourable_share.mean == 0.0
    assert found.adverse_r.count == 0


def test_of_no_trade_there_is_no_middle() -> None:
    assert excursions_of([]).adverse_share == Middle(count=0, mean=None, median=None)


def test_winners_and_losers_are_told_apart() -> None:
    won, lost, even = trade("10", worst="99"), trade("-10", worst="90"), trade("0", worst="80")

    found = outcomes_of([won, lost, even])

    assert found.all == excursions_of([won, lost, even])
    assert found.winners == excursions_of([won])
    assert found.losers == excursions_of([lost])
