"""What keeps entries off: what the world is like just now, and what somebody decided."""

from collections.abc import Callable, Iterable

from noctule.domain.memory import HaltMemory
from noctule.domain.signals import Reason
from noctule.risk.breakers import halt_reasons, lasting, merged

__all__ = ["Halts"]


class Halts:
    """One reason for each check that says no; exits and what guards positions go on.

    What was *observed* (a lost stream, a kill switch file) holds until its observer lifts it, and
    a restart looks anew. What was *decided* (a breaker, an operator's pause) holds over a restart:
    until it ends, or until somebody resumes where no end was said.
    """

    def __init__(self, *, on_halt: Callable[[], object] = lambda: None) -> None:
        self._on_halt = on_halt  # takes back the entries that have not left
        self.on_observed: Callable[[tuple[Reason, ...]], object] = lambda _reasons: None
        self._observed: dict[str, Reason] = {}  # by check
        self._decided: tuple[HaltMemory, ...] = ()  # one for each check

    def observe(self, reason: Reason) -> bool:
        """Halt for as long as something is so; tell whether that check had said nothing yet."""
        before = self._observed.get(reason.check)
        is_news = before is None
        self._observed[reason.check] = reason
        if before != reason:
            self.on_observed(self.observed)
        if is_news:
            self._on_halt()
        return is_news

    def lift(self, check: str) -> bool:
        """Take back what an observer had against entries; tell whether it had anything."""
        had_any = self._observed.pop(check, None) is not None
        if had_any:
            self.on_observed(self.observed)
        return had_any

    @property
    def observed(self) -> tuple[Reason, ...]:
        """Return all that was observed and holds, whoever observed it."""
        return tuple(self._observed.values())

    def decide(self, halt: HaltMemory) -> bool:
        """Halt by decision; tell whether that is news: where one stands, only a longer one is."""
        before, self._decided = self._decided, merged(self._decided, (halt,))
        is_news = self._decided != before
        if is_news:
            self._on_halt()
        return is_news

    def resume(self) -> tuple[HaltMemory, ...]:
        """Lift the decisions that wait for somebody to resume, and return them."""
        lifted = tuple(each for each in self._decided if each.ends_ms is None)
        self._decided = tuple(each for each in self._decided if each.ends_ms is not None)
        return lifted

    def expire(self, now_ms: int) -> tuple[HaltMemory, ...]:
        """Forget the decisions that have ended, and return them."""
        before, self._decided = self._decided, lasting(self._decided, now_ms=now_ms)
        return tuple(each for each in before if each not in self._decided)

    def reasons(self, now_ms: int) -> tuple[Reason, ...]:
        """Return every reason against entries, with when it ends."""
        return (*self._observed.values(), *halt_reasons(self._decided, now_ms=now_ms))

    def text(self, now_ms: int) -> str | None:
        """Return the first reason in words; None when entries may leave."""
        return next((each.text for each in self.reasons(now_ms)), None)

    def memory(self) -> tuple[HaltMemory, ...]:
        """Return what a restart must not forget."""
        return self._decided

    def restore(self, remembered: Iterable[HaltMemory], now_ms: int) -> tuple[HaltMemory, ...]:
        """Decide again what a process before us decided, and return what has not ended."""
        self._decided = merged(self._decided, lasting(remembered, now_ms=now_ms))
        return self._decided
