"""The program's voice: a log call costs its caller little, and no line leaves with a secret."""

import atexit
import logging
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from contextvars import ContextVar
from types import TracebackType
from typing import Self, TextIO

from typing_extensions import override

from noctule.telemetry.attempt import attempted
from noctule.telemetry.files import RotatingFile
from noctule.telemetry.formats import Entry, Plain, plain
from noctule.telemetry.hooks import uncaught_told_to
from noctule.telemetry.narration import Audience, Telling
from noctule.telemetry.outlets import Item, Outlet, Place, Show, console_place, file_place
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.settings import LoggingSettings
from noctule.telemetry.writer import Runner, Writer

__all__ = ["TRACE", "Log", "TradingLogger", "get_log"]

# Set by the bus before each event; every line written meanwhile carries it.
TRACE: ContextVar[str] = ContextVar("trace", default="")

_ROOT_NAME = "noctule"
_CLOSE_TIMEOUT_MS = 5_000
_CONSOLE_TIMEOUT_MS = 1_000  # of the above: who does not read the console shall not hold us up
_MEGABYTE = 1_000_000
_NO_FIELDS: Mapping[str, Plain] = {}


def get_log(name: str) -> "Log":
    """Return the log of a module (pass __name__)."""
    return Log(logging.getLogger(name))


class Log:
    """A fixed lowercase message and fields; what varies is a field, never in the message."""

    __slots__ = ("_logger",)

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    def debug(self, message: str, /, **fields: object) -> None:
        """Tell developers."""
        if self._logger.isEnabledFor(logging.DEBUG):
            self._handle(logging.DEBUG, message, fields)

    def info(self, message: str, /, **fields: object) -> None:
        """Tell what the owner would tell a friend."""
        if self._logger.isEnabledFor(logging.INFO):
            self._handle(logging.INFO, message, fields)

    def warning(self, message: str, /, **fields: object) -> None:
        """Tell what was refused or is tried again."""
        if self._logger.isEnabledFor(logging.WARNING):
            self._handle(logging.WARNING, message, fields)

    def error(self, message: str, /, **fields: object) -> None:
        """Wake somebody."""
        if self._logger.isEnabledFor(logging.ERROR):
            self._handle(logging.ERROR, message, fields)

    def exception(self, message: str, exception: BaseException | str, /, **fields: object) -> None:
        """Wake somebody, with the exception's traceback, or with the text of one."""
        if self._logger.isEnabledFor(logging.ERROR):
            self._handle(logging.ERROR, message, fields, exception)

    def _handle(
        self,
        level: int,
        message: str,
        fields: Mapping[str, object],
        exception: BaseException | str | None = None,
    ) -> None:
        record = _FieldedRecord(self._logger.name, level, message, exception)
        record.fields = {name: plain(value) for name, value in fields.items()}
        self._logger.handle(record)


_log = get_log(__name__)


class _FieldedRecord(logging.LogRecord):
    """A log record with fields; it skips the search for the calling line, which costs most."""

    fields: Mapping[str, Plain]

    def __init__(
        self, name: str, level: int, message: str, exception: BaseException | str | None
    ) -> None:
        exc_info = None
        if isinstance(exception, BaseException):
            exc_info = (type(exception), exception, exception.__traceback__)
        super().__init__(name, level, "", 0, message, None, exc_info)
        if isinstance(exception, str):
            self.exc_text = exception


