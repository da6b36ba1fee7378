"""One bounded first-in-first-out queue with one reader; what the bus is made of, three times."""

import asyncio
from collections import deque
from collections.abc import Callable

from noctule.domain.events.base import Event, Overflow

__all__ = ["EventQueue", "Waiting"]


class Waiting:
    """A publisher in front of a full queue, with the event it brings."""

    __slots__ = ("at_ns", "event", "is_gone", "on_room")

    def __init__(self, event: Event, at_ns: int, on_room: Callable[[], None]) -> None:
        self.event = event
        self.at_ns = at_ns
        self.on_room = on_room
        self.is_gone = False


class EventQueue:
    """Events in the order they were published, never more than capacity of them.

    Publishers beyond that wait in line and enter in the order they came. Every event is
    unfinished until the reader says so: `join` waits for the last one. Not thread-safe.
    """

    def __init__(self, capacity: int) -> None:
        assert capacity >= 1, f"capacity is {capacity}"
        self.capacity = capacity
        self.high_water = 0
        self.replaced = 0
        self._events: deque[tuple[Event, int]] = deque()
        self._line: deque[Waiting] = deque()  # bounded by the number of publishers
        self._is_busy = False
        self._is_called = False
        self._reader: asyncio.Future[None] | None = None
        self._joiners: list[asyncio.Future[None]] = []

    def __len__(self) -> int:
        return len(self._events)

    @property
    def unfinished(self) -> int:
        """Return how many events are queued, waiting to be, or being handled."""
        return len(self._events) + len(self._line) + self._is_busy

    def try_put(self, event: Event, at_ns: int) -> bool:
        """Append the event if there is room, or if it may replace an older one."""
        if len(self._events) >= self.capacity and not self._make_room(event):
            return False
        self._append(event, at_ns)
        return True

    def wait_in_line(self, event: Event, at_ns: int, on_room: Callable[[], None]) -> Waiting:
        """Leave the event to enter when its turn comes; on_room is called once it has."""
        waiting = Waiting(event, at_ns, on_room)
        self._line.append(waiting)
        return waiting

    def leave_line(self, waiting: Waiting) -> None:
        """Take back an event whose publisher gave up, unless it has entered already."""
        if not waiting.is_gone:
            self._line.remove(waiting)

    async def put(self, event: Event, at_ns: int) -> None:
        """Append the event; when full, wait for room behind whoever waits already."""
        if self.try_put(event, at_ns):
            return
        room: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self.wait_in_line(event, at_ns, lambda: _resolve(room))
        try:
            await room
        except asyncio.CancelledError:
            self.leave_line(waiting)
            raise

    @property
    def is_awaited(self) -> bool:
        """Tell whether the reader has nothing to do until something comes, or it just has."""
        return self._reader is not None

    async def get(self) -> tuple[Event, int] | None:
        """Return the oldest event and when it was published; it stays unfinished until `done`.

        None says that the reader was called for something else.
        """
        assert not self._is_busy, "one reader, one event at a time"
        while not self._events and not self._is_called:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        if self._is_called:
            self._is_called = False
            return None
        return self.take()

    def call(self) -> None:
        """Have the reader look up, although there may be no event."""
        self._is_called = True
        self._wake_reader()

    def forget_call(self) -> None:
        """Take back a call that the reader did not live to hear."""
        self._is_called = False

    def take(self) -> tuple[Event, int]:
        """Return the oldest event that waits and when it was published."""
        assert not self._is_busy, "one event at a time"
        self._is_busy = True
        taken = self._events.popleft()
        if self._line:
            self._admit()
        return taken

    def done(self) -> None:
        """Say that the event `get` returned last has been dealt with."""
        self._is_busy = False
        if self._joiners:
            self._notify_joiners()

    async def join(self) -> None:
        """Return once nothing is unfinished."""
        while self.unfinished:
            joiner: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._joiners.append(joiner)
            try:
                await joiner
            finally:
                self._joiners.remove(joiner)

    def _append(self, event: Event, at_ns: int) -> None:
        self._events.append((event, at_ns))
        depth = len(self._events)
        if depth > self.high_water:  # noqa: PLR1730  # calling max costs three times as much
            self.high_water = depth
        self._wake_reader()

    def _wake_reader(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def _make_room(self, event: Event) -> bool:
        """Drop the older event that this one replaces; those in line still go first."""
        if event.overflow is not Overflow.REPLACE or not self._drop_older(event):
            return False
        self.replaced += 1
        if self._line:
            self._admit()
        return len(self._events) < self.capacity

    def _drop_older(self, event: Event) -> bool:
        for index, (queued, _) in enumerate(self._events):
            if type(queued) is type(event) and queued.slot == event.slot:
                del self._events[index]
                return True
        return False

    def _admit(self) -> None:
        waiting = self._line.popleft()
        waiting.is_gone = True
        self._append(waiting.event, waiting.at_ns)
        waiting.on_room()

    def _notify_joiners(self) -> None:
        if self.unfinished:
            return
        for joiner in self._joiners:
            _resolve(joiner)


def _resolve(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
