"""One mistake in the complete file is one line, whichever key or section it hits."""

import re
from pathlib import Path

import pytest

from noctule.config.ini import Entry, Header, read_ini
from tests.unit.config.house import problems

LINES = (
    (Path(__file__).resolve().parents[3] / "configs/noctule.ini")
    .read_text(encoding="utf-8")
    .splitlines()
)
COMPLETE = read_ini("\n".join(LINES), source="configs/noctule.ini")
FREE_TEXT = {
    "file",
    "trade_log",
    "audit_log",
    "socket",
    "kill_switch_file",
    "control_token",
}


def told_after(home: Path, entry: Entry | Header, line: str) -> list[str]:
    changed = LINES.copy()
    changed[entry.place.line - 1] = line
    return problems(home, base="\n".join(changed))


def named(entry: Entry) -> str:
    return f"{entry.section}.{entry.key}"


@pytest.mark.parametrize("entry", COMPLETE.entries, ids=named)
def test_a_wrong_value_is_one_line(tmp_path: Path, entry: Entry) -> None:
    told = told_after(tmp_path, entry, f"{entry.key} = ?!")
    if entry.key in FREE_TEXT:
        assert told == []
    else:
        (line,) = told
        assert line.startswith(f"{entry.place} [{entry.section}] {entry.key}: ")


@pytest.mark.parametrize("entry", COMPLETE.entries, ids=named)
def test_a_misspelled_key_is_one_line(tmp_path: Path, entry: Entry) -> None:
    (line,) = told_after(tmp_path, entry, f"{entry.key}_ = {entry.text}")
    assert line.endswith(f"did you mean {entry.key!r}?")


@pytest.mark.parametrize("header", COMPLETE.headers, ids=lambda header: header.section)
def test_a_misspelled_section_is_one_line(tmp_path: Path, header: Header) -> None:
    (line,) = told_after(tmp_path, header, f"[{header.section}_]")
    assert line.endswith(f"unknown section, did you mean {header.section!r}?")


@pytest.mark.parametrize("entry", COMPLETE.entries, ids=named)
def test_a_key_in_the_wrong_place_is_one_line(tmp_path: Path, entry: Entry) -> None:
    lines = [*LINES, f"{entry.key} = {entry.text}"]
    (line,) = problems(tmp_path, base="\n".join(lines))
    if entry.section == "web":
        assert ": given twice, first in line " in line
    else:
        assert re.search(rf": belongs to .*\[{entry.section}\].*, move it there$", line)
