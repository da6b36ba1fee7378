"""What a run leaves behind cannot change afterwards."""

import pytest

from tests.course_builders import course, trade


def test_a_run_that_tells_nothing_more_refused_nothing_and_lacks_nothing() -> None:
    found = course()

    assert found.trades == ()
    assert (found.refused, found.halts, found.missing) == ({}, (), {})
    assert (found.open_at_end, found.capped, found.halted_ms) == (0, 0, 0)


def test_a_trade_stays_as_it_was() -> None:
    with pytest.raises(AttributeError):
        trade().net_pnl = trade("20").net_pnl  # type: ignore[misc]  # that is the promise
