"""The way out: every stream frame passes here, and here is where it may be lost or late."""

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import Final

from noctule.adapters.sim.faults import Fault, FaultKind, Faults
from noctule.adapters.sim.frame_faults import CHANGES, FRAME_KINDS
from noctule.adapters.sim.hub import Hub
from noctule.adapters.sim.sessions import Close

__all__ = ["Post"]

_WAITING_MAX: Final = 100_000  # late frames; what comes on top of them is on time

Letter = tuple[str, str, bytes]  # stream, kind, payload


class Post:
    """Hand frames to the hub, in time order, unless a fault has other plans.

    Within one kind of one stream the order is always kept (facts 3): behind a late frame the
    later ones of its kind wait too. Times are real.
    """

    def __init__(self, hub: Hub, faults: Faults) -> None:
        self._hub = hub
        self._faults = faults
        self._numbers = count()
        self._late: list[tuple[int, int, Letter]] = []  # a heap by due time
        self._last_due_ms: dict[tuple[str, str], int] = {}  # of those in the heap
        self._held: dict[str, deque[Letter]] = {}  # by stream, until another kind has gone out
        self.on_late: Callable[[], None] = _nobody

    def send(self, letter: Letter, *, subject: str, now_ms: int) -> None:
        """Send a frame; the subject is what faults are matched with."""
        fault = self._faults.strike(FRAME_KINDS, subject)
        if fault is None:
            self._pass(letter, due_ms=now_ms, now_ms=now_ms)
        else:
            self._fail(letter, fault, now_ms)

    def tend(self, now_ms: int) -> None:
        """Send what was late and is now due."""
        while self._late and self._late[0][0] <= now_ms:
            _, _, letter = heappop(self._late)
            self._deliver(letter)
        if not self._late:
            self._last_due_ms.clear()

    @property
    def due_ms(self) -> int | None:
        """Return when the first of the late frames is due."""
        return self._late[0][0] if self._late else None

    def _fail(self, letter: Letter, fault: Fault, now_ms: int) -> None:
        stream, kind, payload = letter
        if fault.kind is FaultKind.HELD_FRAME:
            self._held.setdefault(stream, deque()).append(letter)
        elif fault.kind is FaultKind.LATE_FRAME:
            self._pass(letter, due_ms=now_ms + fault.delay_ms, now_ms=now_ms)
        elif fault.kind in CHANGES:
            for changed in CHANGES[fault.kind](payload, fault):
                self._pass((stream, kind, changed), due_ms=now_ms, now_ms=now_ms)
        else:
            self._break(stream, fault.kind)

    def _break(self, stream: str, kind: FaultKind) -> None:
        for line in self._hub.lines(stream):
            if kind is FaultKind.MUTE_SOCKET:
                line.session.is_mute = True
            elif kind is FaultKind.CLOSED_SOCKET:
                line.session.close(Close.GONE, code=1001)
            else:
                line.session.abort()

    def _pass(self, letter: Letter, *, due_ms: int, now_ms: int) -> None:
        """Send at once, or behind the frame of the same kind that is still on its way."""
        stream, kind, _ = letter
        if self._late:
            due_ms = max(due_ms, self._last_due_ms.get((stream, kind), due_ms))
        if due_ms <= now_ms or len(self._late) >= _WAITING_MAX:
            self._deliver(letter)
            return
        self._last_due_ms[stream, kind] = due_ms
        heappush(self._late, (due_ms, next(self._numbers), letter))
        self.on_late()

    def _deliver(self, letter: Letter) -> None:
        stream, kind, payload = letter
        held = self._held.get(stream)
        if held is None:
            self._hub.send(stream, kind, payload)
        elif held[0][1] == kind and len(held) < _WAITING_MAX:
            held.append(letter)  # the order within a kind is kept
        else:
            self._release(letter)

    def _release(self, letter: Letter) -> None:
        """Send what was held after a frame of another kind; before one of its own."""
        held = self._held.pop(letter[0])
        is_own = held[0][1] == letter[1]
        for each in (*held, letter) if is_own else (letter, *held):
            self._hub.send(*each)


def _nobody() -> None:
    """Stand in until somebody wants to be told."""
