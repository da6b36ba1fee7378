"""What is asked for is written whole, or not at all, or told to be impossible before the work."""

import json
import os
from pathlib import Path

import pytest

from noctule.app.backtest.outcome import Outcome
from noctule.domain.errors import ConfigError
from tests.fakes.small_backtest import small_result


def test_all_three_files_are_written(tmp_path: Path) -> None:
    told, page, lines = (tmp_path / name for name in ("r.json", "r.html", "t.jsonl"))
    outcome = Outcome(json_file=told, report=page, trades=lines)
    outcome.refuse_unwritable()
    outcome.write(small_result())
    assert json.loads(told.read_bytes())["result_hash"] == small_result().result_hash
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert len(lines.read_bytes().splitlines()) == len(small_result().course.trades)
    assert {each.name for each in tmp_path.iterdir()} == {"r.json", "r.html", "t.jsonl"}


def test_json_may_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = Outcome(json_file=Path("-"))
    outcome.refuse_unwritable()
    outcome.write(small_result())
    assert outcome.is_printed
    assert json.loads(capsys.readouterr().out)["result_hash"] == small_result().result_hash


def test_nothing_is_written_that_nobody_asked_for(tmp_path: Path) -> None:
    Outcome().write(small_result())
    assert not Outcome().is_printed
    assert not list(tmp_path.iterdir())


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to("real.json")
    Outcome(json_file=tmp_path / "link.json").write(small_result())
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "real.json").read_bytes())


def test_a_pipe_is_written_into_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDWR)
    try:
        Outcome(trades=pipe).write(small_result())
        assert os.read(end, 10) == b'{"schema_v'
    finally:
        os.close(end)
    assert pipe.is_fifo()


def test_every_place_that_cannot_be_written_is_told_at_once(tmp_path: Path) -> None:
    outcome = Outcome(json_file=tmp_path, report=tmp_path / "no/r.html", trades=Path("-"))
    with pytest.raises(ConfigError) as raised:
        outcome.refuse_unwritable()
    assert raised.value.problems == (
        f"--json: {tmp_path} is a folder, name a file in it",
        f"--report: {tmp_path / 'no/r.html'} stands in a folder that is not there, make it first",
    )


def test_a_file_that_cannot_be_written_after_all_is_told_and_leaves_the_old_one(
    tmp_path: Path,
) -> None:
    told = tmp_path / "r.json"
    told.write_text("old")
    (tmp_path / ".r.json.new").mkdir()
    with pytest.raises(ConfigError, match=r"--json: .* cannot be written"):
        Outcome(json_file=told).write(small_result())
    assert told.read_text() == "old"
