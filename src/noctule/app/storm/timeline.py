"""What happened around a violation, line by line, with the exchange's book beside the bot's."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence, Set
from itertools import chain, groupby, zip_longest
from textwrap import wrap
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from noctule.app.storm.notes import Note
from noctule.app.storm.run import run_storm
from noctule.app.storm.scene import Violation
from noctule.app.storm.story import Story
from noctule.app.storm.synopsis import synopsis, time_text

__all__ = ["TIMELINE_WIDTH", "Narrated", "narrate", "timeline"]

_KEPT_MAX: Final = 200_000  # notes of one story
_LINES_MAX: Final = 120  # that lead to a violation
_LINES_MIN: Final = 30
_WIDTHS: Final = (11, 8, 62, 30, 30)
TIMELINE_WIDTH: Final = sum(_WIDTHS) + 8  # with what is between the columns
_BETWEEN: Final = "  "  # the symbols of a book
_FLAT: Final = "flat"
_NO_PROCESS: Final = "no process"
_LEGEND: Final = (
    "A book is what is held and, in brackets, what rests: e entry, s stop, t target, c close,",
    "f flatten, p a stop of the recovery; with the number of the attempt after the first.",
    "≠ is where the two books differ.",
)


class Narrated(Struct, frozen=True, kw_only=True):
    """A story that was played to be told."""

    violations: tuple[Violation, ...]
    notes: tuple[Note, ...]


def narrate(story: Story) -> Narrated:
    """Play it, and write down all that happens."""
    notes = deque[Note](maxlen=_KEPT_MAX)
    outcome = run_storm(story, note=notes.append)
    return Narrated(violations=outcome.violations, notes=tuple(notes))


def timeline(story: Story, violation: Violation | None, notes: Sequence[Note]) -> Iterator[str]:
    """Yield the story, what it broke, and all from the last flat moment until then.

    Without a violation all of it is told.
    """
    yield from synopsis(story)
    if violation is not None:
        broken = f"BROKEN after {time_text(violation.at_ms)}: {violation.rule}: {violation.text}"
        yield from ("", *wrap(broken, TIMELINE_WIDTH))
    yield from ("", *_LEGEND, "")
    yield from _row("after", "who", "what", "the exchange's book", "the bot's book")
    yield "-" * TIMELINE_WIDTH
    if violation is None:
        yield from _rows(_calmed(notes))
        return
    led = _leading_to(violation, notes, story.symbols)
    if len(led) > _LINES_MAX:
        yield f"… and {len(led) - _LINES_MAX} lines before"
    yield from _rows(led[-_LINES_MAX:])


def _leading_to(
    violation: Violation, notes: Sequence[Note], symbols: Sequence[str]
) -> Sequence[Note]:
    """Return all since nothing was held, and nothing rested, of the symbols that it is about."""
    about = [symbol for symbol in symbols if symbol in violation.text] or symbols
    others = set(symbols) - set(about)
    until = _calmed(_only_about(about, [*_until(violation, notes)], others=others))
    flat = (
        place
        for place in reversed(range(len(until) - _LINES_MIN))
        if not any(symbol in until[place].theirs + until[place].ours for symbol in about)
    )
    return until[next(flat, 0) :]


def _until(violation: Violation, notes: Sequence[Note]) -> Iterator[Note]:
    """Yield what was told until then, and that it was broken."""
    for note in notes:
        if note.at_ms > violation.at_ms:
            return
        yield note
        if note.who == "watch" and violation.text in note.text:
            return


def _only_about(about: Sequence[str], notes: Sequence[Note], *, others: Set[str]) -> list[Note]:
    """Leave out what is told of other symbols alone, and their part of the books."""
    return [
        replace(note, theirs=_part(note.theirs, others), ours=_part(note.ours, others))
        for note in notes
        if any(symbol in note.text for symbol in about)
        or not any(symbol in note.text for symbol in others)
    ]


def _part(book: str, others: Set[str]) -> str:
    entries = book.split(_BETWEEN)
    return _BETWEEN.join(each for each in entries if each.partition(" ")[0] not in others)


def _calmed(notes: Sequence[Note]) -> list[Note]:
    """Put neighbours that say the same, or ask and are answered, into one line."""
    runs = groupby(notes, key=lambda note: (note.who, _gist(note), note.theirs, note.ours))
    return [_in_one([*run]) for _, run in runs]


def _gist(note: Note) -> str | None:
    is_answered = note.text.startswith("GET ") and note.text.endswith("-> 200")
    return None if is_answered else note.text


def _in_one(notes: Sequence[Note]) -> Note:
    first = notes[0]
    if _gist(first) is not None:
        return replace(first, text=_times(first.text, len(notes)))
    names = Counter(note.text.split()[1].rpartition("/")[2] for note in notes)
    asked = ", ".join(_times(name, count) for name, count in names.items())
    return replace(first, text=f"asks for {asked}")


def _times(text: str, count: int) -> str:
    return f"{text} ({count} ×)" if count > 1 else text


def _rows(notes: Sequence[Note]) -> Iterator[str]:
    """Yield the lines; the books stand where one of them has changed."""
    before: tuple[str, str] | None = None
    for note in notes:
        books = _lines(note.theirs), _lines(note.ours)
        differ = books[0] != books[1] and note.ours != _NO_PROCESS
        shown = books if books != before else ("", "")
        yield from _row(
            time_text(note.at_ms), note.who, _words(note.text), *shown, mark="≠" if differ else "|"
        )
        before = books


def _lines(book: str) -> str:
    return book.replace(_BETWEEN, "\n") or _FLAT


def _words(text: str) -> str:
    return " ".join(text.split())


def _row(*cells: str, mark: str = "|") -> Iterator[str]:
    """Yield one row of the table, in as many lines as its longest cell needs."""
    columns = [_cell(text, width) for text, width in zip(cells, _WIDTHS, strict=True)]
    for texts in zip_longest(*columns, fillvalue=""):
        time, who, what, theirs, ours = map(str.ljust, texts, _WIDTHS)
        yield f"{time} {who} {what} | {theirs} {mark} {ours}".rstrip(" |")


def _cell(text: str, width: int) -> list[str]:
    lines = (wrap(line, width, break_on_hyphens=False) for line in text.split("\n"))
    return [*chain.from_iterable(lines)] or [""]
