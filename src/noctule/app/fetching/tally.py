"""What a fetch came to: files, rows, what is missing, and what it took."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from noctule.app.fetching.series import Series, Span

__all__ = ["Absence", "Fetched", "Gap", "Report", "joined"]


class Gap(Struct, frozen=True, kw_only=True):
    """Rows that the source itself has not, between two that it has."""

    from_ms: int
    to_ms: int
    rows: int


class Absence(Struct, frozen=True, kw_only=True):
    """A stretch that could not be had, and why."""

    from_ms: int
    to_ms: int
    why: str


class Fetched(Struct, frozen=True, kw_only=True):
    """What became of one series; files and rows are those written now."""

    series: Series
    wanted: Span
    found: tuple[str, ...] = ()  # files that were there before
    files: tuple[str, ...] = ()
    rows: int = 0
    first_ms: int | None = None  # of the rows written
    last_ms: int | None = None
    gaps: tuple[Gap, ...] = ()
    absent: tuple[Absence, ...] = ()
    flaws: tuple[str, ...] = ()  # rows and files that were refused

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing of it is there, neither from now nor from before."""
        return not self.files and not self.found


class Report(Struct, frozen=True, kw_only=True):
    """The whole fetch."""

    folder: str
    source: str
    fetched: tuple[Fetched, ...]
    requests: int
    elapsed_ms: int

    @property
    def problems(self) -> list[str]:
        """Return a line for whatever was refused, and for every series that has nothing."""
        refused = [flaw for each in self.fetched for flaw in each.flaws]
        titles = [each.series.title for each in self.fetched if each.is_empty and not each.flaws]
        return [*refused, *(f"{title}: {self.source} has nothing of it" for title in titles)]


def joined(absent: Sequence[Absence]) -> tuple[Absence, ...]:
    """Put together what follows on each other for the same reason."""
    whole: list[Absence] = []
    for each in absent:
        if whole and whole[-1].to_ms == each.from_ms and whole[-1].why == each.why:
            whole[-1] = replace(whole[-1], to_ms=each.to_ms)
        else:
            whole.append(each)
    return tuple(whole)
