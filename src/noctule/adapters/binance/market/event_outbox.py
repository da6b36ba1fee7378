"""Between the sockets and the bus: what has been heard and not been fetched yet."""

import asyncio
from collections import deque
from typing import Final

from noctule.domain.events.base import DataEvent

__all__ = ["EventOutbox"]

_SLOTS_MAX: Final = 100_000


class _Cell:
    """A place in the line that is filled with the newest event of its slot."""

    __slots__ = ("event", "slot")

    def __init__(self, event: DataEvent, slot: tuple[object, ...]) -> None:
        self.event = event
        self.slot = slot


class EventOutbox:
    """Events in the order they were heard; of replaceable ones only the newest of each slot.

    Those that may not be replaced are bounded by `events_max`: whoever brings more looks at
    `is_full` first, and comes again later.
    """

    def __init__(self, *, events_max: int) -> None:
        self._events_max = events_max
        self._line: deque[DataEvent | _Cell] = deque()
        self._cells: dict[tuple[object, ...], _Cell] = {}  # those that may still be filled anew
        self._firm = 0  # events in the line that are not replaceable
        self._arrived = asyncio.Event()
        self._is_closed = False

    def __len__(self) -> int:
        return len(self._line)

    @property
    def is_full(self) -> bool:
        """Tell whether no more events should come that cannot be replaced."""
        return self._firm >= self._events_max

    def put(self, event: DataEvent) -> None:
        """Add an event that must be delivered."""
        self._firm += 1
        self._line.append(event)
        self._arrived.set()

    def replace(self, event: DataEvent, slot: tuple[object, ...]) -> None:
        """Add an event, or put it in the place of the one of its slot that waits."""
        cell = self._cells.get(slot)
        if cell is not None:
            cell.event = event
            return
        assert len(self._cells) < _SLOTS_MAX, f"{_SLOTS_MAX} slots are in use"
        cell = self._cells[slot] = _Cell(event, slot)
        self._line.append(cell)
        self._arrived.set()

    def settle(self, slot: tuple[object, ...]) -> None:
        """Let the slot's waiting event be as it is: what comes next must come later in line."""
        self._cells.pop(slot, None)

    def close(self) -> None:
        """Say that nothing more will come."""
        self._is_closed = True
        self._arrived.set()

    def reopen(self) -> None:
        """Take events again; those that nobody fetched are still there."""
        self._is_closed = False

    async def get(self) -> DataEvent | None:
        """Return the next event, waiting for it; None once closed and empty."""
        while not self._line:
            if self._is_closed:
                return None
            self._arrived.clear()
            await self._arrived.wait()
        return self._popped(self._line.popleft())

    def waiting(self) -> tuple[DataEvent, ...]:
        """Return everything that waits, in order."""
        return tuple(each.event if isinstance(each, _Cell) else each for each in self._line)

    def _popped(self, first: DataEvent | _Cell) -> DataEvent:
        if not isinstance(first, _Cell):
            self._firm -= 1
            return first
        if self._cells.get(first.slot) is first:
            del self._cells[first.slot]
        return first.event
