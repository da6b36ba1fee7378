"""Nothing grows without end: queues, books and tasks stay as small as their bounds say."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Final

from typing_extensions import override

from noctule.app.storm.life import Life
from noctule.app.storm.scene import Rule, Scene, Violation

__all__ = ["NothingGrows"]

_EVERY_MS: Final = 60_000
_QUEUE_SHARE: Final = 4  # of a queue's room, this part may be taken
_ORDERS_MAX: Final = 2_200  # remembered ended ones, and the live
_TASKS_MAX: Final = 100  # and so many more for each symbol:
_TASKS_PER_SYMBOL: Final = 6


class NothingGrows(Rule):
    """Looked at now and then, which is enough for what grows."""

    name = "nothing grows"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._next_ms = 0
        self._told: set[str] = set()

    @override
    def born(self, life: Life) -> None:
        self._told.clear()

    @override
    def look(self) -> None:
        now_ms, life = self.scene.now_ms, self.scene.life
        if now_ms < self._next_ms:
            return
        self._next_ms = now_ms + _EVERY_MS
        if life is None or not life.is_running:
            return
        for what, text in (*self._queues(life), *self._books(life)):
            if what not in self._told:
                self._told.add(what)
                self.broken(text)

    def _queues(self, life: Life) -> Iterator[tuple[str, str]]:
        for name, queue in life.bot.bus.metrics().queues.items():
            if queue.unfinished * _QUEUE_SHARE > queue.capacity:
                yield name, f"{queue.unfinished} events wait in the {name} queue"
            if queue.stalls:
                yield f"{name} stalls", f"the {name} queue let publishers stand in line"

    def _books(self, life: Life) -> Iterator[tuple[str, str]]:
        desk, symbols = life.bot.trading.desk, len(self.scene.story.symbols)
        if len(desk.blotter) > _ORDERS_MAX:
            yield "blotter", f"{len(desk.blotter)} orders are remembered"
        if len(desk.brackets) > symbols:
            yield "brackets", f"{len(desk.brackets)} brackets on {symbols} symbols"
        tasks = len(asyncio.all_tasks())
        if tasks > _TASKS_MAX + _TASKS_PER_SYMBOL * symbols:
            yield "tasks", f"{tasks} tasks run"
