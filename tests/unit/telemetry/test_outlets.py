"""The console and the file behind a log line."""

import io
import json
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from typing_extensions import override

from noctule.telemetry.files import RotatingFile
from noctule.telemetry.formats import Entry
from noctule.telemetry.narration import Audience, Line
from noctule.telemetry.outlets import Place, console_place, file_place

ENTRY = Entry(
    at_ms=1_795_223_854_123,
    level="WARNING",
    component="app",
    trace="",
    message="careful",
    fields={},
)


class Terminal(io.StringIO):
    @override
    def isatty(self) -> Literal[True]:
        return True


def send(place: Place) -> None:
    place.write(place.format(ENTRY))


@pytest.mark.parametrize(("no_color", "level"), [("", "\x1b[33mWARNING\x1b[0m"), ("1", "WARNING")])
def test_a_terminal_gets_colour_unless_it_asks_for_none(
    monkeypatch: pytest.MonkeyPatch, no_color: str, level: str
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    stream = Terminal()
    send(console_place(stream, "text"))
    assert f"Z {level} app" in stream.getvalue()


def test_without_a_terminal_there_is_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = io.StringIO()
    send(console_place(stream, "text"))
    assert stream.getvalue() == "2026-11-21 01:17:34.123Z WARNING app            careful\n"


def test_json_has_no_colour_even_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    send(console_place(stream, "json"))
    assert json.loads(stream.getvalue())["message"] == "careful"


def shown(entry: Entry) -> list[Line]:
    return [Line(at_ms=0, word="WARN", text=entry.message)] if entry.level == "WARNING" else []


def test_people_see_what_they_are_told_and_of_the_log_what_is_for_them() -> None:
    stream = io.StringIO()
    place = console_place(stream, "text", show=shown)
    send(place)
    place.write(place.format(msgspec.structs.replace(ENTRY, level="INFO")))
    place.write(place.format(lambda: (Line(at_ms=0, word="FILL", text="bought"),)))
    assert place.audience is Audience.PERSON
    assert stream.getvalue() == (
        "00:00:00          WARN    careful\n00:00:00          FILL    bought\n"
    )


def test_a_program_that_reads_json_is_told_no_stories() -> None:
    place = console_place(io.StringIO(), "json", show=shown)
    assert place.audience is Audience.PROGRAM
    assert place.format(lambda: (Line(at_ms=0, word="FILL", text="bought"),)) == ""


def test_a_closed_console_is_a_failure_to_write_like_any_other() -> None:
    stream = io.StringIO()
    place = console_place(stream, "text")
    stream.close()
    with pytest.raises(OSError, match="the console cannot be written"):
        send(place)


def test_the_file_has_whole_lines_in_its_own_format(tmp_path: Path) -> None:
    file = RotatingFile(tmp_path / "log", size_max=1000, keep_files=1)
    file.open()
    send(file_place(file, "text"))
    send(file_place(file, "json"))
    file.close()
    text, line = (tmp_path / "log").read_text().splitlines()
    assert text == "2026-11-21 01:17:34.123Z WARNING app            careful"
    assert json.loads(line)["message"] == "careful"
