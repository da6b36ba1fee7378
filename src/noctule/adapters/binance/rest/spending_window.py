"""How much of one limit is used: counted so that it holds wherever the exchange's window begins."""

from collections import deque
from typing import Final

__all__ = ["SpendingWindow"]

_STEPS: Final = 60  # a span is counted in so many; more are finer, and slower to look through


class SpendingWindow:
    """What was asked for in the latest span, whichever way the exchange's grid lies over it.

    A request is counted when it leaves, and until a whole span after its answer: it reached the
    exchange in between, so no window of the exchange's can hold more than is counted here. What
    others use, the answers tell; it is believed for a span.
    """

    def __init__(self, *, span_ms: int, limit: int) -> None:
        self.span_ms = span_ms
        self.limit = limit
        self._step_ms = max(1, span_ms // _STEPS)
        self._flying = 0
        self._landed: deque[tuple[int, int]] = deque()  # until when, how much; _STEPS + 2 at most
        self._landed_sum = 0
        self._heard = 0  # what the exchange told, and what left since
        self._heard_until_ms = 0
        self._heard_after = 0  # the number of the last request that had left by then
        self._number = 0

    def used(self, now_ms: int) -> int:
        """Return what counts at the moment."""
        self._forget(now_ms)
        return max(self._flying + self._landed_sum, self._heard)

    def wait_ms(self, amount: int, *, most: int, now_ms: int) -> int:
        """Return how long until this much may be spent without exceeding `most`; 0 is now."""
        if self.used(now_ms) + amount <= most:
            return 0
        until_ms = now_ms
        if self._heard + amount > most:
            until_ms = self._heard_until_ms
        excess = self._flying + self._landed_sum + amount - most
        for landed_until_ms, landed in self._landed:
            if excess <= 0:
                break
            excess -= landed
            until_ms = max(until_ms, landed_until_ms)
        if excess > 0:  # what has not even been answered yet
            return self.span_ms
        return max(1, until_ms - now_ms)

    def take(self, amount: int) -> int:
        """Count what leaves now, and return its number."""
        self._flying += amount
        self._heard += amount
        self._number += 1
        return self._number

    def put_back(self, amount: int, *, number: int) -> None:
        """Count what could not leave no more."""
        self._flying -= amount
        if number > self._heard_after:
            self._heard = max(0, self._heard - amount)

    def land(self, amount: int, *, now_ms: int) -> None:
        """Count what was answered, or given up, for one more span."""
        if not amount:
            return
        self._flying -= amount
        self._landed_sum += amount
        until_ms = now_ms + self.span_ms
        until_ms += -until_ms % self._step_ms
        if self._landed and self._landed[-1][0] >= until_ms:
            until_ms, before = self._landed.pop()
            amount += before
        self._landed.append((until_ms, amount))

    def hear(self, count: int, *, number: int, now_ms: int) -> None:
        """Believe what the answer to a request tells, unless a later one told more.

        A smaller count is news only in the answer to a request that left after the larger was
        heard: then the exchange has begun a new window.
        """
        self._forget(now_ms)
        if count < self._heard and number <= self._heard_after:
            return
        self._heard = count
        self._heard_until_ms = now_ms + self.span_ms
        self._heard_after = self._number

    def _forget(self, now_ms: int) -> None:
        while self._landed and self._landed[0][0] <= now_ms:
            self._landed_sum -= self._landed.popleft()[1]
        if self._heard_until_ms <= now_ms:
            self._heard = 0
