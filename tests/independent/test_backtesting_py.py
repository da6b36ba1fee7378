"""Another program, told the same, enters and leaves where the bot does."""

import os
from pathlib import Path

import pytest

from benchmarks.rivals.environments import NotInstalled
from tests.independent.judged import judged_trades
from tests.independent.peer import CASES, Case, Told, as_told, asked, golden, plan_of, write_case
from tests.independent.rows import Row, read_candles, rows_of

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_entries_and_exits_are_those_of_backtesting_py_but_for_one_kind_of_candle(
    case: Case, tmp_path: Path
) -> None:
    path = _written(case, tmp_path)
    ours = [*as_told(judged_trades([path], plan_of(case), symbol="BTCUSDT", interval="5m"))]
    theirs = golden(case, path)
    assert len(ours) > 100
    rows = {row.open_ms: row for row in rows_of(read_candles([path]))}
    other = [(our, their) for our, their in zip(ours, theirs, strict=True) if our != their]
    assert [pair for pair in other if not _opens_beyond_the_target(*pair, rows)] == []
    assert len(other) == (5 if case.name == "made up, near levels" else 0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_recorded_is_what_the_library_says(case: Case, tmp_path: Path) -> None:
    """Install it and ask anew: half a minute, so `make soak` does."""
    if os.environ.get("PEERS") != "asked":
        pytest.skip("what the library said is recorded; PEERS=asked asks it anew")
    path = _written(case, tmp_path)
    try:
        told = asked(case, path)
    except NotInstalled as exc:
        pytest.skip(f"backtesting.py cannot be installed here: {exc}")
    assert told == {"version": "0.6.6", "trades": golden(case, path)}


def _written(case: Case, folder: Path) -> Path:
    if not case.is_here:
        pytest.skip("the recorded candles are not here")
    return write_case(case, folder)


def _opens_beyond_the_target(our: Told, their: Told, rows: dict[int, Row]) -> bool:
    """Tell whether they differ by the stop that the library looks at before the open.

    Such a candle opens beyond the target, where the bot has left before anything else can happen,
    and goes on to the stop, which the library takes to be first.
    """
    row, side = rows[int(our[1])], our[2]
    at_open = our[4] == float(row.open) and our[:4] == their[:4]
    worse = float(row.low if side > 0 else row.high)
    return at_open and (their[4] - worse) * side >= 0
