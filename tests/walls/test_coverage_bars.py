"""The coverage bars measure what they say, and cannot pass on nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests import coverage_bars
from tests.coverage_bars import shortfalls


def test_a_pure_package_may_not_miss_one_branch() -> None:
    files = {"src/noctule/domain/ids.py": a_file(ran=99, branches=[(7, -3), (8, 9)])}

    assert shortfalls(files) == [
        "src/noctule/domain: 99.0 %, the bar is 100 %\n  src/noctule/domain/ids.py: 7->exit, 8->9"
    ]


def test_another_package_is_held_to_ninety_over_all_its_files() -> None:
    files = {
        "src/noctule/telemetry/logs.py": a_file(ran=80, lines=[4, 5], branches=[(3, 4), (4, 6)]),
        "src/noctule/telemetry/health.py": a_file(ran=99, lines=[70]),
    }

    assert shortfalls(files) == [
        "src/noctule/telemetry: 89.5 %, the bar is 90 %\n"
        "  src/noctule/telemetry/health.py: 70\n"
        "  src/noctule/telemetry/logs.py: 4, 5"
    ]


def test_ninety_is_enough_where_nothing_is_pure() -> None:
    assert shortfalls({"src/noctule/telemetry/logs.py": a_file(ran=90)}) == []


@pytest.mark.parametrize("name", ["bus.py", "bus_queue.py", "lifecycle.py"])
def test_the_bus_and_the_lifecycle_are_held_to_a_hundred(name: str) -> None:
    files = {
        f"src/noctule/engine/{name}": a_file(ran=95, lines=[12]),
        "src/noctule/engine/timers.py": a_file(ran=95),
    }

    assert shortfalls(files) == [
        f"src/noctule/engine: 95.0 %, the bar is 100 %\n  src/noctule/engine/{name}: 12"
    ]


def test_a_package_without_a_statement_is_covered() -> None:
    assert shortfalls({"src/noctule/domain/__init__.py": a_file(ran=0, of=0)}) == []


def test_an_empty_report_fails() -> None:
    assert shortfalls({}) == ["coverage: the report is empty, so nothing was measured"]


def test_the_exit_code_tells_make(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "coverage.json"

    report.write_text(json.dumps({"files": {"src/noctule/__main__.py": a_file(ran=100)}}))
    assert coverage_bars.main(report) == 0
    assert capsys.readouterr().out == "coverage: every package is at or above its bar\n"

    report.write_text(json.dumps({"files": {"src/noctule/__main__.py": a_file(ran=50)}}))
    assert coverage_bars.main(report) == 1
    assert capsys.readouterr().out == "src/noctule: 50.0 %, the bar is 90 %\n"


def a_file(
    *,
    ran: int,
    of: int = 100,
    lines: list[int] | None = None,
    branches: list[tuple[int, int]] | None = None,
) -> dict[str, Any]:
    """Build one file's part of the report; a fifth of what there is to cover are branches."""
    counts = {
        "num_statements": of * 4 // 5,
        "num_branches": of // 5,
        "covered_lines": ran * 4 // 5,
        "covered_branches": ran - ran * 4 // 5,
    }
    return {"summary": counts, "missing_lines": lines or [], "missing_branches": branches or []}
