"""The lanes of a run that waits for nothing: errands are carried out in the caller's own turn."""

from collections.abc import Callable

from noctule.domain.errors import VenueError
from noctule.domain.events.base import OrderEvent
from noctule.engine.lane_queue import Errand
from noctule.engine.lanes import Lanes
from noctule.engine.outcome import at_once
from noctule.telemetry.logs import TRACE

__all__ = ["InlineLanes"]


class InlineLanes(Lanes):
    """Needs no event loop: the executor behind it answers at once."""

    def carry_one(self, hear: Callable[[OrderEvent], None]) -> bool:
        """Carry out the most urgent errand, and let its outcome be heard; false: none may leave.

        What it causes at the venue is told elsewhere, so the caller listens there before the next.
        """
        errand = self._queue.take(self._clock.elapsed_ms())
        if errand is not None:
            self._carry_now(errand)
        has_news = bool(self._told)
        while self._told:
            hear(self._told.popleft())
        return has_news or errand is not None

    def _carry_now(self, errand: Errand) -> None:
        TRACE.set(errand.trace)
        try:
            at_once(self._calls.make(errand))
        except VenueError as exc:
            self._fail(errand, exc)
        finally:
            self._queue.done(errand)
