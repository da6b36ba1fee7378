"""What becomes of strategies that misbehave: asked no more, marked, and let in again."""

import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Final

from noctule.app.last_resort import LastResort
from noctule.app.strategy_markers import StrategyMarkers
from noctule.app.strategy_watchdog import StrategyWatchdog
from noctule.domain.events.order import AlertRaised
from noctule.domain.ids import trace_of
from noctule.domain.values import Symbol
from noctule.engine.deeds import StrategyLeftOff, TellDeed, tell_nobody
from noctule.engine.desk import Desk
from noctule.engine.handlers.signals import disabled_alert
from noctule.engine.opinions import OpinionLimits, Opinions
from noctule.engine.waiting import Waiting
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["LIMITS", "StrategyCare"]

LIMITS: Final = OpinionLimits()

_log = get_log(__name__)


class StrategyCare:
    """The opinions of all strategies, the watchdog over them, and the memory of the endless."""

    def __init__(
        self,
        desks: Iterable[Desk],
        markers: StrategyMarkers,
        *,
        clock: Clock,
        publish: Callable[[AlertRaised], Awaitable[None]],
        stopwatch_ns: Callable[[], int] = time.perf_counter_ns,
    ) -> None:
        self._desks = tuple(desks)
        self.on_deed: TellDeed = tell_nobody
        self._clock = clock
        self._publish = publish
        self._markers = markers
        self.opinions = Opinions(
            self._desks, stopwatch_ns=stopwatch_ns, limits=LIMITS, pardon=markers.remedy
        )
        self._waiting = Waiting(
            self.opinions.turn,
            stopwatch_ns=stopwatch_ns,
            too_slow_ms=LIMITS.too_slow_ms,
        )
        self._last_resort = LastResort(markers.dump_path)
        self.watchdog = StrategyWatchdog(
            self.opinions.turn,
            stopwatch_ns=stopwatch_ns,
            limits=LIMITS,
            condemn=self._condemn,
            last_resort=self._last_resort,
        )

    async def begin(self) -> None:
        """Leave those disabled that did not come back when they were asked last, and say so."""
        self._condemn_culprits()
        for strategy in self.opinions.strategies:
            reason = self._markers.reason(strategy)
            if reason is None:
                continue
            self.on_deed(StrategyLeftOff(strategy=strategy, reason=reason))
            symbols = self.opinions.disable(strategy, reason)
            remedy = self._markers.remedy(strategy)
            _log.error("strategy starts disabled", strategy=strategy, reason=reason, remedy=remedy)
            now_ms = self._clock.now_ms()
            alert = disabled_alert(strategy, symbols, reason, remedy)
            trace = trace_of("strategy", now_ms)
            await self._publish(AlertRaised(at_ms=now_ms, trace=trace, text=alert, is_urgent=True))

    def disable(self, strategy: str, reason: str) -> tuple[Symbol, ...]:
        """Ask a strategy no more, until somebody enables it or the bot starts anew."""
        return self.opinions.disable(strategy, reason)

    def enable(self, strategy: str) -> tuple[Symbol, ...]:
        """Let a strategy begin anew, whatever it did."""
        symbols = self.opinions.enable(strategy)
        if symbols:
            self._markers.remove(strategy)
        return symbols

    def waits_for(self, symbol: Symbol) -> str:
        """Say in a clause what its strategy waits for there; ask when a person does, not to trade.

        It is an empty text where nothing is traded.
        """
        desk = next((each for each in self._desks if each.board.symbol == symbol), None)
        return "" if desk is None else self._waiting.told(desk)

    def _condemn_culprits(self) -> None:
        """Mark those in whose code the process before us ended, when no thread of it could."""
        places = self._last_resort.left()
        for desk in self._desks:
            files = _as_dumped(desk.files)
            latest = next((each for each in places if each[0] in files), None)
            if latest is not None:
                file, line, name = latest
                where = f"{Path(file).name}:{line} in {name}"
                self._condemn(desk.label, f"ended the process, it was at {where}")

    def _condemn(self, strategy: str, reason: str) -> None:
        """Let it start disabled from now on; called by the watchdog, in its thread."""
        self._markers.write(strategy, reason, at_ms=self._clock.now_ms())


def _as_dumped(files: Iterable[str]) -> set[str]:
    """Return the names as a dump has them, which knows no letters but the English ones."""
    return {each.encode("ascii", "backslashreplace").decode() for each in files}
