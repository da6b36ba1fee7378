"""What is wrong with a configuration, and where: one line each, told all at once."""

from typing import Final

from msgspec import Struct
from typing_extensions import override

__all__ = ["Place", "Problem"]

_LENGTH_MAX: Final = 2_000


class Place(Struct, frozen=True, kw_only=True, order=True):
    """Where something was written: a file and line, a variable, or a flag."""

    source: str
    line: int = 0  # 0: the source has no lines

    @override
    def __str__(self) -> str:
        source = _printable(self.source)
        return f"{source}:{self.line}" if self.line else source


class Problem(Struct, frozen=True, kw_only=True, order=True):
    """One mistake: its place, what is wrong, and what would be right."""

    place: Place
    section: str = ""
    key: str = ""
    what: str

    @override
    def __str__(self) -> str:
        section = f" [{self.section}]" if self.section else ""
        key = f" {self.key}" if self.key else ""
        return _printable(f"{self.place}{section}{key}: {self.what}")


def _printable(text: str) -> str:
    """Return one line that any terminal, log and JSON can take."""
    line = "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )
    return line if len(line) <= _LENGTH_MAX else f"{line[:_LENGTH_MAX]}…"
