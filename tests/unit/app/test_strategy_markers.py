"""One that did not come back starts disabled, until its code or its settings are others."""

import json
from pathlib import Path

import pytest

from noctule.app.strategy_markers import StrategyMarkers, fingerprints_of, markers_of
from noctule.config.settings import Configuration
from noctule.domain.ids import account_tag
from tests.builders import START_MS
from tests.fakes.home import config_at
from tests.fakes.idea_files import write_idea

REASON = "did not come back within 5000 ms"


def markers(folder: Path, fingerprint: str = "abc") -> StrategyMarkers:
    return StrategyMarkers(folder, account="testnet-7f3a", fingerprints={"trend": fingerprint})


def configured(home: Path, *overrides: str) -> Configuration:
    return config_at(home, *overrides).load()


def test_what_did_not_come_back_starts_disabled_and_it_is_said_why(tmp_path: Path) -> None:
    state = tmp_path / "logs/state"  # not made yet
    assert markers(state).reason("trend") is None
    markers(state).write("trend", REASON, at_ms=START_MS)
    assert markers(state).reason("trend") == f"{REASON} (at 2026-09-28T00:00:00.000Z)"
    assert [each.name for each in state.iterdir()] == ["testnet-7f3a.trend.disabled"]


def test_changed_code_or_settings_may_try_again_and_the_marker_is_gone(tmp_path: Path) -> None:
    markers(tmp_path).write("trend", REASON, at_ms=START_MS)
    assert markers(tmp_path, "other").reason("trend") is None
    assert list(tmp_path.iterdir()) == []


def test_who_deletes_the_marker_lets_it_try_again(tmp_path: Path) -> None:
    mine = markers(tmp_path)
    mine.write("trend", REASON, at_ms=START_MS)
    assert str(mine.path("trend")) in mine.remedy("trend")
    mine.path("trend").unlink()
    assert mine.reason("trend") is None
    mine.remove("trend")  # which is gone already


def test_the_remedy_is_the_one_that_helps(tmp_path: Path) -> None:
    mine = markers(tmp_path / "state")
    path = mine.path("trend")
    assert mine.remedy("trend").endswith(f"once {path} is deleted if it could be written")
    path.parent.write_text("a file, where a folder should be")
    mine.write("trend", REASON, at_ms=START_MS)
    assert mine.remedy("trend") == (
        f"correct it: {path} could not be written, so it is asked again after a restart"
    )
    path.parent.unlink()
    mine.write("trend", REASON, at_ms=START_MS)
    assert mine.remedy("trend").endswith(f"once {path} is deleted")
    again = markers(tmp_path / "state")
    assert again.reason("trend")
    assert again.remedy("trend") == mine.remedy("trend")


@pytest.mark.parametrize("text", [b"", b"{}", b"\xff", b'{"strategy":7}'])
def test_a_marker_that_makes_no_sense_holds(tmp_path: Path, text: bytes) -> None:
    mine = markers(tmp_path)
    mine.path("trend").write_bytes(text)
    assert mine.reason("trend") == (
        "did not come back, and what is written about it cannot be read"
    )


def test_a_disk_that_will_not_have_it_is_told_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state").write_text("a file, where a folder should be")
    mine = markers(tmp_path / "state")
    mine.write("trend", REASON, at_ms=START_MS)
    mine.remove("trend")
    told = [record.getMessage() for record in caplog.records]
    assert told == ["marker not written", "marker not deleted"]


def test_a_marker_names_its_strategy_for_who_looks_into_it(tmp_path: Path) -> None:
    mine = markers(tmp_path)
    mine.write("trend", REASON, at_ms=START_MS)
    told = json.loads(mine.path("trend").read_text())
    assert (told["strategy"], told["reason"]) == ("trend", REASON)


def test_they_stand_beside_the_store_and_belong_to_its_account(tmp_path: Path) -> None:
    state = tmp_path / "logs/state"
    paper = markers_of(configured(tmp_path, "api.environment=paper"))
    assert paper.path("trend") == state / f"paper-{account_tag('paper')}.trend.disabled"


def test_in_a_simulation_they_outlive_the_store_which_is_another_at_each_start(
    tmp_path: Path,
) -> None:
    simulated = markers_of(configured(tmp_path))
    assert simulated.path("trend") == tmp_path / "logs/state/sim.trend.disabled"


def test_other_settings_are_another_fingerprint_and_other_sections_are_not(tmp_path: Path) -> None:
    first = fingerprints_of(configured(tmp_path))
    assert set(first) == {"sma_cross"}
    assert first == fingerprints_of(configured(tmp_path, "risk.risk_per_trade=0.002"))
    assert first != fingerprints_of(configured(tmp_path, "strategy.slow=3"))


def test_other_code_is_another_fingerprint_also_in_a_file_beside_it(tmp_path: Path) -> None:
    beside, mine = tmp_path / "levels_nine.py", "strategy.path=my_idea.py"
    beside.write_text("HIGH = 3\n")
    write_idea(tmp_path, "from pydantic", "import levels_nine\nfrom pydantic")
    first = fingerprints_of(configured(tmp_path, mine))
    assert set(first) == {"my_idea"}
    assert first == fingerprints_of(configured(tmp_path, mine))
    beside.write_text("HIGH = 4\n")
    repaired_beside = fingerprints_of(configured(tmp_path, mine))
    write_idea(tmp_path, "from pydantic", "import levels_nine\n\nfrom pydantic")
    repaired = fingerprints_of(configured(tmp_path, mine))
    assert len({each["my_idea"] for each in (first, repaired_beside, repaired)}) == 3
