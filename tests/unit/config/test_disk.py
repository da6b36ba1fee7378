"""The files that settings name are files that can be read, written and told apart."""

import os
from pathlib import Path

import pytest

from tests.unit.config.house import problems, write

LEAVE = "name one that exists or leave it empty"


def test_a_folder_is_no_calendar_and_no_candles(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    base = "[sim]\ndata = folder\n[risk]\nnews_calendar = folder\n"
    assert problems(tmp_path, base=base) == [
        "configs/noctule.ini:2 [sim] data: folder is not a file, name one or leave it empty",
        "configs/noctule.ini:4 [risk] news_calendar: "
        "folder is not a file, name one or leave it empty",
    ]


def test_files_to_be_read_must_be_there(tmp_path: Path) -> None:
    write(tmp_path / "BTCUSDT-1m.csv", "")
    base = "[sim]\ndata = BTCUSDT-1m.csv, gone.csv\n[risk]\nnews_calendar = news.csv\n"
    assert problems(tmp_path, base=base) == [
        f"configs/noctule.ini:2 [sim] data: there is no file gone.csv, {LEAVE}",
        f"configs/noctule.ini:4 [risk] news_calendar: there is no file news.csv, {LEAVE}",
    ]


def test_a_name_too_long_for_a_file_is_told_shortly(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, base=f"[sim]\ndata = {'x' * 5000}\n")
    shown = "x" * 60 + "…"
    assert line == (
        f"configs/noctule.ini:2 [sim] data: {shown} cannot be read (File name too long), "
        "name a shorter one"
    )


def test_a_file_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "news.csv", "")
    monkeypatch.setattr(os, "access", lambda path, _mode: path.name != "news.csv")
    assert problems(tmp_path, base="[risk]\nnews_calendar = news.csv\n") == [
        "configs/noctule.ini:2 [risk] news_calendar: "
        "news.csv may not be read by this user, change its mode or leave it empty"
    ]


def test_a_log_below_a_file_or_in_place_of_a_folder_is_told(tmp_path: Path) -> None:
    write(tmp_path / "plain", "")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    base = "[logging]\nfile = plain/x/a.log\ntrade_log = folder\naudit_log = pipe\n"
    assert problems(tmp_path, base=base) == [
        f"configs/noctule.ini:2 [logging] file: {tmp_path}/plain cannot be written "
        "(Not a directory), name a file below a directory",
        "configs/noctule.ini:3 [logging] trade_log: folder cannot be written (Is a directory), "
        "name a file, not a directory",
        "configs/noctule.ini:4 [logging] audit_log: pipe is not a plain file, name a file",
    ]


def test_a_kill_switch_that_is_a_folder_would_bar_entries_for_ever(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert problems(tmp_path, base="[risk]\nkill_switch_file = folder\n") == [
        "configs/noctule.ini:2 [risk] kill_switch_file: folder is a directory, name a file instead"
    ]


def test_a_log_that_this_user_may_not_write_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "old.log", "")
    (tmp_path / "closed").mkdir()
    monkeypatch.setattr(os, "access", lambda path, _mode: path.name not in {"old.log", "closed"})
    base = "[logging]\nfile = old.log\ntrade_log = closed/x/trades.jsonl\n"
    assert problems(tmp_path, base=base) == [
        "configs/noctule.ini:2 [logging] file: old.log cannot be written (Permission denied), "
        "give this user the right to it or name another file",
        f"configs/noctule.ini:3 [logging] trade_log: {tmp_path}/closed cannot be written "
        "(Permission denied), give this user the right to it or name another file",
    ]


def test_a_default_that_cannot_be_written_is_told_as_such(tmp_path: Path) -> None:
    write(tmp_path / "logs", "")
    remedy = "cannot be written (Not a directory), name a file below a directory"
    assert problems(tmp_path) == [
        f"default [logging] audit_log: {tmp_path}/logs {remedy}",
        f"default [logging] file: {tmp_path}/logs {remedy}",
        f"default [logging] trade_log: {tmp_path}/logs {remedy}",
    ]


def test_a_log_may_go_to_a_device(tmp_path: Path) -> None:
    assert problems(tmp_path, base="[logging]\nfile = /dev/null\n") == []


def test_a_log_that_cannot_be_looked_at_is_told(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, base=f"[logging]\nfile = {'x' * 300}\n")
    assert line.endswith("cannot be written (File name too long), name a shorter one")


def test_one_file_has_one_purpose(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    base = "[logging]\nfile = folder/a\ntrade_log = link/../link/a\naudit_log = ./folder/a\n"
    assert problems(tmp_path, base=base) == [
        "configs/noctule.ini:3 [logging] trade_log: "
        "is the same file as [logging] file, name another one",
        "configs/noctule.ini:4 [logging] audit_log: "
        "is the same file as [logging] file, name another one",
    ]


def test_a_log_is_not_the_kill_switch(tmp_path: Path) -> None:
    base = "[risk]\nkill_switch_file = logs/noctule.log\n"
    assert problems(tmp_path, base=base) == [
        "configs/noctule.ini:2 [risk] kill_switch_file: "
        "is the same file as [logging] file, name another one"
    ]
