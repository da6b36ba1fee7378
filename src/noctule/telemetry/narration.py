"""What a person reads on the console: one thing that matters a line, aligned, in a few colours."""

import os
import textwrap
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TextIO, TypeAlias

from msgspec import Struct

from noctule.telemetry.formats import Colour, printable

__all__ = ["Audience", "Block", "Line", "Telling", "Tone", "audience_of", "look_of", "told"]

_RESET: Final = "\x1b[0m"
_SYMBOL_WIDTH: Final = 8  # of most symbols; a longer one moves the rest of its line
_WORD_WIDTH: Final = 7
_TEXT_WIDTH_MIN: Final = 40  # narrower than that a terminal breaks the lines itself


class Tone(StrEnum):
    """How much a line matters, and which way."""

    QUIET = "quiet"  # the market goes on
    PLAIN = "plain"
    ACT = "act"  # something is done
    GOOD = "good"
    BAD = "bad"
    CARE = "care"  # look at it


_COLOURS: Final[Mapping[Tone, str]] = {
    Tone.QUIET: "\x1b[2m",
    Tone.PLAIN: "\x1b[1m",
    Tone.ACT: "\x1b[1;36m",
    Tone.GOOD: "\x1b[1;32m",
    Tone.BAD: "\x1b[1;31m",
    Tone.CARE: "\x1b[1;33m",
}


class Line(Struct, frozen=True, kw_only=True):
    """One thing that happened."""

    at_ms: int  # market time
    word: str  # CANDLE, SIGNAL, FILL …
    text: str
    symbol: str = ""
    tone: Tone = Tone.PLAIN
    below: str = ""  # more lines, each of them indented: a traceback


class Block(Struct, frozen=True, kw_only=True):
    """Several lines that belong together and have no time: how to go on, what it came to."""

    title: str
    rows: tuple[tuple[str, str], ...]
    tone: Tone = Tone.PLAIN


# Called on the writer's thread, so that whoever trades need not wait for words.
Telling: TypeAlias = Callable[[], Iterable[Line | Block]]


class Audience(StrEnum):
    """Who reads the console."""

    PERSON = "person"
    JOURNAL = "journal"  # systemd's: read later, so nothing is told that passes
    PROGRAM = "program"  # it wants JSON, and no stories


class Look(Struct, frozen=True, kw_only=True):
    """What the console can show."""

    colour: Colour
    width: Callable[[], int | None]  # None: lines may be as long as they are


def audience_of(stream: TextIO, *, journal: str | None) -> Audience:
    """Tell a person from systemd's journal, which names itself in JOURNAL_STREAM."""
    if not journal:
        return Audience.PERSON
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):  # one in memory, or closed
        return Audience.PERSON
    is_journal = journal == f"{status.st_dev}:{status.st_ino}"
    return Audience.JOURNAL if is_journal else Audience.PERSON


def look_of(stream: TextIO, colour: Colour) -> Look:
    """Return the look of a stream; a terminal may change its width at any time."""

    def width() -> int | None:
        try:
            return os.get_terminal_size(stream.fileno()).columns or None
        except (OSError, ValueError):
            return None

    return Look(colour=colour, width=width if stream.isatty() else lambda: None)


def told(telling: Telling, look: Look) -> str:
    """Write what is told, each line within the terminal's width."""
    width = look.width()
    return "".join(
        _line_text(each, look.colour, width)
        if isinstance(each, Line)
        else _block_text(each, look.colour, width)
        for each in telling()
    )


def _line_text(line: Line, colour: Colour, width: int | None) -> str:
    start = f"{_clock_text(line.at_ms)} {printable(line.symbol):<{_SYMBOL_WIDTH}} "
    word = f"{printable(line.word):<{_WORD_WIDTH}}"
    text = f" {_within(width, printable(line.text), indent=len(start) + len(word) + 1)}"
    below = "".join(f"    {printable(each)}\n" for each in line.below.splitlines())
    return f"{_shaded(start, word, text, tone=line.tone, colour=colour)}\n{below}"


def _shaded(start: str, word: str, text: str, *, tone: Tone, colour: Colour) -> str:
    """Colour the word; of what matters the text, too, and of what passes everything."""
    if colour is Colour.OFF:
        return f"{start}{word}{text}".rstrip()
    shade = _COLOURS[tone]
    match tone:
        case Tone.QUIET:
            return f"{shade}{start}{word}{text}{_RESET}"
        case Tone.GOOD | Tone.BAD:
            return f"{start}{shade}{word}{text}{_RESET}"
        case _:
            return f"{start}{shade}{word}{_RESET}{text}"


def _block_text(block: Block, colour: Colour, width: int | None) -> str:
    name_width = max((len(name) for name, _ in block.rows), default=0)
    title = printable(block.title)
    if colour is Colour.ON:
        title = f"{_COLOURS[block.tone]}{title}{_RESET}"
    rows = [
        f"  {printable(name):<{name_width}}  "
        f"{_within(width, printable(text), indent=name_width + 4)}".rstrip()
        for name, text in block.rows
    ]
    return "\n".join(["", title, *rows, "", ""]).replace("\n\n\n", "\n\n")


def _within(width: int | None, text: str, *, indent: int) -> str:
    """Break a text that the terminal has no room for, and go on below where it began."""
    if width is None or width - indent < _TEXT_WIDTH_MIN or len(text) <= width - indent:
        return text
    rest = " " * indent
    return f"\n{rest}".join(textwrap.wrap(text, width - indent, break_on_hyphens=False))


def _clock_text(at_ms: int) -> str:
    """Write the nearest second: a candle ends a millisecond before the next."""
    try:
        return f"{datetime.fromtimestamp((at_ms + 500) // 1000, tz=UTC):%H:%M:%S}"
    except (OSError, OverflowError, ValueError):  # off the calendar
        return "--:--:--"
