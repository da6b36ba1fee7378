"""The trade log: what happened to the money, one JSON object a line, flushed at once."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import msgspec

from noctule.adapters.store.trade_lines import LogGap, TradeLine
from noctule.domain.values import plain_text
from noctule.ports.clock import Clock
from noctule.telemetry.files import LineFile
from noctule.telemetry.formats import iso_ms, json_text, plain
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.writer import OnFailure, Runner, Writer

__all__ = ["SCHEMA_VERSION", "TradeLog", "encode"]

SCHEMA_VERSION = 1
_QUEUE_MAX = 10_000


class TradeLog:
    """Append trade lines to a file, off the caller's path."""

    def __init__(
        self,
        clock: Clock,
        path: Path,
        *,
        environment: str,
        redactor: Redactor,
        runner: Runner = Runner.THREAD,
        on_failure: OnFailure | None = None,
    ) -> None:
        self._clock = clock
        self._file = LineFile(path)
        self._environment = environment
        self._redactor = redactor
        self.writer = Writer(
            self._append,
            name="trade log",
            capacity=_QUEUE_MAX,
            runner=runner,
            on_failure=on_failure,
        )

    @property
    def lost(self) -> int:
        """Return how many lines never reached the file."""
        return self.writer.lost

    @property
    def last_error(self) -> Exception | None:
        """Return why lines last failed to reach the file."""
        return self.writer.last_error

    def start(self) -> None:
        """Open the file (OSError if that fails); say so if a killed process left half a line."""
        tail = self._file.open()
        self.writer.start()
        if tail.torn:
            self.write(_gap(self._clock.now_ms(), lost=0, torn=tail.torn))

    def write(self, line: TradeLine) -> None:
        """Take a line; never wait."""
        self.writer.put(line)

    def flush(self, timeout_ms: int) -> bool:
        """Wait until every line is in the file; tell whether it was in time."""
        return self.writer.flush(timeout_ms)

    def close(self, timeout_ms: int) -> bool:
        """Write what waits and close the file; tell whether it was in time."""
        in_time = self.writer.close(timeout_ms)
        if in_time:  # Otherwise the thread may still be writing.
            self._file.close()
        return in_time

    def _append(self, lines: Sequence[TradeLine], lost: int) -> None:
        if lost:
            at_ms = lines[0].at_ms if lines else self._clock.now_ms()
            lines = (_gap(at_ms, lost=lost, torn=None), *lines)
        texts = [self._redactor.redact(encode(line, self._environment)) for line in lines]
        self._file.append("".join(f"{text}\n" for text in texts).encode(errors="replace"))


def encode(line: TradeLine, environment: str) -> str:
    """Write a line as JSON: the keys that every line has first, Decimals as plain text."""
    return json_text(
        {
            "at": iso_ms(line.at_ms),
            "event": line.__struct_config__.tag,
            "schema_version": SCHEMA_VERSION,
            "trace": line.trace,
            "symbol": line.symbol,
            "environment": environment,
            "strategy": line.strategy,
        }
        | {name: _jsonable(getattr(line, name)) for name in _own_keys(type(line))}
    )


def _own_keys(kind: type[TradeLine]) -> tuple[str, ...]:
    """Return the keys of an event beyond those of every line."""
    return tuple(name for name in kind.__struct_fields__ if name not in _SHARED)


_SHARED = frozenset(TradeLine.__struct_fields__)


def _jsonable(value: object) -> object:
    match value:
        case Decimal():
            return plain_text(value)
        case msgspec.Struct():
            names = value.__struct_fields__
            return {name: _jsonable(getattr(value, name)) for name in names}
        case tuple():
            return [_jsonable(item) for item in value]
        case _:
            return plain(value)  # JSON knows no infinity, and a strategy may


def _gap(at_ms: int, *, lost: int, torn: str | None) -> LogGap:
    return LogGap(at_ms=at_ms, trace="", symbol=None, strategy=None, lost=lost, torn=torn)
