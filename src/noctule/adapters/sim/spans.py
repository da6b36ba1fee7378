"""From when to when a question reaches, and how much of it is answered at once."""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from msgspec import Struct

from noctule.adapters.sim.model import Refusal
from noctule.adapters.sim.parameters import Parameters

__all__ = ["WEEK_MS", "Span", "page", "span_of", "week_of"]

T = TypeVar("T")

_HOUR_MS: Final = 3_600_000
WEEK_MS: Final = 7 * 24 * _HOUR_MS


class Span(Struct, frozen=True):
    """Both ends belong to it; None is open."""

    start_ms: int | None = None
    end_ms: int | None = None

    def __contains__(self, time_ms: int) -> bool:
        return (self.start_ms is None or time_ms >= self.start_ms) and (
            self.end_ms is None or time_ms <= self.end_ms
        )


def span_of(parameters: Parameters) -> Span:
    """Return what startTime and endTime enclose."""
    span = Span(parameters.integer_or_none("startTime"), parameters.integer_or_none("endTime"))
    if span.start_ms is not None and span.end_ms is not None and span.start_ms > span.end_ms:
        raise Refusal(-1130, "Data sent for parameter 'startTime' is not valid.")
    return span


def week_of(parameters: Parameters, now_ms: int) -> Span:
    """Return a span of at most seven days; the last seven when nothing was sent."""
    span = span_of(parameters)
    if span.start_ms is None and span.end_ms is None:
        return Span(now_ms - WEEK_MS, None)
    if span.start_ms is None:
        assert span.end_ms is not None
        return Span(span.end_ms - WEEK_MS, span.end_ms)
    if span.end_ms is None:
        return Span(span.start_ms, span.start_ms + WEEK_MS)
    if span.end_ms - span.start_ms > WEEK_MS:
        hours = WEEK_MS // _HOUR_MS
        raise Refusal(-1127, f"More than {hours} hours between startTime and endTime.")
    return span


def page(
    rows: Iterable[T], *, number: Callable[[T], int], start: int | None, limit: int
) -> list[T]:
    """Return rows in the order of their numbers: from one on, or else the newest."""
    if start is None:
        return sorted(rows, key=number)[-limit:]
    return sorted((row for row in rows if number(row) >= start), key=number)[:limit]
