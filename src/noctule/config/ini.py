"""The INI reader: every line keeps its number, and every mistake is told, not only the first."""

import re

from msgspec import Struct

from noctule.config.problems import Place, Problem

__all__ = ["Entry", "Header", "Layer", "read_ini"]

_HEADER = re.compile(r"\[([^\[\]]*[^\[\]\s][^\[\]]*)\](\s+[;#].*)?")
_INLINE_COMMENT = re.compile(r"\s[;#].*")


class Header(Struct, frozen=True, kw_only=True):
    """A section, where it was opened."""

    section: str
    place: Place


class Entry(Struct, frozen=True, kw_only=True):
    """A key with its text, where it was written; no section: before the first one."""

    section: str
    key: str
    text: str
    place: Place


class Layer(Struct, frozen=True, kw_only=True):
    """What one source says, and what about its form is wrong."""

    headers: tuple[Header, ...] = ()
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_ini(text: str, *, source: str) -> Layer:
    """Read `key = value` lines under `[section]` lines; `;` and `#` begin comments."""
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), start=1):
        reader.read(line.strip(), Place(source=source, line=number))
    return Layer(
        headers=tuple(reader.headers.values()),
        entries=tuple(reader.entries.values()),
        problems=tuple(reader.problems),
    )


class _Reader:
    def __init__(self) -> None:
        self.headers: dict[str, Header] = {}
        self.entries: dict[tuple[str, str], Entry] = {}
        self.problems: list[Problem] = []
        self._section: str | None = ""  # None: under a header that could not be read

    def read(self, line: str, place: Place) -> None:
        if not line or line.startswith((";", "#")):
            return
        if line.startswith("["):
            self._open(line, place)
        elif line.find("=") > 0:
            self._assign(line, place)
        else:  # the line is not repeated: a secret may stand in it
            what = "is neither a [section] nor a comment, write key = value"
            self.problems.append(Problem(place=place, section=self._section or "", what=what))

    def _open(self, line: str, place: Place) -> None:
        match = _HEADER.fullmatch(line)
        if match is None:
            self._section = None
            what = "is not a section, write e.g. [risk] on a line of its own"
            self.problems.append(Problem(place=place, what=what))
            return
        self._section = section = match[1].strip()
        header = self.headers.setdefault(section, Header(section=section, place=place))
        if header.place != place:
            what = f"section opened twice, first in line {header.place.line}, join the two"
            self.problems.append(Problem(place=place, section=section, what=what))

    def _assign(self, line: str, place: Place) -> None:
        if self._section is None:
            return
        key, _, text = line.partition("=")
        key = key.strip()
        entry = Entry(section=self._section, key=key, text=_without_comment(text), place=place)
        first = self.entries.setdefault((entry.section, key), entry)
        if first is not entry:
            what = f"given twice, first in line {first.place.line}, keep one"
            problem = Problem(place=place, section=entry.section, key=key, what=what)
            self.problems.append(problem)


def _without_comment(text: str) -> str:
    return _INLINE_COMMENT.sub("", text, count=1).strip()
