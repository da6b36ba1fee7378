"""Rows on their way into files, one a month, each named after what it is known to hold."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from noctule.app.fetching.names import name_of
from noctule.app.fetching.series import Row, Series, Span
from noctule.app.fetching.shelf import Shelf, packed
from noctule.app.fetching.spans import months_of
from noctule.app.fetching.tally import Absence, Fetched, Gap

__all__ = ["MonthlyFiles"]

_NOTHING: Final = "the exchange has nothing"


class MonthlyFiles:
    """Write the rows of one stretch; a month is written once it is whole.

    What is missing at the very ends of the stretch is not claimed to be held: there the source
    may only have begun later, or not have got there yet. What is missing between two rows is a
    gap of the source's, for good.
    """

    def __init__(self, series: Series, span: Span, shelf: Shelf) -> None:
        self._series = series
        self._span = span
        self._shelf = shelf
        self._months = list(months_of(span))
        self._rows: list[Row] = []  # of the month under way: 44,640 at most
        self._before_ms: int | None = None  # when the last row was, of whatever month
        self._files: list[str] = []
        self._gaps: list[Gap] = []
        self._count = 0
        self._first_ms: int | None = None
        self._last_ms: int | None = None  # of those inside the stretch

    def take(self, page: Sequence[Row]) -> None:
        """Take the next rows; one after the stretch only proves where it ends."""
        for row in page:
            while self._months and row.at_ms >= self._months[0].to_ms:
                self._finish(is_proven=True)
            self._note_gap(row.at_ms)
            self._before_ms = row.at_ms
            if not self._months:
                return
            self._rows.append(row)

    def close(self) -> None:
        """Write what is left: the source has nothing more."""
        while self._months:
            self._finish(is_proven=False)

    def added_to(self, result: Fetched) -> Fetched:
        """Return a result with what was written of this stretch."""
        return replace(
            result,
            files=(*result.files, *self._files),
            rows=result.rows + self._count,
            first_ms=self._first_ms if result.first_ms is None else result.first_ms,
            last_ms=result.last_ms if self._last_ms is None else self._last_ms,
            gaps=(*result.gaps, *self._gaps),
            absent=(*result.absent, *self._absent()),
        )

    def _finish(self, *, is_proven: bool) -> None:
        """Write a month; its end is proven where a later row has come."""
        month, rows = self._months.pop(0), self._rows
        self._rows = []
        if not rows:
            return
        name = name_of(self._series, self._held(month, rows, is_proven=is_proven))
        with self._shelf.draft(name) as file:
            packed([self._series.header, *(row.line for row in rows)], file)
        self._files.append(name)
        self._count += len(rows)
        if self._first_ms is None:
            self._first_ms = rows[0].at_ms
        self._last_ms = rows[-1].at_ms

    def _held(self, month: Span, rows: Sequence[Row], *, is_proven: bool) -> Span:
        series, first_ms = self._series, rows[0].at_ms
        begins_late = series.is_late(first_ms, series.first_due(month.from_ms))
        from_ms, to_ms = month.from_ms, month.to_ms
        if begins_late and not self._files:
            from_ms = series.settled_before(first_ms)
        end_ms = series.next_due(rows[-1].at_ms)
        if end_ms < to_ms and not is_proven:
            to_ms = end_ms
        return Span(from_ms, to_ms)

    def _absent(self) -> Iterator[Absence]:
        """Yield what is missing at the ends of the stretch."""
        span, series = self._span, self._series
        if self._first_ms is None or self._last_ms is None:
            yield Absence(from_ms=span.from_ms, to_ms=span.to_ms, why=_NOTHING)
            return
        if series.is_late(self._first_ms, series.first_due(span.from_ms)):
            yield Absence(from_ms=span.from_ms, to_ms=self._first_ms, why=_NOTHING)
        end_ms = series.next_due(self._last_ms)
        if end_ms < span.to_ms and self._before_ms == self._last_ms:
            yield Absence(from_ms=end_ms, to_ms=span.to_ms, why=_NOTHING)

    def _note_gap(self, at_ms: int) -> None:
        if self._before_ms is None:
            return
        due_ms = self._series.next_due(self._before_ms)
        if self._series.is_late(at_ms, due_ms):
            count = self._series.count(due_ms, at_ms)
            self._gaps.append(Gap(from_ms=due_ms, to_ms=at_ms, rows=count))
