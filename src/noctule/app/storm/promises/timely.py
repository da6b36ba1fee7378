"""An entry that rests has an end: its time, or the end of the process that wanted it."""

from collections.abc import Callable, Iterator
from typing import Final

from typing_extensions import override

from noctule.app.storm.life import Life
from noctule.app.storm.promises.holdings import is_entry
from noctule.app.storm.promises.standing import Standing, round_trip_ms
from noctule.app.storm.scene import Rule, Scene, Violation

__all__ = ["EntryDiesWithItsProcess", "EntryHasItsTime"]

_TIMEOUT: Final = "trading.entry_timeout_seconds="
_USUAL_MS: Final = 60_000
_CANCEL_MS: Final = 5_000  # what taking it out may take
_COUNTDOWN_MS: Final = 30_000
_LOOK_MS: Final = 2_000


class EntryHasItsTime(Standing):
    """It is taken out when its time is over."""

    name = "an entry has its time"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        told = [each for each in scene.story.settings if each.startswith(_TIMEOUT)]
        wanted_ms = int(told[-1].removeprefix(_TIMEOUT)) * 1_000 if told else _USUAL_MS
        self._limit_ms = wanted_ms + _CANCEL_MS + round_trip_ms(scene)

    @property
    @override
    def limit_ms(self) -> int:
        return self._limit_ms

    @override
    def stands(self, symbol: str) -> str | None:
        left = [*_entries(self.scene, symbol)]
        return f"{left} rest" if left else None


class EntryDiesWithItsProcess(Rule):
    """The exchange itself takes it out, half a minute after nobody counts down any more."""

    name = "an entry dies with its process"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._died_ms: int | None = None

    @override
    def born(self, life: Life) -> None:
        self._died_ms = None

    @override
    def died(self, life: Life) -> None:
        self._died_ms = self.scene.now_ms

    @override
    def look(self) -> None:
        if self._died_ms is None or self.scene.now_ms - self._died_ms < _COUNTDOWN_MS + _LOOK_MS:
            return
        self._died_ms = None  # once is enough
        for symbol in self.scene.story.symbols:
            for name in _entries(self.scene, symbol):
                self.broken(f"{symbol}: {name} rests, and nobody is there")


def _entries(scene: Scene, symbol: str) -> Iterator[str]:
    orders = scene.account.orders_on(symbol)
    return (order.client_id for order in orders if is_entry(order.client_id))
