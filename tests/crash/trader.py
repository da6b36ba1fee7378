"""The real program with a scripted strategy, that dies at a marked point and nowhere else.

Run as `python -m tests.crash.trader CLOCK SCRIPT MARK TALLY OPTION...`; the options are those of
`noctule run`. A mark is KIND:NUMBER: the process is killed right before the so-many-th event of
the order queue is handled (event), before a call of the executor is made (call) or after it came
back (called), all counted from the first signal on, or, written start/KIND:NUMBER, from the start;
`none` kills nowhere. TALLY is a file in which it writes each that it came to.
"""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from decimal import Decimal
from functools import partial, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

import pytest

from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.binance.settings import Environment
from noctule.app.cli import main
from noctule.app.wiring import WIRINGS, Wiring
from noctule.app.world import binance_world
from noctule.domain.events.base import Event, OrderEvent
from noctule.domain.events.desk import StopMoveRequested
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.values import Price, Symbol
from noctule.engine.bus import EventBus
from noctule.engine.opinions import OpinionLimits
from tests.fakes.hands_clock import LeapingClock
from tests.fakes.hands_home import shrunk
from tests.fakes.hands_strategy import Scripted

_SHORT = OpinionLimits(endless_ms=1_000, stuck_ms=500)
_LIMITS = OpinionLimits() if "FULL_LENGTH" in os.environ else _SHORT
P = ParamSpec("P")
T = TypeVar("T")


class Marks:
    """Counts the points where the process may die, and lets it die at one of them."""

    def __init__(self, mark: str, tally: Path) -> None:
        since, _, self._mark = mark.rpartition("/")
        self._tally = tally
        self._counts: Counter[str] = Counter()
        self._counting = since == "start"

    def see(self, event: Event) -> None:
        """Count an event that is about to be handled."""
        self._counting = self._counting or isinstance(event, SignalGenerated)
        if isinstance(event, OrderEvent):
            self.reach("event", type(event).__name__)

    def reach(self, kind: str, what: str) -> None:
        """Die here, if it is the place."""
        if not self._counting:
            return
        self._counts[kind] += 1
        here = f"{kind}:{self._counts[kind]}"
        with self._tally.open("a") as file:
            file.write(json.dumps({"mark": here, "what": what}) + "\n")
        if here == self._mark:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        """Count a call before it is made and after it came back."""

        @wraps(call)
        async def counted(*args: P.args, **kwargs: P.kwargs) -> T:
            self.reach("call", call.__name__)
            try:
                return await call(*args, **kwargs)
            finally:
                self.reach("called", call.__name__)

        return counted


def trade(clock: Path, script: Path, marks: Marks, options: list[str]) -> int:
    """Run the program's own command line."""
    Scripted.follows = script
    patch = pytest.MonkeyPatch()
    shrunk(patch)
    patch.setattr("noctule.app.strategy_care.LIMITS", _LIMITS)
    wirings = cast("dict[Environment, Wiring]", WIRINGS)  # it is one, whatever it says
    wirings["testnet"] = Wiring(clock=lambda: LeapingClock(clock), open=binance_world)
    for name in ("place", "cancel", "query"):
        patch.setattr(
            OrderExecutionManager, name, marks.around(getattr(OrderExecutionManager, name))
        )
    make = EventBus.__init__

    def made(bus: EventBus, *args: object, **kwargs: object) -> None:
        make(bus, *args, **kwargs)  # type: ignore[arg-type]  # whatever it was made with
        bus.add_tap(marks.see)
        Scripted.move_stop = partial(_move_stop, bus)

    patch.setattr(EventBus, "__init__", made)
    return main(["run", *options])


def _move_stop(bus: EventBus, stop: float) -> None:
    """Want the stop elsewhere, as break-even or trailing would, right after this candle."""
    wanted = StopMoveRequested(
        at_ms=0,
        trace="test",
        symbol=Symbol("BTCUSDT"),
        stop=Price(Decimal(repr(stop))),
        reason="break even",
    )
    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: loop.create_task(bus.publish(wanted)))


if __name__ == "__main__":
    clock, script, mark, tally, *options = sys.argv[1:]
    sys.exit(trade(Path(clock), Path(script), Marks(mark, Path(tally)), options))
