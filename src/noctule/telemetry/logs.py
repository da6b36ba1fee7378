"""The program's voice: a log call costs its caller little, and no line leaves with a secret."""

import atexit
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from types import TracebackType
from typing import Self, TextIO

from typing_extensions import override

from noctule.telemetry.files import RotatingFile
from noctule.telemetry.formats import Entry, Plain, plain
from noctule.telemetry.outlets import Outlet, console_outlet, file_outlet
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.settings import LoggingSettings
from noctule.telemetry.writer import Runner, Writer

__all__ = ["TRACE", "Log", "TradingLogger", "get_log"]

# Set by the bus before each event; every line written meanwhile carries it.
TRACE: ContextVar[str] = ContextVar("trace", default="")

_ROOT_NAME = "noctule"
_QUEUE_MAX = 10_000
_CLOSE_TIMEOUT_MS = 5_000
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

    def exception(self, message: str, exception: BaseException, /, **fields: object) -> None:
        """Wake somebody, with the exception's traceback."""
        if self._logger.isEnabledFor(logging.ERROR):
            self._handle(logging.ERROR, message, fields, exception)

    def _handle(
        self,
        level: int,
        message: str,
        fields: Mapping[str, object],
        exception: BaseException | None = None,
    ) -> None:
        record = _FieldedRecord(self._logger.name, level, message, exception)
        record.fields = {name: plain(value) for name, value in fields.items()}
        self._logger.handle(record)


class _FieldedRecord(logging.LogRecord):
    """A log record with fields; it skips the search for the calling line, which costs most."""

    fields: Mapping[str, Plain]

    def __init__(
        self, name: str, level: int, message: str, exception: BaseException | None
    ) -> None:
        exc_info = None
        if exception is not None:
            exc_info = (type(exception), exception, exception.__traceback__)
        super().__init__(name, level, "", 0, message, None, exc_info)


class TradingLogger:
    """Own the root logger from start() to close(): console and rotating file, off the loop.

    Everything logged through the standard library passes here, other packages' records too.
    Handlers that stood on the root logger before are out of the way meanwhile, for they would
    write without redaction. At level DEBUG every package talks: `levels = urllib3=WARNING` or
    `levels = root=WARNING` (all but our own) quiets them.
    """

    def __init__(
        self,
        settings: LoggingSettings,
        *,
        redactor: Redactor,
        runner: Runner = Runner.THREAD,
        console: TextIO | None = None,
    ) -> None:
        self._settings = settings
        self._redactor = redactor
        self._console = console
        self._file = RotatingFile(
            settings.file,
            size_max=settings.rotate_mb * _MEGABYTE,
            keep_files=settings.keep_files,
        )
        self._outlets: tuple[Outlet, ...] = ()
        self._handlers_before: list[logging.Handler] = []
        self._levels_before: dict[logging.Logger, int] = {}
        self.writer = Writer(self._write, name="logs", capacity=_QUEUE_MAX, runner=runner)
        self._intake = _Intake(self.writer.put)

    def start(self) -> None:
        """Open the file (OSError if that fails), take over the root logger, begin to write."""
        tail = self._file.open()
        self._outlets = (
            console_outlet(self._console or sys.stderr, self._settings.console),
            file_outlet(self._file, self._settings.file_format),
        )
        self._handlers_before = logging.root.handlers[:]
        logging.root.handlers[:] = [self._intake]
        logging.captureWarnings(capture=True)
        self.apply_levels(self._settings)
        self.writer.start()
        atexit.register(self.close)
        if tail.torn:
            cut = tail.torn.decode(errors="replace")
            get_log(__name__).warning("torn last line was cut off", cut=cut)

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
        return self.writer.flush(timeout_ms)

    def close(self, timeout_ms: int = _CLOSE_TIMEOUT_MS) -> bool:
        """Give the root logger back and write what waits; tell whether it was in time."""
        if self._intake in logging.root.handlers:
            self._give_back()
        in_time = self.writer.close(timeout_ms)
        if in_time:  # Otherwise the thread may still be writing.
            self._file.close()
        return in_time

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

    def _give_back(self) -> None:
        atexit.unregister(self.close)
        logging.captureWarnings(capture=False)
        logging.root.handlers[:] = self._handlers_before
        self._restore_levels()

    def _set_level(self, name: str, level: str) -> None:
        logger = logging.getLogger(name)
        self._levels_before.setdefault(logger, logger.level)
        logger.setLevel(level)

    def _restore_levels(self) -> None:
        for logger, level in self._levels_before.items():
            logger.setLevel(level)
        self._levels_before.clear()

    def _write(self, entries: Sequence[Entry], lost: int) -> None:
        """Write to every outlet, also when one of them fails."""
        if lost:
            entries = (_lost_entry(lost, entries[0].at_ms, self.writer.last_error), *entries)
        failure: OSError | None = None
        for outlet in self._outlets:
            lines = [self._redactor.redact(outlet.format(entry)) for entry in entries]
            try:
                outlet.write("".join(lines))
            except OSError as exc:
                failure = exc
        if failure is not None:
            raise failure


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
                exception=record.exc_info[1] if record.exc_info else None,
            )
        )


def _message_of(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except _MISUSE as exc:
        template = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        return f"{template} (could not be formatted: {type(exc).__name__})"


# What % raises when arguments and template do not fit; a log call must not hurt its caller.
_MISUSE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def _lost_entry(lost: int, at_ms: int, error: OSError | None) -> Entry:
    return Entry(
        at_ms=at_ms,
        level="WARNING",
        component="telemetry.logs",
        trace="",
        message="log entries were lost",
        fields={"lost": lost, "last_error": str(error) if error else None},
    )
