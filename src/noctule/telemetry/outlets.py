"""Where log lines go: the console and the rotating file, each in the format asked for."""

import functools
import os
from collections.abc import Callable, Mapping
from typing import TextIO

import msgspec

from noctule.telemetry.files import RotatingFile
from noctule.telemetry.formats import Colour, Entry, json_line, text_line
from noctule.telemetry.settings import LogFormat

__all__ = ["Outlet", "console_outlet", "file_outlet"]


class Outlet(msgspec.Struct, frozen=True, kw_only=True):
    """How one of them writes an entry, and sends it off (OSError if that fails)."""

    format: Callable[[Entry], str]
    write: Callable[[str], None]


def console_outlet(stream: TextIO, log_format: LogFormat) -> Outlet:
    """Write to a stream; in colour if it is a terminal and NO_COLOR is unset or empty."""
    wants_colour = stream.isatty() and not os.environ.get("NO_COLOR")  # https://no-color.org
    colour = Colour.ON if wants_colour else Colour.OFF

    def write(text: str) -> None:
        try:
            stream.write(text)
            stream.flush()
        except ValueError as exc:  # closed, or unable to encode
            raise OSError(f"the console cannot be written: {exc}") from exc

    return Outlet(format=_FORMATS[log_format, colour], write=write)


def file_outlet(file: RotatingFile, log_format: LogFormat) -> Outlet:
    """Write to an open file, never in colour."""

    def write(text: str) -> None:
        file.append(text.encode(errors="replace"))

    return Outlet(format=_FORMATS[log_format, Colour.OFF], write=write)


_FORMATS: Mapping[tuple[LogFormat, Colour], Callable[[Entry], str]] = {
    ("json", Colour.ON): json_line,
    ("json", Colour.OFF): json_line,
    ("text", Colour.ON): functools.partial(text_line, colour=Colour.ON),
    ("text", Colour.OFF): functools.partial(text_line, colour=Colour.OFF),
}
