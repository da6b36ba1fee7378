"""What has struck where is a table, and what never has is a hole in it."""

from noctule.adapters.sim.faults import FaultKind
from noctule.app.storm.coverage import KINDS, Coverage
from noctule.app.storm.scene import Phase


def row(coverage: Coverage, kind: str) -> list[str]:
    return next(cells for cells in coverage.rows() if cells[0] == kind)


def test_the_table_has_a_column_for_each_phase_and_a_line_for_each_kind() -> None:
    coverage = Coverage()

    assert coverage.headings() == ["struck", *(phase.value for phase in Phase)]
    assert [cells[0] for cells in coverage.rows()] == list(KINDS)
    assert {kind.value for kind in FaultKind} < set(KINDS)


def test_what_many_storms_met_with_is_added_up() -> None:
    coverage = Coverage()
    coverage.add({"crash|flat": 1_000, "hand close|down": 2})
    coverage.add({"crash|flat": 500})

    assert row(coverage, "crash") == ["crash", "", "–", "1,500", "–", "–", "–", "–"]
    assert row(coverage, "hand close") == ["hand close", "2", "–", "–", "–", "–", "–", "–"]


def test_what_needs_a_process_is_not_missed_where_there_is_none() -> None:
    holes = Coverage().holes()

    assert "crash while down" not in holes
    assert "crash while flat" in holes
    assert "disk while down" in holes


def test_a_table_without_holes_has_none() -> None:
    coverage = Coverage()
    coverage.add({f"{kind}|{phase.value}": 1 for kind in KINDS for phase in Phase})

    assert coverage.holes() == []


def test_a_kind_that_nobody_knew_is_shown_too() -> None:
    coverage = Coverage()
    coverage.add({"meteor|held": 1})

    assert [*coverage.rows()][-1] == ["meteor", "", "–", "–", "–", "–", "1", "–"]
