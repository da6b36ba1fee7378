"""Times at which news is expected and nothing is entered, read from the owner's own file."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from msgspec import Struct

__all__ = ["NewsCalendar", "NewsWindow", "parse_calendar", "window_at"]

_HEADER = ["from", "to", "reason"]
_SAMPLE = "2026-11-06T13:25Z,2026-11-06T14:00Z,payrolls"
_EPOCH = datetime.fromtimestamp(0, UTC)


class NewsWindow(Struct, frozen=True, kw_only=True):
    """One span of time without entries; its last instant no longer belongs to it."""

    from_ms: int
    to_ms: int
    reason: str


class NewsCalendar(Struct, frozen=True, kw_only=True):
    """The windows of a calendar, and what is wrong with the lines that gave none."""

    windows: tuple[NewsWindow, ...]
    flaws: tuple[str, ...]  # one for each bad line, beginning with its number


def parse_calendar(text: str) -> NewsCalendar:
    """Read lines of `from,to,reason` in ISO 8601 UTC; blank lines and # comments are passed over.

    >>> parse_calendar("2026-11-06T13:25Z,2026-11-06T14:00Z,payrolls").windows[0].reason
    'payrolls'
    """
    windows, flaws = [], []
    for number, cells in _rows(text):
        window = _window(cells)
        if isinstance(window, NewsWindow):
            windows.append(window)
        else:
            flaws.append(f"line {number}: {window}")
    return NewsCalendar(windows=tuple(windows), flaws=tuple(flaws))


def window_at(windows: tuple[NewsWindow, ...], at_ms: int) -> NewsWindow | None:
    """Return the window that holds this instant; of several the one that ends last."""
    around = [each for each in windows if each.from_ms <= at_ms < each.to_ms]
    return max(around, key=lambda each: each.to_ms, default=None)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each line that says something; a heading says nothing."""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        cells = [cell.strip() for cell in next(csv.reader([line]), [])]
        if any(cells) and not cells[0].startswith("#") and cells != _HEADER:
            yield number, cells


def _window(cells: list[str]) -> NewsWindow | str:
    """Return the window of one line, or what is wrong with it."""
    if len(cells) != len(_HEADER):
        return f"{len(cells)} fields instead of from,to,reason, write e.g. {_SAMPLE}"
    begin, end = (_instant_ms(cell) for cell in cells[:2])
    for instant in (begin, end):
        if isinstance(instant, str):
            return instant
    assert isinstance(begin, int)
    assert isinstance(end, int)
    if begin >= end:
        return f"ends at {cells[1]}, which is not after {cells[0]}"
    if not cells[2]:
        return "has no reason, write what is expected"
    return NewsWindow(from_ms=begin, to_ms=end, reason=cells[2])


def _instant_ms(text: str) -> int | str:
    """Return an instant in milliseconds, or what is wrong with it."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return f"{text!r} is not a time, write e.g. 2026-11-06T13:25Z"
    if instant.utcoffset() != timedelta(0):
        return f"{text!r} is not in UTC, write it with a Z at its end"
    return (instant - _EPOCH) // timedelta(milliseconds=1)
