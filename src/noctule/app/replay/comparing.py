"""Where two events differ, field by field.

Times of our own are reckoned within a handler, which takes a moment that nobody recorded: they
may differ by a minute, or as long as an event waited to be heard. All else is the same.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from noctule.domain.events.base import Event
from noctule.domain.events.order import TradingHalted

__all__ = ["FieldDifference", "differences"]

_OWN_TIMES: Final = frozenset(
    {"at_ms", "ends_ms", "naked_ms", "received", "decided", "sent", "acknowledged", "filled"}
    | {"protected"}
)
_PASSING: Final = re.compile(  # what hangs on the moment, in the words of a gate
    r"(?<=last heard of )\d+(?= ms ago)|(?<=candle closed )[\d.,e+-]+(?= s )"
    r"|\d+(?= of \d+ entries in the last minute)"
    r"|(?<= in )-?[\d.]+(?= minutes, not within)|(?<=, for )-?[\d.]+(?= minutes more)"
)


class FieldDifference(Struct, frozen=True, kw_only=True):
    """One field that is not as it was."""

    field: str
    expected: str
    got: str


def differences(expected: Event, got: Event, *, slack_ms: int) -> tuple[FieldDifference, ...]:
    """Return every field in which they differ, none where they tell the same."""
    if type(expected) is not type(got):
        kinds = type(expected).__name__, type(got).__name__
        return (FieldDifference(field="kind", expected=kinds[0], got=kinds[1]),)
    found = _compare("", expected, got, slack_ms)
    if isinstance(expected, TradingHalted):  # its trace is a time of our own
        return tuple(each for each in found if each.field != "trace")
    return tuple(found)


def _compare(name: str, expected: object, got: object, slack_ms: int) -> Iterator[FieldDifference]:
    if type(expected) is type(got) and isinstance(expected, Struct):
        for key in expected.__struct_fields__:
            path = f"{name}.{key}" if name else key
            yield from _compare(path, getattr(expected, key), getattr(got, key), slack_ms)
    elif isinstance(expected, Mapping) and isinstance(got, Mapping):
        for key in (*expected, *(each for each in got if each not in expected)):
            yield from _compare(f"{name}.{key}", expected.get(key), got.get(key), slack_ms)
    elif isinstance(expected, tuple | list) and isinstance(got, tuple | list):
        yield from _compare_rows(name, expected, got, slack_ms)
    elif not _is_same(name, expected, got, slack_ms):
        yield _difference(name, expected, got)


def _compare_rows(
    name: str, expected: Sequence[object], got: Sequence[object], slack_ms: int
) -> Iterator[FieldDifference]:
    if len(expected) != len(got):
        yield _difference(name, expected, got)
        return
    for index, (one, other) in enumerate(zip(expected, got, strict=True)):
        yield from _compare(f"{name}[{index}]", one, other, slack_ms)


def _is_same(name: str, expected: object, got: object, slack_ms: int) -> bool:
    if expected == got:
        return True
    if isinstance(expected, str) and isinstance(got, str):
        return _PASSING.sub("…", expected) == _PASSING.sub("…", got)
    if isinstance(expected, int) and isinstance(got, int):
        return name.rpartition(".")[2] in _OWN_TIMES and abs(expected - got) <= slack_ms
    return expected != expected and got != got  # noqa: PLR0124  # neither is a number


def _difference(name: str, expected: object, got: object) -> FieldDifference:
    return FieldDifference(field=name, expected=_shown(expected), got=_shown(got))


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)
