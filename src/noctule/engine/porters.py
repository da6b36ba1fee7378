"""The tasks that carry errands: each takes what is most urgent when it begins, and then the next.

Who cannot wait for the loop's next turn lets them set off: their first steps are made at once.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine

from noctule.engine.begun import Begun, begun_as
from noctule.engine.lane_queue import Errand
from noctule.telemetry.logs import TRACE

__all__ = ["Porters"]


class Porters:
    """So many tasks at most, within the group of whoever lets them work."""

    def __init__(
        self,
        *,
        take: Callable[[], Errand | None],
        carry_out: Callable[[Errand], Coroutine[object, object, None]],
        on_rest: Callable[[], None],
        most: int,
    ) -> None:
        self._take = take
        self._carry_out = carry_out
        self._on_rest = on_rest  # one has nothing left to carry
        self._most = most
        self._group: asyncio.TaskGroup | None = None  # while it takes new tasks
        self._count = 0  # tasks that carry, or are about to
        self._called: deque[asyncio.Task[None]] = deque()  # of those, who have not begun
        # In the name of who has not, either; and its trace.
        self._begun: dict[asyncio.Task[None], tuple[Begun, str]] = {}

    @property
    def may_work(self) -> bool:
        """Tell whether somebody lets them."""
        return self._group is not None

    def begin(self, group: asyncio.TaskGroup) -> None:
        """Let them work within this group."""
        self._group = group

    def end(self) -> None:
        """Take in nobody any more."""
        self._group = None

    def forget(self) -> None:
        """Know that the group is gone."""
        self._count = 0  # also those that were cancelled before they began
        self._called.clear()

    def send(self) -> None:
        """Let one more take what is most urgent when it begins, in the loop's next turn."""
        if self._group is None or self._count >= self._most:
            return  # one on its way, or of a later group, will take it
        self._count += 1
        porter = self._group.create_task(self._carry(), name="lane")
        porter.add_done_callback(self._see_out)
        self._called.append(porter)

    def send_after(self, pause: Callable[[], Coroutine[object, object, None]]) -> None:
        """Let one more go when a pause is over."""
        assert self._group is not None, "nobody lets them work"
        self._group.create_task(self._send_after(pause), name="lane")

    def set_off(self) -> None:
        """Let those that were called take what is most urgent now; nobody, once they must end.

        In the name of one that was cancelled before it began nothing may leave: nobody would tell
        what became of it.
        """
        while self._called and self._group is not None:
            errand = self._take()
            if errand is None:
                return
            porter = self._called.popleft()
            self._begun[porter] = begun_as(porter, self._carry_out(errand)), errand.trace

    async def _send_after(self, pause: Callable[[], Coroutine[object, object, None]]) -> None:
        await pause()
        self.send()

    async def _carry(self) -> None:
        """Carry out one errand after the other, until none may leave."""
        try:
            await self._end_what_was_begun()
            while (errand := self._take()) is not None:
                await self._carry_out(errand)
        except BaseException:
            self._group = None  # it comes apart and takes nobody in
            raise
        finally:
            self._count -= 1
            self._on_rest()

    def _see_out(self, porter: "asyncio.Task[None]") -> None:
        """End what was begun in the name of one that was cancelled before it began itself."""
        left = self._begun.pop(porter, None)
        if left is not None:
            self._count -= 1
            left[0].abandon()
            self._on_rest()

    async def _end_what_was_begun(self) -> None:
        us = asyncio.current_task()
        assert us is not None, "a porter is a task"
        left = self._begun.pop(us, None)
        if left is None:
            self._called.remove(us)
            return
        begun, trace = left
        TRACE.set(trace)  # it was begun in the context of whoever let it set off
        await begun
