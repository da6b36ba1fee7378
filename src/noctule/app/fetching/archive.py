"""Fetching from an archive: whole months as they are there, days where a month is not."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from noctule.adapters.archive import layout
from noctule.adapters.archive.checksums import Archive, copy_checked
from noctule.adapters.archive.failures import ArchiveFlawed, ArchiveUnreachable, NotInArchive
from noctule.app.fetching.names import name_of
from noctule.app.fetching.packages import times_in
from noctule.app.fetching.plan import Errand
from noctule.app.fetching.progress import Progress, Tell
from noctule.app.fetching.series import Kind, Series, Span
from noctule.app.fetching.shelf import Shelf
from noctule.app.fetching.spans import DAY_MS, at_utc, days_of, is_month, months_of, next_month
from noctule.app.fetching.tally import Absence, Fetched, Gap, joined

__all__ = ["fetch_from_archive", "whole_days"]

_ATTEMPTS_MAX: Final = 3
_FOLDERS: Final = {
    Kind.CANDLES: layout.KLINES,
    Kind.MARKS: layout.MARK_KLINES,
    Kind.FUNDING: layout.FUNDING,
}
_NOT_THERE: Final = "the archive has no file of it"
_NOT_WHOLE: Final = "the archive has whole days only, and a part of this one is there already"
_NOT_WHOLE_MONTH: Final = "the archive has whole months only, and a part of it is there already"


def whole_days(series: Series, span: Span, now_ms: int) -> Span:
    """Return what an archive can have of a span: days that are over, of funding also months."""
    end_ms = min(span.to_ms, now_ms - now_ms % DAY_MS)
    from_ms, to_ms = span.from_ms - span.from_ms % DAY_MS, -(-end_ms // DAY_MS) * DAY_MS
    if series.kind is not Kind.FUNDING or from_ms >= to_ms:
        return Span(from_ms, to_ms)
    begins = at_utc(from_ms)
    month_ms = from_ms - (begins.day - 1) * DAY_MS
    return Span(month_ms, next_month(to_ms - 1))


def fetch_from_archive(
    errands: Sequence[Errand], archive: Archive, shelf: Shelf, tell: Tell
) -> list[Fetched]:
    """Fetch what is missing; a file that is not what it should be is told, and not kept."""
    return [_Fetch(errand, archive, shelf, tell).result() for errand in errands]


class _Fetch:
    """The fetch of one series."""

    def __init__(self, errand: Errand, archive: Archive, shelf: Shelf, tell: Tell) -> None:
        self._errand = errand
        self._series = errand.series
        self._archive = archive
        self._shelf = shelf
        self._tell = tell
        self._absent: list[Absence] = []
        self._flaws: list[str] = []
        self._files: list[str] = []
        self._gaps: list[Gap] = []
        self._rows = 0
        self._first_ms: int | None = None
        self._last_ms: int | None = None
        self._to_ms = 0  # where the last file ends

    def result(self) -> Fetched:
        """Take month after month."""
        spans = self._errand.missing
        total_ms = sum(span.to_ms - span.from_ms for span in spans)
        progress = Progress(title=self._series.title, done_ms=0, total_ms=total_ms)
        for span in spans:
            for month in months_of(span):
                self._take_month(month)
                progress = progress.after(month.to_ms - month.from_ms)
                self._tell(progress)
        return self._fetched()

    def _take_month(self, month: Span) -> None:
        if is_month(month) and self._take(month, layout.monthly_path):
            return
        if self._series.kind is Kind.FUNDING:
            self._miss(month, _NOT_THERE if is_month(month) else _NOT_WHOLE_MONTH)
            return
        for day in days_of(month):
            if day.to_ms - day.from_ms < DAY_MS:
                self._miss(day, _NOT_WHOLE)
            elif not self._take(day, layout.daily_path):
                self._miss(day, _NOT_THERE)

    def _take(self, span: Span, path_of: Callable[..., str]) -> bool:
        """Take a file, and tell whether there is one; a flawed one is one, too."""
        series = self._series
        interval = None if series.timeframe is None else series.timeframe.value
        path = path_of(_FOLDERS[series.kind], series.symbol, interval, at_utc(span.from_ms))
        name = name_of(series, span, suffix=".zip")
        try:
            times_ms = self._copied(path, name, span)
        except NotInArchive:
            return False
        except ArchiveFlawed as exc:
            self._flaws.append(str(exc))
            return True
        self._files.append(name)
        self._note(times_ms, span)
        return True

    def _copied(self, path: str, name: str, span: Span) -> Sequence[int]:
        """Copy a file, again if it is cut off."""
        for attempt in range(1, _ATTEMPTS_MAX + 1):
            try:
                with self._shelf.draft(name) as file:
                    copy_checked(self._archive, path, file)
                    file.flush()
                    return times_in(file, span, path)
            except ArchiveUnreachable:
                if attempt == _ATTEMPTS_MAX:
                    raise
        raise AssertionError(f"{_ATTEMPTS_MAX} attempts")

    def _miss(self, span: Span, why: str) -> None:
        self._absent.append(Absence(from_ms=span.from_ms, to_ms=span.to_ms, why=why))

    def _note(self, times_ms: Sequence[int], span: Span) -> None:
        """Count the rows of a file, and what is missing between them and before them."""
        series, is_next = self._series, self._to_ms == span.from_ms
        before = [self._last_ms] if is_next and self._last_ms is not None else []
        for before_ms, at_ms in pairwise([*before, *times_ms]):
            due_ms = series.next_due(before_ms)
            if series.is_late(at_ms, due_ms):
                count = series.count(due_ms, at_ms)
                self._gaps.append(Gap(from_ms=due_ms, to_ms=at_ms, rows=count))
        self._rows += len(times_ms)
        if self._first_ms is None:
            self._first_ms = times_ms[0]
        self._last_ms, self._to_ms = times_ms[-1], span.to_ms

    def _fetched(self) -> Fetched:
        return Fetched(
            series=self._series,
            wanted=self._errand.wanted,
            found=self._errand.found,
            files=tuple(self._files),
            rows=self._rows,
            first_ms=self._first_ms,
            last_ms=self._last_ms,
            gaps=tuple(self._gaps),
            absent=joined(self._absent),
            flaws=tuple(self._flaws),
        )
