"""What is wrong with a configuration, and where: one line each, told all at once."""

from msgspec import Struct
from typing_extensions import override

__all__ = ["Place", "Problem"]


class Place(Struct, frozen=True, kw_only=True, order=True):
    """Where something was written: a file and line, a variable, or a flag."""

    source: str
    line: int = 0  # 0: the source has no lines

    @override
    def __str__(self) -> str:
        return f"{self.source}:{self.line}" if self.line else self.source


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
        return f"{self.place}{section}{key}: {self.what}"
