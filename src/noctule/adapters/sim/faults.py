"""Everything that can go wrong between the exchange and its clients, and what of it is due.

A fault is armed by a test, or with a share by a storm. It waits for a subject that it matches,
bites, and is used up. What it does happens at the protocol's edge, so the exchange behind it
stays correct, and says what really happened when it is asked.
"""

from collections.abc import Callable, Container
from enum import StrEnum
from fnmatch import fnmatchcase
from random import Random
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.model import Refusal

__all__ = ["Fault", "FaultKind", "Faults"]

_ARMED_MAX: Final = 1_000


class FaultKind(StrEnum):
    """What can go wrong; the first group befalls requests, the second frames."""

    LOST_BEFORE = "lost_before"  # never executed, never answered
    LOST_AFTER = "lost_after"  # executed, never answered
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    LATE_ANSWER = "late_answer"  # the user events of it arrive first
    UNKNOWN_BEFORE = "unknown_before"  # 503 "Unknown error", not executed
    UNKNOWN_AFTER = "unknown_after"  # 503 "Unknown error", executed
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"
    OVERLOADED = "overloaded"  # -1008; exits are exempt
    TIMED_OUT = "timed_out"  # -1007, executed
    BAD_GATEWAY = "bad_gateway"
    TOO_MANY = "too_many"  # 429, and 418 for those who go on
    BANNED = "banned"
    FORBIDDEN = "forbidden"  # 403, a page
    GARBAGE_ANSWER = "garbage_answer"
    TRUNCATED_ANSWER = "truncated_answer"
    EXTRA_FIELDS = "extra_fields"
    REFUSED = "refused"  # with the fault's own code, text and status
    LAGGING = "lagging"  # a query that does not know yet what was just placed
    MAINTENANCE = "maintenance"

    LATE_FRAME = "late_frame"
    DROPPED_FRAME = "dropped_frame"
    REPEATED_FRAME = "repeated_frame"
    HELD_FRAME = "held_frame"  # goes out after the next one of another kind
    STRANGE_FRAME = "strange_frame"  # an event type nobody has heard of goes before
    EXTRA_FRAME_FIELDS = "extra_frame_fields"
    GARBAGE_FRAME = "garbage_frame"
    TRUNCATED_FRAME = "truncated_frame"
    OVERSIZED_FRAME = "oversized_frame"
    MUTE_SOCKET = "mute_socket"  # half-open: the connection stays and says nothing more
    CLOSED_SOCKET = "closed_socket"
    CUT_SOCKET = "cut_socket"  # without a close frame


class Fault(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing to go wrong, where, and how often.

    `match` is a pattern with *: for requests over "POST /fapi/v1/order", for frames over the user
    event's type or the stream's name, to which a closed candle adds " closed".
    """

    kind: FaultKind
    match: str = "*"
    skip: int = 0  # so many matches pass unharmed
    times: int | None = 1  # None: until disarmed
    share: float = 1.0  # of those that match; the rest pass
    delay_ms: int = 5_000
    code: int = -1000
    msg: str = "An unknown error occurred while processing the request."
    status: int = 400
    size_bytes: int = 2_000_000  # of an oversized frame


class _Armed:
    __slots__ = ("bitten", "fault", "seen")

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.seen = 0
        self.bitten = 0

    @property
    def is_spent(self) -> bool:
        return self.fault.times is not None and self.bitten >= self.fault.times

    def bites(self, subject: str, random: Random) -> bool:
        if not fnmatchcase(subject, self.fault.match):
            return False
        self.seen += 1
        if self.seen <= self.fault.skip:
            return False
        if self.fault.share < 1 and random.random() >= self.fault.share:  # seeded
            return False
        self.bitten += 1
        return True


class Faults:
    """The faults that are armed; the first that matches bites, and the others wait."""

    def __init__(self, random: Random) -> None:
        self.on_strike: Callable[[Fault, str], None] = _unseen  # with the subject it befell
        self._random = random
        self._armed: list[_Armed] = []  # at most _ARMED_MAX

    @property
    def is_armed(self) -> bool:
        """Tell whether anything may go wrong."""
        return bool(self._armed)

    def arm(self, fault: Fault) -> None:
        """Let this go wrong from now on."""
        if len(self._armed) >= _ARMED_MAX:
            raise Refusal(-1101, f"No more than {_ARMED_MAX} faults can be armed.")
        self._armed.append(_Armed(fault))

    def disarm(self) -> None:
        """Let nothing go wrong any more."""
        self._armed.clear()

    def withdraw(self, fault: Fault) -> None:
        """Let this one not go wrong any more."""
        self._armed = [armed for armed in self._armed if armed.fault is not fault]

    def armed(self) -> list[Fault]:
        """Return what is armed and not used up."""
        return [armed.fault for armed in self._armed]

    def strike(self, kinds: Container[FaultKind], subject: str) -> Fault | None:
        """Return the fault that befalls this subject, if one does."""
        for armed in self._armed:
            if armed.fault.kind in kinds and armed.bites(subject, self._random):
                if armed.is_spent:
                    self._armed.remove(armed)
                self.on_strike(armed.fault, subject)
                return armed.fault
        return None


def _unseen(_fault: Fault, _subject: str) -> None:
    return
