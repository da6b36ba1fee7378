"""What is missing of a stretch of time, and how it is cut into months and days (UTC)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from noctule.app.fetching.series import Span

__all__ = ["DAY_MS", "at_utc", "days_of", "is_month", "missing_of", "months_of", "next_month"]

DAY_MS: Final = 86_400_000


def missing_of(wanted: Span, covered: Iterable[Span]) -> list[Span]:
    """Return what of the wanted no span covers, in order."""
    missing, from_ms = [], wanted.from_ms
    for span in sorted(covered):
        if span.to_ms <= from_ms:
            continue
        if span.from_ms >= wanted.to_ms:
            break
        if span.from_ms > from_ms:
            missing.append(Span(from_ms, span.from_ms))
        from_ms = span.to_ms
    if from_ms < wanted.to_ms:
        missing.append(Span(from_ms, wanted.to_ms))
    return missing


def months_of(span: Span) -> Iterator[Span]:
    """Yield the parts of a span that lie in one calendar month each."""
    from_ms = span.from_ms
    while from_ms < span.to_ms:
        to_ms = min(next_month(from_ms), span.to_ms)
        yield Span(from_ms, to_ms)
        from_ms = to_ms


def days_of(span: Span) -> Iterator[Span]:
    """Yield the parts of a span that lie in one day each."""
    from_ms = span.from_ms
    while from_ms < span.to_ms:
        to_ms = min(from_ms - from_ms % DAY_MS + DAY_MS, span.to_ms)
        yield Span(from_ms, to_ms)
        from_ms = to_ms


def is_month(span: Span) -> bool:
    """Tell whether a span is one whole calendar month."""
    begins = at_utc(span.from_ms)
    return begins == _first(begins) and span.to_ms == next_month(span.from_ms)


def next_month(at_ms: int) -> int:
    """Return when the month after this time's begins."""
    after = _first(_first(at_utc(at_ms)) + timedelta(days=32))
    return round(after.timestamp() * 1_000)


def at_utc(at_ms: int) -> datetime:
    """Return a time for people."""
    return datetime.fromtimestamp(at_ms / 1_000, tz=UTC)


def _first(day: datetime) -> datetime:
    return day.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
