"""A line for a person: aligned, dated by the market, within the terminal, in few colours."""

import fcntl
import io
import os
import pty
import struct
import termios
from pathlib import Path

import pytest

from noctule.telemetry.formats import Colour
from noctule.telemetry.narration import (
    Audience,
    Block,
    Line,
    Look,
    Tone,
    audience_of,
    look_of,
    told,
)

AT_MS = 1_795_223_854_123  # 01:17:34
LONG = "SMA 10 at 59,991.1 is 0.68 % below SMA 30: waits for it to cross above"


def line(text: str = "bought", *, tone: Tone = Tone.ACT, at_ms: int = AT_MS) -> Line:
    return Line(at_ms=at_ms, symbol="BTCUSDT", word="FILL", text=text, tone=tone)


def look(colour: Colour = Colour.OFF, width: int | None = None) -> Look:
    return Look(colour=colour, width=lambda: width)


def text_of(*tellings: Line | Block, look: Look) -> str:
    return told(lambda: tellings, look)


def test_time_symbol_and_word_stand_in_columns_before_the_text() -> None:
    other = Line(at_ms=AT_MS, word="READY", text="go")
    assert text_of(line(), other, look=look()) == (
        "01:17:34 BTCUSDT  FILL    bought\n01:17:34          READY   go\n"
    )


def test_a_candle_that_ends_a_millisecond_early_ends_on_the_minute() -> None:
    assert text_of(line(at_ms=59_999), look=look()).startswith("00:01:00 ")


def test_an_instant_off_the_calendar_does_not_keep_the_line_from_being_read() -> None:
    assert text_of(line(at_ms=10**18), look=look()) == "--:--:-- BTCUSDT  FILL    bought\n"


@pytest.mark.parametrize(
    ("tone", "shown"),
    [
        (Tone.PLAIN, "01:17:34 BTCUSDT  \x1b[1mFILL   \x1b[0m bought\n"),
        (Tone.ACT, "01:17:34 BTCUSDT  \x1b[1;36mFILL   \x1b[0m bought\n"),
        (Tone.CARE, "01:17:34 BTCUSDT  \x1b[1;33mFILL   \x1b[0m bought\n"),
        (Tone.BAD, "01:17:34 BTCUSDT  \x1b[1;31mFILL    bought\x1b[0m\n"),
        (Tone.QUIET, "\x1b[2m01:17:34 BTCUSDT  FILL    bought\x1b[0m\n"),
    ],
)
def test_the_word_is_coloured_and_where_it_matters_the_text(tone: Tone, shown: str) -> None:
    assert text_of(line(tone=tone), look=look(Colour.ON)) == shown


def test_a_text_too_long_for_the_terminal_goes_on_below_where_it_began() -> None:
    lines = text_of(line(LONG), look=look(width=80)).splitlines()
    assert lines == [
        "01:17:34 BTCUSDT  FILL    SMA 10 at 59,991.1 is 0.68 % below SMA 30: waits for",
        "                          it to cross above",
    ]


@pytest.mark.parametrize("width", [None, 40, 200])
def test_where_there_is_no_terminal_or_no_hope_lines_stay_whole(width: int | None) -> None:
    assert text_of(line(LONG), look=look(width=width)).count("\n") == 1


def test_nothing_that_is_told_can_break_the_line_or_steer_the_terminal() -> None:
    shown = text_of(line("a\nb\x1b[2J"), look=look())
    assert shown == "01:17:34 BTCUSDT  FILL    a\\nb\\x1b[2J\n"


def test_a_traceback_stands_below_and_indented() -> None:
    failed = Line(at_ms=AT_MS, word="ERROR", text="failed", below="Traceback\n  here")
    assert text_of(failed, look=look()).splitlines()[1:] == ["    Traceback", "      here"]


def test_a_block_has_its_names_in_a_column_and_air_around_it() -> None:
    block = Block(title="Go on", rows=(("status", "what it holds"), ("why", "and why")))
    assert text_of(block, look=look()) == (
        "\nGo on\n  status  what it holds\n  why     and why\n\n"
    )
    assert "\x1b[1;36mGo on\x1b[0m" in text_of(
        Block(title="Go on", rows=(), tone=Tone.ACT), look=look(Colour.ON)
    )


def test_the_width_is_the_terminals_and_none_where_there_is_none() -> None:
    screen, terminal = pty.openpty()
    with os.fdopen(screen), os.fdopen(terminal, "w") as stream:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        assert look_of(stream, Colour.ON).width() == 80
    assert look_of(io.StringIO(), Colour.OFF).width() is None


def test_the_journal_is_known_by_the_file_it_names(tmp_path: Path) -> None:
    with (tmp_path / "journal").open("w") as stream:
        status = os.fstat(stream.fileno())
        named = f"{status.st_dev}:{status.st_ino}"
        assert audience_of(stream, journal=named) is Audience.JOURNAL
        assert audience_of(stream, journal="1:1") is Audience.PERSON
        assert audience_of(stream, journal=None) is Audience.PERSON
    assert audience_of(io.StringIO(), journal=named) is Audience.PERSON
