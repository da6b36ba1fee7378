"""What is due at a time: deadlines, countdowns, funding."""

from collections.abc import Callable, Hashable
from heapq import heapify, heappop, heappush
from typing import Final

__all__ = ["Agenda"]

Action = Callable[[], None]
_Entry = tuple[int, int, Hashable, Action]

_DEAD_MAX: Final = 64  # forgotten entries beyond the living ones, before they are swept out


class Agenda:
    """Actions in the order they are due; of two due at once, the one put first is first.

    Each has a key: putting the same key again moves it, and it can be dropped. So there are never
    more entries than contracts, countdowns and open orders with a deadline.
    """

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._tickets: dict[Hashable, int] = {}  # of the entry in force, by key
        self._count = 0

    def put(self, key: Hashable, due_ms: int, action: Action) -> None:
        """Note what to do at this time."""
        self._count += 1
        self._tickets[key] = self._count
        heappush(self._entries, (due_ms, self._count, key, action))
        self._sweep()

    def drop(self, key: Hashable) -> None:
        """Forget what was noted; nothing happens if nothing was."""
        self._tickets.pop(key, None)

    def next_ms(self) -> int | None:
        """Return when the first action is due."""
        while self._entries and not self._is_alive(self._entries[0]):
            heappop(self._entries)
        return self._entries[0][0] if self._entries else None

    def take(self) -> Action:
        """Remove the first action and return it."""
        assert self.next_ms() is not None, "nothing is due"
        _, _, key, action = heappop(self._entries)
        del self._tickets[key]
        return action

    def __len__(self) -> int:
        return len(self._entries)

    def _is_alive(self, entry: _Entry) -> bool:
        _, ticket, key, _ = entry
        return self._tickets.get(key) == ticket

    def _sweep(self) -> None:
        if len(self._entries) > 2 * len(self._tickets) + _DEAD_MAX:
            self._entries = [entry for entry in self._entries if self._is_alive(entry)]
            heapify(self._entries)
