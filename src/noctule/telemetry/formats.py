"""How a log entry looks: a line for eyes, or a line for machines."""

import json
import math
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from noctule.telemetry.attempt import attempted

__all__ = [
    "Colour",
    "Entry",
    "Plain",
    "fields_text",
    "iso_ms",
    "json_line",
    "json_text",
    "plain",
    "printable",
    "text_line",
    "traceback_text",
]

Plain = str | int | float | bool | None

_RESET = "\x1b[0m"
_DIM = "\x1b[2m"
_LEVEL_COLOURS = {"DEBUG": _DIM, "WARNING": "\x1b[33m", "ERROR": "\x1b[31m", "CRITICAL": "\x1b[31m"}
_LEVEL_WIDTH = 7
_COMPONENT_WIDTH = 14


class Colour(StrEnum):
    """Whether the line carries terminal colours."""

    ON = "on"
    OFF = "off"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a log call once it has been made."""

    at_ms: int
    level: str
    component: str
    trace: str
    message: str
    fields: Mapping[str, Plain]
    exception: BaseException | str | None = None  # a text where it was written already


def text_line(entry: Entry, colour: Colour) -> str:
    """Write an entry for people: one line, and an indented traceback if there is one."""
    level = f"{entry.level:<{_LEVEL_WIDTH}}"
    component = f"{printable(entry.component):<{_COMPONENT_WIDTH}}"
    trace = f"  [{printable(entry.trace)}]" if entry.trace else ""
    if colour is Colour.ON:
        level = _coloured(level, _LEVEL_COLOURS.get(entry.level))
        trace = _coloured(trace, _DIM)
    at = iso_ms(entry.at_ms).replace("T", " ")
    fields = fields_text(entry.fields)
    message = printable(entry.message) + (f"  {fields}" if fields else "")
    return f"{at} {level} {component} {message}{trace}\n{_indented(entry.exception)}"


def fields_text(fields: Mapping[str, Plain]) -> str:
    """Write fields as `name=value name="a value"`."""
    return " ".join(f"{printable(name)}={_value(value)}" for name, value in fields.items())


def _coloured(text: str, colour: str | None) -> str:
    return f"{colour}{text}{_RESET}" if text and colour else text


def json_line(entry: Entry) -> str:
    """Write an entry for machines: always one line, the known keys first."""
    line: dict[str, object] = {
        "at": iso_ms(entry.at_ms),
        "level": entry.level,
        "component": entry.component,
        "trace": entry.trace,
        "message": entry.message,
    }
    if entry.exception is not None:
        line["exception"] = traceback_text(entry.exception)
    for name, value in entry.fields.items():
        line[name if name not in line else f"{name}_"] = value
    return json_text(line) + "\n"


def json_text(fields: Mapping[str, object]) -> str:
    """Write a JSON object in one line, without blanks."""
    return json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def iso_ms(at_ms: int) -> str:
    """Write an instant as ISO 8601 in UTC with milliseconds; one off the calendar as it is."""
    try:
        at = datetime.fromtimestamp(at_ms / 1000, tz=UTC)
    except (OSError, OverflowError, ValueError):
        return str(plain(at_ms))
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plain(value: object) -> Plain:
    """Return what JSON can hold and nobody can change any more; Decimals become text."""
    kind = type(value)
    if kind in _ATOMS:
        return value  # type: ignore[return-value]  # the table holds only members of Plain
    if isinstance(value, int) and kind is int:
        return _bounded(value)
    if isinstance(value, float) and math.isfinite(value):
        return value
    text = attempted(lambda: str(value))
    return text if isinstance(text, str) else f"unprintable {kind.__name__} ({type(text).__name__})"


_ATOMS = frozenset({str, bool, type(None)})


def _bounded(number: int) -> int | str:
    """Return a number if readers can hold it: Python itself refuses to write very long ones."""
    bits = number.bit_length()
    return number if bits <= _BITS_MAX else f"an int of {bits} bits"


_BITS_MAX = 1024  # the range of a float, which is what most readers of JSON have


def _value(value: Plain) -> str:
    text = str(value)
    if text.isprintable() and text and not _NEEDS_QUOTES.intersection(text):
        return text
    return printable(json.dumps(text, ensure_ascii=False))


_NEEDS_QUOTES = frozenset(' "=')


def printable(text: str) -> str:
    """Escape whatever could break the line, hide text or steer the terminal."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def _indented(exception: BaseException | str | None) -> str:
    """Write a traceback so that none of its lines can pass for an entry."""
    if exception is None:
        return ""
    return "".join(f"    {printable(line)}\n" for line in traceback_text(exception).splitlines())


def traceback_text(exception: BaseException | str) -> str:
    """Write an exception with where it came from; a text is one that was written already."""
    if isinstance(exception, str):
        return exception
    return "".join(traceback.format_exception(exception)).rstrip()
