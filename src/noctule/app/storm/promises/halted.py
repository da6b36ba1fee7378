"""While entries are off, none leaves."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from typing_extensions import override

from noctule.app.storm.exchange import Asked
from noctule.app.storm.home import KILL_SWITCH
from noctule.app.storm.life import Life
from noctule.app.storm.promises.standing import round_trip_ms
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.app.storm.story import Mishap, Operate, OperatorDeed, Step
from noctule.domain.commands import Pause, Resume
from noctule.domain.events.base import Event, OrderEvent
from noctule.domain.events.order import CommandReceived, TradingHalted, TradingResumed

__all__ = ["NoEntryWhileHalted"]

_LOOKS_EVERY_MS: Final = 1_000  # for the kill switch's file
_SAVED_MS: Final = 1_000  # a decision that is younger may be lost with its process


class NoEntryWhileHalted(Rule):
    """Neither a pause, nor the kill switch's file, nor a breaker lets an entry through."""

    name = "no entry while halted"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._way_ms = round_trip_ms(scene)
        self._paused_ms: int | None = None  # since when
        self._breakers: dict[str, tuple[int, int | None]] = {}  # cause: since when, until when
        self._file_ms: int | None = None
        self._file = Path()
        self._is_looked_for = any(_is_switch(each) for each in scene.story.troubles)

    @override
    def born(self, life: Life) -> None:
        self._file = life.place.home / KILL_SWITCH
        self._file_ms = None

    @override
    def died(self, life: Life) -> None:
        young_ms = self.scene.now_ms - _SAVED_MS
        if life.is_dead and self._paused_ms is not None and self._paused_ms > young_ms:
            self._paused_ms = None
        if life.is_dead:
            self._breakers = {
                cause: each for cause, each in self._breakers.items() if each[0] <= young_ms
            }

    @override
    def heard(self, event: Event) -> None:
        if not isinstance(event, OrderEvent):
            return
        match event:
            case CommandReceived(command=Pause()):
                if self._paused_ms is None:
                    self._paused_ms = self.scene.now_ms
            case CommandReceived(command=Resume()):
                self._paused_ms = None
                self._breakers = {
                    cause: each for cause, each in self._breakers.items() if each[1] is not None
                }
            case TradingHalted() if event.ends_ms is not None:
                self._breakers[event.cause] = (self.scene.now_ms, event.ends_ms)
            case TradingResumed():
                self._breakers.clear()
            case _:
                return

    @override
    def look(self) -> None:
        if not self._is_looked_for:
            return
        life = self.scene.life
        if life is None or not self._file.exists():
            self._file_ms = None
        elif self._file_ms is None:
            self._file_ms = self.scene.now_ms

    @override
    def asking(self, asked: Asked) -> None:
        if asked.method != "POST" or asked.step is not Step.ENTRY:
            return
        why = self._why_not(self.scene.now_ms)
        if why is not None:
            self.broken(f"{asked.sent.get('symbol')} is entered {why}")

    def _why_not(self, now_ms: int) -> str | None:
        if self._paused_ms is not None and now_ms - self._paused_ms > self._way_ms:
            return f"{now_ms - self._paused_ms} ms after a pause"
        if self._file_ms is not None and now_ms - self._file_ms > self._way_ms + _LOOKS_EVERY_MS:
            return f"{now_ms - self._file_ms} ms after the kill switch was set"
        market_ms = self.scene.clock.now_ms()
        for cause, (since_ms, ends_ms) in self._breakers.items():
            has_ended = ends_ms is not None and market_ms >= ends_ms
            if not has_ended and now_ms - since_ms > self._way_ms:
                return f"{now_ms - since_ms} ms after it was halted: {cause}"
        return None


def _is_switch(trouble: Mishap) -> bool:
    return isinstance(trouble, Operate) and trouble.deed is OperatorDeed.KILL_SWITCH
