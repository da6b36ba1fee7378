"""Who sees every event without taking part; whoever is patient sees it once the turn is over.

Nothing that a tap writes down has to be written before an order leaves. So those that are patient
are told, in order, when the queue that was at work is about to wait again.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from noctule.domain.events.base import Event
from noctule.telemetry.attempt import attempted
from noctule.telemetry.logs import TRACE

__all__ = ["PatientTaps", "Tap"]

Tap: TypeAlias = Callable[[Event], None]
_Onlooker: TypeAlias = Callable[..., None]  # takes one class of events

_WAITING_MAX: Final = 256  # then they are told in the midst of whatever goes on


class PatientTaps:
    """What patient taps have not seen yet, and what else is done once a turn is over."""

    def __init__(self, contain: Callable[[Exception, _Onlooker, Event], None]) -> None:
        self.taps: list[Tap] = []
        self._contain = contain  # takes an ordinary failure
        self._waiting: deque[tuple[Event, Sequence[_Onlooker]]] = deque()  # at most _WAITING_MAX

    def hear(self, event: Event) -> None:
        """Let every patient tap see an event later."""
        if self.taps:
            self.show_later(event, self.taps)

    def show_later(self, event: Event, to: Sequence[_Onlooker]) -> None:
        """Let some see an event later."""
        self._waiting.append((event, to))
        if len(self._waiting) >= _WAITING_MAX:
            self.catch_up()

    def catch_up(self) -> None:
        """Show whatever has not been seen."""
        while self._waiting:
            event, taps = self._waiting.popleft()
            TRACE.set(event.trace)
            for tap in taps:
                self._show(event, tap)

    def _show(self, event: Event, tap: _Onlooker) -> None:
        failure = attempted(lambda: tap(event))
        if isinstance(failure, AssertionError):
            raise failure  # a broken invariant of ours is never contained
        if isinstance(failure, Exception):
            self._contain(failure, tap, event)