class TradingLogger:
    """Own the root logger from start() to close(): console and rotating file, off the loop.

    Everything logged through the standard library passes here, other packages' records too;
    only a logger with `propagate = False` keeps its records, and its handlers write them without
    redaction. Handlers that stood on the root logger before are out of the way meanwhile, and so
    are the hooks that would print an exception which nobody caught. At level DEBUG every package
    talks: `levels = urllib3=WARNING` or `levels = root=WARNING` (all but our own) quiets them.
    """

    def __init__(
        self,
        settings: LoggingSettings,
        *,
        redactor: Redactor,
        runner: Runner = Runner.THREAD,
        console: TextIO | None = None,
        show: Show | None = None,
    ) -> None:
        self._settings = settings
        self._redactor = redactor
        self._runner = runner
        self._console = console
        self._show = show
        self.audience = Audience.PROGRAM
        self._file = RotatingFile(
            settings.file,
            size_max=settings.rotate_mb * _MEGABYTE,
            keep_files=settings.keep_files,
            on_failure=self._tell_stuck,
        )
        self._levels_before: dict[logging.Logger, int] = {}
        self._to_file = self._outlet(file_place(self._file, settings.file_format))
        self._to_console: Writer[Item] | None = None
        self._intake = _Intake(self._put)
        self._taken = ExitStack()

    @property
    def lost(self) -> int:
        """Return how many entries never reached the file."""
        return self._to_file.lost

    @property
    def writer(self) -> Writer[Item]:
        """Return who writes the file."""
        return self._to_file

    def start(self) -> None:
        """Open the file (OSError if that fails), take over the root logger, begin to write."""
        tail = self._file.open()
        self._to_file.start()
        stream = self._console or sys.stderr
        if stream is not None:  # as it is where a daemon was started without one
            place = console_place(stream, self._settings.console, show=self._show)
            self.audience = place.audience
            self._to_console = self._outlet(place)
            self._to_console.start()
        self._take_over()
        if tail.torn:
            _log.warning("torn last line was cut off", cut=tail.torn)

    def apply_levels(self, settings: LoggingSettings) -> None:
        """Set the general level and those of single components, ours or other packages'."""
        self._restore_levels()
        self._set_level("root", settings.level)
        self._set_level(_ROOT_NAME, settings.level)
        for entry in settings.levels:
            component, _, level = (part.strip() for part in entry.partition("="))
            self._set_level(component, level)
            self._set_level(f"{_ROOT_NAME}.{component}", level)

    def flush(self, timeout_ms: int) -> bool:
        """Wait until all that was logged is written; tell whether it was in time."""
        console_ms = _console_share(timeout_ms)
        in_time = self._to_file.flush(timeout_ms - console_ms)
        return (self._to_console is None or self._to_console.flush(console_ms)) and in_time

    def close(self, timeout_ms: int = _CLOSE_TIMEOUT_MS) -> bool:
        """Give the root logger back and write what waits; tell whether it was in time."""
        self._taken.close()
        console_ms = _console_share(timeout_ms)
        if self._to_console is not None:
            self._to_console.close(timeout_ms=0)  # It ends while we wait for the file.
        in_time = self._to_file.close(timeout_ms - console_ms)
        if in_time:  # Otherwise the thread may still be writing.
            self._file.close()
        return (self._to_console is None or self._to_console.close(console_ms)) and in_time

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def tell(self, telling: Telling) -> None:
        """Tell people something on the console; where a program reads it nothing is told."""
        if self._to_console is not None and self.audience is not Audience.PROGRAM:
            self._to_console.put(telling)

    def _outlet(self, place: Place) -> Writer[Item]:
        outlet = Outlet(
            place, redactor=self._redactor, runner=self._runner, on_failure=self._tell_outage
        )
        return outlet.writer

    def _put(self, entry: Entry) -> None:
        self._to_file.put(entry)
        if self._to_console is not None:
            self._to_console.put(entry)

    def _tell_outage(self, place: str, error: Exception | None) -> None:
        """Say in the other place that this one is out of order."""
        if self._intake not in logging.root.handlers:
            return
        if error is None:
            _log.warning("log is written again", place=place)
        else:
            _log.warning("log cannot be written", place=place, error=error)

    def _tell_stuck(self, error: OSError) -> None:
        _log.warning("log file cannot be rotated and grows on", error=error)

    def _tell_uncaught(self, message: str, exception: BaseException, where: object) -> None:
        _log.exception(message, exception, where=where)

    def _take_over(self) -> None:
        handlers = logging.root.handlers[:]
        logging.root.handlers[:] = [self._intake]
        logging.captureWarnings(capture=True)
        self.apply_levels(self._settings)
        atexit.register(self.close)
        self._taken.callback(self._give_back, handlers)
        self._taken.enter_context(uncaught_told_to(self._tell_uncaught))

    def _give_back(self, handlers: list[logging.Handler]) -> None:
        atexit.unregister(self.close)
        logging.captureWarnings(capture=False)
        logging.root.handlers[:] = handlers
        self._restore_levels()

    def _set_level(self, name: str, level: str) -> None:
        logger = logging.getLogger(name)
        self._levels_before.setdefault(logger, logger.level)
        logger.setLevel(level)

    def _restore_levels(self) -> None:
        for logger, level in self._levels_before.items():
            logger.setLevel(level)
        self._levels_before.clear()


def _console_share(timeout_ms: int) -> int:
    return min(_CONSOLE_TIMEOUT_MS, timeout_ms // 2)


class _Intake(logging.Handler):
    """Take what is known of a record on its caller's side; format it on the writer's."""

    def __init__(self, put: Callable[[Entry], None]) -> None:
        super().__init__()
        self._put = put

    @override
    def createLock(self) -> None:
        self.lock = None  # put() is safe from every thread

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self._put(
            Entry(
                at_ms=int(record.created * 1000),
                level=record.levelname,
                component=record.name.removeprefix(f"{_ROOT_NAME}."),
                trace=TRACE.get(),
                message=_message_of(record),
                fields=record.fields if isinstance(record, _FieldedRecord) else _NO_FIELDS,
                exception=record.exc_info[1] if record.exc_info else record.exc_text,
            )
        )


def _message_of(record: logging.LogRecord) -> str:
    message = attempted(record.getMessage)
    if isinstance(message, str):
        return message
    template = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    return f"{template} (could not be formatted: {type(message).__name__})"
