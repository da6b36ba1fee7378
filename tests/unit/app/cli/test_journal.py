"""`journal replay` says in one line why a file cannot be replayed, with exit code 1."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from noctule.app.cli.journal import _progress
from noctule.app.cli.program import main
from tests.fakes.open_store import open_store


def execute(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def refusal(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what is said of a file that cannot be replayed."""
    assert main(["journal", "replay", str(path)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no such file" in refusal(tmp_path / "a.db", capsys)


def test_a_file_that_is_no_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.db"
    path.write_text("no database " * 100)
    assert "cannot be read" in refusal(path, capsys)


def test_an_empty_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.db"
    path.touch()
    assert "is empty" in refusal(path, capsys)


def test_another_programs_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.db"
    execute(path, "CREATE TABLE birds (name TEXT)")
    assert "holds another program's tables" in refusal(path, capsys)


@pytest.mark.parametrize(("version", "told"), [(99, "newer noctule"), (1, "older noctule")])
def test_a_store_of_another_version(
    tmp_path: Path, version: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.db"
    with open_store(path):
        pass
    execute(path, f"UPDATE schema SET version = {version}")
    assert told in refusal(path, capsys)


def test_a_store_in_which_nobody_traded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_store(tmp_path / "a.db"):
        pass
    assert "no run begins" in refusal(tmp_path / "a.db", capsys)


def test_its_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["journal", "replay", "--help"]) == 0
    assert "Example: noctule journal replay" in capsys.readouterr().out


def test_a_terminal_is_shown_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with _progress() as on_record:
        on_record(1, 1_000)
        on_record(500, 1_000)
