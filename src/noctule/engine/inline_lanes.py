"""The lanes of a run that waits for nothing: errands are carried out in the caller's own turn."""

from collections import deque
from collections.abc import Callable

from typing_extensions import override

from noctule.domain.errors import VenueError
from noctule.domain.events.base import OrderEvent
from noctule.engine.lane_queue import Errand
from noctule.engine.lanes import Lanes
from noctule.engine.outcome import at_once
from noctule.telemetry.logs import TRACE

__all__ = ["InlineLanes"]


class InlineLanes(Lanes):
    """Needs no event loop: the executor behind it answers at once, when it is told to.

    As on the lanes of a live bot, what is given has left before the next event of the order queue
    is heard, and nobody takes it back any more; what comes of it is heard later.
    """

    _left: deque[Errand] | None = None  # on the way; at most as many as may be under way

    @override
    def _give(self, errand: Errand) -> None:
        super()._give(errand)
        leaving = self._queue.take(self._clock.elapsed_ms())
        if leaving is not None:
            self._on_the_way.append(leaving)

    def carry_one(self, hear: Callable[[OrderEvent], None]) -> bool:
        """Let one errand arrive, and its outcome be heard; false: nothing is on its way.

        What it causes at the venue is told elsewhere, so the caller listens there before the next.
        """
        on_the_way = self._on_the_way
        errand = on_the_way.popleft() if on_the_way else None
        if errand is None:
            errand = self._queue.take(self._clock.elapsed_ms())
        if errand is not None:
            self._carry_now(errand)
        has_news = bool(self._told)
        while self._told:
            hear(self._told.popleft())
        return has_news or errand is not None

    @property
    def _on_the_way(self) -> deque[Errand]:
        if self._left is None:
            self._left = deque()
        return self._left

    def _carry_now(self, errand: Errand) -> None:
        TRACE.set(errand.trace)
        try:
            at_once(self._calls.make(errand))
        except VenueError as exc:
            self._fail(errand, exc)
        finally:
            self._queue.done(errand)
