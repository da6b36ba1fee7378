"""Where log lines go: the console and the rotating file, neither waiting for the other."""

import errno
import functools
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO, TypeAlias

import msgspec

from noctule.telemetry.files import RotatingFile
from noctule.telemetry.formats import Colour, Entry, json_line, plain, text_line
from noctule.telemetry.narration import Audience, Line, Telling, audience_of, look_of, told
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.settings import LogFormat
from noctule.telemetry.writer import OnFailure, Runner, Writer

__all__ = ["Item", "Outlet", "Place", "Show", "console_place", "file_place"]

_QUEUE_MAX = 10_000

Item: TypeAlias = Entry | Telling
Show: TypeAlias = Callable[[Entry], Sequence[Line]]  # what a person is told of a log entry


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """How lines look there, and what sends them off (OSError if that fails)."""

    name: str
    format: Callable[[Item], str]
    write: Callable[[str], None]
    audience: Audience = Audience.PROGRAM


class Outlet:
    """Write entries to one place, off the caller's path, and tell there what was lost to it."""

    def __init__(
        self, place: Place, *, redactor: Redactor, runner: Runner, on_failure: OnFailure
    ) -> None:
        self._place = place
        self._redactor = redactor
        self._at_ms = 0  # of the last batch
        self.writer = Writer(
            self._write,
            name=place.name,
            capacity=_QUEUE_MAX,
            runner=runner,
            on_failure=on_failure,
        )

    def _write(self, items: Sequence[Item], lost: int) -> None:
        for item in items:
            if isinstance(item, Entry):
                self._at_ms = item.at_ms
                break
        if lost:
            items = (_lost_entry(lost, self._at_ms, self.writer.last_error), *items)
        lines = [self._redactor.redact(self._place.format(item)) for item in items]
        self._place.write("".join(lines))


def console_place(stream: TextIO, log_format: LogFormat, *, show: Show | None = None) -> Place:
    """Write to a stream; in colour if it is a terminal and NO_COLOR is unset or empty.

    As text, and if it is said what of the log people are to be shown, only that is written, and
    whatever they are told.
    """
    colour, write = _colour_of(stream), _Console(stream).write
    if show is None or log_format == "json":
        form = _of_entries(_FORMATS[log_format, colour])
        return Place(name="console", format=form, write=write)
    audience = audience_of(stream, journal=os.environ.get("JOURNAL_STREAM"))
    return Place(name="console", format=_narrated(show, stream), write=write, audience=audience)


def _narrated(show: Show, stream: TextIO) -> Callable[[Item], str]:
    look = look_of(stream, _colour_of(stream))

    def form(item: Item) -> str:
        return told(functools.partial(show, item) if isinstance(item, Entry) else item, look)

    return form


def _colour_of(stream: TextIO) -> Colour:
    wants_colour = stream.isatty() and not os.environ.get("NO_COLOR")  # https://no-color.org
    return Colour.ON if wants_colour else Colour.OFF


def file_place(file: RotatingFile, log_format: LogFormat) -> Place:
    """Write to an open file, never in colour."""

    def write(text: str) -> None:
        file.append(text.encode(errors="replace"))

    form = _FORMATS[log_format, Colour.OFF]
    return Place(name="log file", format=_of_entries(form), write=write)


def _of_entries(form: Callable[[Entry], str]) -> Callable[[Item], str]:
    """Leave out what is told to people: all of it stands in the log as entries."""
    return lambda item: form(item) if isinstance(item, Entry) else ""


_FORMATS: Mapping[tuple[LogFormat, Colour], Callable[[Entry], str]] = {
    ("json", Colour.ON): json_line,
    ("json", Colour.OFF): json_line,
    ("text", Colour.ON): functools.partial(text_line, colour=Colour.ON),
    ("text", Colour.OFF): functools.partial(text_line, colour=Colour.OFF),
}


class _Console:
    """A stream that is left alone once nobody can be behind it any more."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_gone = False

    def write(self, text: str) -> None:
        if self._is_gone:
            raise OSError(errno.EPIPE, "the console is gone")
        try:
            _send(self._stream, text)
        except ValueError as exc:  # closed, or unable to encode
            raise OSError(f"the console cannot be written: {exc}") from exc
        except OSError as exc:
            self._is_gone = exc.errno in _GONE
            raise


# The reader of the pipe, or the terminal's other side, has ended.
_GONE = (errno.EPIPE, errno.EIO)


def _send(stream: TextIO, text: str) -> None:
    """Write past the stream's buffer: Python's exit waits for a thread that is stuck in there."""
    try:
        descriptor = stream.fileno()
    except OSError:  # not a file of the system, but one in memory
        stream.write(text)
        stream.flush()
        return
    rest = memoryview(text.encode(stream.encoding, errors="backslashreplace"))
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _lost_entry(lost: int, at_ms: int, error: Exception | None) -> Entry:
    return Entry(
        at_ms=at_ms,
        level="WARNING",
        component="telemetry.outlets",
        trace="",
        message="log entries were lost",
        fields={"lost": lost, "last_error": plain(error) if error else None},
    )
