"""The audit trail: who did what, in lines that hold each other by their hashes."""

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from noctule.ports.clock import Clock
from noctule.telemetry.files import LineFile
from noctule.telemetry.formats import Plain, iso_ms, json_text, plain
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.writer import OnFailure, Runner, Writer

__all__ = ["AuditEvent", "AuditLogger", "Broken", "Gap", "Verified", "verify"]

_QUEUE_MAX = 10_000
_MODE = 0o600
_FIRST = "0" * 64  # what the first line names as the hash of the line before


class AuditEvent(StrEnum):
    """What is written down for good."""

    START = "start"
    STOP = "stop"
    CONFIGURATION = "configuration"
    CONTROL = "control"  # somebody wants something of the bot
    TRADING_HALTED = "trading_halted"
    TRADING_RESUMED = "trading_resumed"
    ORDER_REQUESTED = "order_requested"  # we mean to send it
    ORDER_SENT = "order_sent"
    ORDER_ANSWERED = "order_answered"
    LOG_GAP = "log_gap"  # lines are missing before this one, and the program knows


class _Action(msgspec.Struct, frozen=True, kw_only=True):
    at_ms: int
    event: AuditEvent
    actor: str
    fields: Mapping[str, Plain]


class AuditLogger:
    """Append to the audit trail, off the caller's path.

    A line ends in `previous`, the SHA-256 of the line before (its bytes without the newline),
    and `check`, the first 16 digits of the SHA-256 of all that stands before it: the chain
    finds lines removed, inserted or moved, the check names a changed one.
    """

    def __init__(
        self,
        clock: Clock,
        path: Path,
        *,
        redactor: Redactor,
        runner: Runner = Runner.THREAD,
        on_failure: OnFailure | None = None,
    ) -> None:
        self._clock = clock
        self._file = LineFile(path, mode=_MODE)
        self._redactor = redactor
        self._head = _FIRST
        self.writer = Writer(
            self._append,
            name="audit log",
            capacity=_QUEUE_MAX,
            runner=runner,
            on_failure=on_failure,
        )

    @property
    def head(self) -> str:
        """Return the hash of the last line written; kept elsewhere, it proves the end."""
        return self._head

    @property
    def lost(self) -> int:
        """Return how many lines never reached the file."""
        return self.writer.lost

    @property
    def last_error(self) -> Exception | None:
        """Return why lines last failed to reach the file."""
        return self.writer.last_error

    def start(self) -> None:
        """Open the file (OSError if that fails) and take up the chain where it ended."""
        tail = self._file.open()
        if tail.last_line:
            self._head = _sha256(tail.last_line)
        self.writer.start()
        if tail.torn:
            self.write(AuditEvent.LOG_GAP, "noctule", lost=0, torn=tail.torn)

    def write(self, event: AuditEvent, actor: str, /, **fields: object) -> None:
        """Take an action of somebody (a person, the bot, the exchange); never wait."""
        assert not _OWN_KEYS.intersection(fields), f"these keys are taken: {sorted(fields)}"
        values = {name: plain(value) for name, value in fields.items()}
        at_ms = self._clock.now_ms()
        self.writer.put(_Action(at_ms=at_ms, event=event, actor=actor, fields=values))

    def flush(self, timeout_ms: int) -> bool:
        """Wait until every line is in the file; tell whether it was in time."""
        return self.writer.flush(timeout_ms)

    def close(self, timeout_ms: int) -> bool:
        """Write what waits and close the file; tell whether it was in time."""
        in_time = self.writer.close(timeout_ms)
        if in_time:  # Otherwise the thread may still be writing.
            self._file.close()
        return in_time

    def _append(self, actions: Sequence[_Action], lost: int) -> None:
        if lost:
            at_ms = actions[0].at_ms if actions else self._clock.now_ms()
            actions = (_gap(at_ms, lost), *actions)
        head, lines = self._head, []
        for action in actions:
            line = _seal(self._redactor.redact(_encode(action)), head)
            head = _sha256(line)
            lines.append(line)
        self._file.append(b"".join(line + b"\n" for line in lines))
        self._head = head  # Only now: a line that was not written has no successor.


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A line that admits to missing ones before it, and why they are missing."""

    line: int
    reason: str


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """Every line is as it was written."""

    lines: int
    head: str
    gaps: tuple[Gap, ...]


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """The first line that cannot be trusted, counted from 1, and why."""

    line: int
    reason: str


def verify(path: Path) -> Verified | Broken:
    """Walk the chain and name the first bad line.

    Lines cut from the end leave a shorter chain that is sound in itself, and whoever may write
    the file may forge a whole new one: compare the head with one kept elsewhere, such as the
    one printed when the program stopped.
    """
    head, number = _FIRST, 0
    gaps: list[Gap] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            link = _read(line, head)
            if isinstance(link, str):
                return Broken(line=number, reason=link)
            if link.event == AuditEvent.LOG_GAP:
                gaps.append(Gap(line=number, reason=_gap_reason(link)))
            head = _sha256(line[:-1])
    if number == 0:
        return Broken(line=1, reason="the file is empty")
    return Verified(lines=number, head=head, gaps=tuple(gaps))


class _Link(msgspec.Struct, frozen=True, kw_only=True):
    """What verification needs of a line."""

    event: str
    previous: str
    check: str
    lost: object = 0  # a number where we wrote a gap; other events may use the name


def _read(line: bytes, head: str) -> _Link | str:
    """Return what the line says if it can be trusted, else why it cannot."""
    if not line.endswith(b"\n"):
        return "the last line is torn: the process was killed while writing"
    try:
        link = msgspec.json.decode(line, type=_Link)
    except msgspec.ValidationError as exc:
        return f"the line is not one of ours: {exc}"
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as exc:
        return f"the line is not JSON: {exc}"
    if line[:-1] != _with_check(line[: -_CHECK_BYTES - 1]):
        return "the line was changed"
    if link.previous != head:
        return "the line does not follow the one before: one was removed, inserted or moved"
    return link


def _gap_reason(link: _Link) -> str:
    if link.lost:
        return f"{link.lost} lines could not be written"
    return "half a line that a killed process left was cut off"


def _encode(action: _Action) -> str:
    """Write an action as JSON, not yet sealed."""
    head = {"at": iso_ms(action.at_ms), "event": action.event, "actor": action.actor}
    return json_text({**head, **action.fields})


_OWN_KEYS = frozenset({"at", "event", "actor", "previous", "check"})


def _seal(text: str, head: str) -> bytes:
    """Close an object with the hash of the line before, and its own check."""
    return _with_check(f'{text[:-1]},"previous":"{head}"'.encode(errors="replace"))


def _with_check(content: bytes) -> bytes:
    return content + f',"check":"{_sha256(content)[:_CHECK_DIGITS]}"}}'.encode()


_CHECK_DIGITS = 16
_CHECK_BYTES = len(',"check":""}') + _CHECK_DIGITS


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _gap(at_ms: int, lost: int) -> _Action:
    fields = {"lost": lost, "torn": None}
    return _Action(at_ms=at_ms, event=AuditEvent.LOG_GAP, actor="noctule", fields=fields)
