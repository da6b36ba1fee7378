"""A turn of a strategy under a watchdog, and code that never comes back."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn

from typing_extensions import override

from noctule.app.last_resort import LastResort
from noctule.app.strategy_watchdog import StrategyWatchdog
from noctule.domain.values import Timeframe
from noctule.engine.desk import Desk
from noctule.engine.opinions import OpinionLimits
from noctule.engine.turn import Turn
from noctule.market.board import Board
from noctule.strategies.base import StrategySettings
from tests.builders import BTCUSDT
from tests.fakes.opinion_room import Acting

__all__ = ["Ended", "NoLastResort", "Watched", "loop"]

LIMITS: Final = OpinionLimits(endless_ms=40, stuck_ms=80)


class Ended(BaseException):
    """The process would have ended."""


class NoLastResort(LastResort):
    """Asks the kernel for nothing, and counts how often it was put off."""

    def __init__(self, path: Path = Path("nowhere")) -> None:
        super().__init__(path)
        self.puts_off = self.calls_off = 0

    @override
    @contextmanager
    def ready(self) -> Iterator[None]:
        yield

    @override
    def put_off(self, seconds: float) -> None:
        self.puts_off += 1

    @override
    def call_off(self) -> None:
        self.calls_off += 1


class Watched:
    """A turn under a watchdog, what it condemned, and why it gave up."""

    def __init__(self, limits: OpinionLimits = LIMITS) -> None:
        self.turn = Turn()
        self.turn.desk = Desk(
            label="wild",
            strategy=Acting(StrategySettings()),
            board=Board(BTCUSDT, base=Timeframe.M1, capacity=5),
        )
        self.condemned: list[tuple[str, str]] = []
        self.abandoned: list[str] = []
        self.gave_up = threading.Event()
        self.last_resort = NoLastResort()
        self.dog = StrategyWatchdog(
            self.turn,
            stopwatch_ns=time.perf_counter_ns,
            limits=limits,
            condemn=lambda *told: self.condemned.append(told),
            last_resort=self.last_resort,
            abandon=self._abandon,
        )

    def has_turn(self, act: Callable[[], object]) -> None:
        """Do something in its turn."""
        self.turn.began_ns = time.perf_counter_ns()
        try:
            act()
        finally:
            self.turn.began_ns = 0

    def _abandon(self, why: str) -> NoReturn:
        self.abandoned.append(why)
        self.gave_up.set()
        raise Ended


def loop() -> None:
    while True:
        pass
