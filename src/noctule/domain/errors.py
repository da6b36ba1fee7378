"""The whole error tree, so that severity is decided once and obeyed everywhere.

NoctuleError
├─ ConfigError                 FATAL        lists every problem; exit 1
├─ VenueError
│  ├─ VenueUnreachable         RECOVERABLE  nothing was sent: safe to retry
│  ├─ OutcomeUnknown           RECOVERABLE  may have been executed: never retry, ask
│  ├─ VenueRefused             RECOVERABLE  a definite no: code and text kept
│  │  ├─ FilterViolated        our rounding is wrong
│  │  ├─ MarginInsufficient
│  │  ├─ OrderUnknown          cancel or query of something gone
│  │  ├─ DuplicateClientId     it exists already: treat as accepted, then query
│  │  └─ CredentialsRefused    FATAL
│  └─ BudgetExhausted          RECOVERABLE  carries retry_after_ms
├─ FeedError
│  ├─ FeedSilent               RECOVERABLE  reconnect, backfill
│  ├─ FeedGap                  RECOVERABLE  reconnect, backfill
│  └─ FeedMalformed            RECOVERABLE  skip and count
├─ StrategyError               RECOVERABLE  wraps user code
├─ StoreError
│  ├─ JournalUnwritable        DEGRADED     entries halt; protection and exits go on
│  └─ JournalCorrupt           FATAL        names the record
│     └─ JournalForeign        whole, but a newer version's or another program's
└─ ShutdownOverrun             BEST_EFFORT  a step missed its deadline: log, go on

A risk refusal is a value and a disconnect is an event; neither is in this tree. An
AssertionError is a bug of ours: it is never caught below the supervisor (exit 70).
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar

__all__ = [
    "BudgetExhausted",
    "ConfigError",
    "CredentialsRefused",
    "DuplicateClientId",
    "FeedError",
    "FeedGap",
    "FeedMalformed",
    "FeedSilent",
    "FilterViolated",
    "JournalCorrupt",
    "JournalForeign",
    "JournalUnwritable",
    "MarginInsufficient",
    "NoctuleError",
    "OrderUnknown",
    "OutcomeUnknown",
    "Severity",
    "ShutdownOverrun",
    "StoreError",
    "StrategyError",
    "VenueError",
    "VenueRefused",
    "VenueUnreachable",
]


class Severity(StrEnum):
    """What the supervisor does about an error."""

    FATAL = "fatal"  # stop the program
    DEGRADED = "degraded"  # go on, but open nothing new
    RECOVERABLE = "recoverable"  # log, restart or retry, go on
    BEST_EFFORT = "best_effort"  # log; we are leaving anyway


class NoctuleError(Exception):
    """Root of everything this program raises on purpose."""

    severity: ClassVar[Severity] = Severity.RECOVERABLE


class ConfigError(NoctuleError):
    """The configuration cannot be used; carries every problem, not only the first."""

    severity = Severity.FATAL

    def __init__(self, problems: Sequence[str]) -> None:
        assert problems, "a ConfigError names at least one problem"
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class VenueError(NoctuleError):
    """The exchange, or the road to it, failed us."""


class VenueUnreachable(VenueError):
    """Nothing was sent: trying again is safe."""


class OutcomeUnknown(VenueError):
    """The request may have been executed: never send it again, ask."""


class VenueRefused(VenueError):
    """The exchange said no, definitely."""

    def __init__(self, message: str, *, code: int) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")


class FilterViolated(VenueRefused):
    """The order breaks an instrument filter, so our rounding is wrong."""


class MarginInsufficient(VenueRefused):
    """The account cannot carry the order."""


class OrderUnknown(VenueRefused):
    """The order asked about, or to be cancelled, is not there (any more)."""


class DuplicateClientId(VenueRefused):
    """An order with this client id exists: ours was accepted before."""


class CredentialsRefused(VenueRefused):
    """The key is wrong, revoked, or may not do what was asked."""

    severity = Severity.FATAL


class BudgetExhausted(VenueError):
    """The request weight or order budget is used up, or we are banned."""

    def __init__(self, message: str, *, retry_after_ms: int) -> None:
        assert retry_after_ms >= 0, f"retry_after_ms is {retry_after_ms}"
        self.retry_after_ms = retry_after_ms
        super().__init__(message)


class FeedError(NoctuleError):
    """A market data stream cannot be trusted."""


class FeedSilent(FeedError):
    """Nothing has come for longer than the stream's nature allows."""


class FeedGap(FeedError):
    """Candles are missing between two we have."""


class FeedMalformed(FeedError):
    """A message could not be understood."""


class StrategyError(NoctuleError):
    """User code raised; the strategy is named, the rest goes on."""

    def __init__(self, strategy: str, message: str, *, traceback: str = "") -> None:
        self.strategy = strategy
        self.fault = message
        self.traceback = traceback  # as text: to write it, nobody has to call user code again
        super().__init__(f"strategy {strategy}: {message}")


class StoreError(NoctuleError):
    """What must be remembered cannot be written or read."""


class JournalUnwritable(StoreError):
    """Disk full, read-only or gone: entries halt, guarding goes on."""

    severity = Severity.DEGRADED


class JournalCorrupt(StoreError):
    """A stored record is damaged: start-up refuses to guess."""

    severity = Severity.FATAL


class JournalForeign(JournalCorrupt):
    """A whole store that is not ours to read, or to move out of the way."""


class ShutdownOverrun(NoctuleError):
    """A shutdown step missed its deadline."""

    severity = Severity.BEST_EFFORT
