"""The file that stops entries: whoever can make a file can stop the bot from opening anything."""

from pathlib import Path
from typing import Final

from noctule.config.reading import is_there
from noctule.domain.beat import until_beat_ms
from noctule.domain.events.order import TradingHalted, TradingResumed
from noctule.domain.ids import trace_of
from noctule.domain.signals import Reason
from noctule.engine.bus import Publisher
from noctule.engine.halts import Halts
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["KILL_SWITCH", "KillSwitch"]

KILL_SWITCH: Final = "kill switch"  # the check that says no, and the actor that is told
_EVERY_MS: Final = 1_000

_log = get_log(__name__)


class KillSwitch:
    """Halts entries while the file exists; one that may not be looked at counts as existing."""

    def __init__(self, path: Path, *, clock: Clock, bus: Publisher, halts: Halts) -> None:
        self._path = path
        self._clock = clock
        self._bus = bus
        self._halts = halts
        self._is_on = False
        self._is_told_on = False

    def look(self) -> None:
        """Halt or lift if something has changed; the first look belongs before the first signal."""
        was_on, self._is_on = self._is_on, is_there(self._path)
        if self._is_on and not was_on:
            _log.warning("kill switch on", file=str(self._path))
            text = f"{self._path} exists, remove it to enter again"
            self._halts.observe(Reason(check=KILL_SWITCH, text=text))
        elif was_on and not self._is_on:
            _log.info("kill switch off", file=str(self._path))
            self._halts.lift(KILL_SWITCH)

    async def watch(self) -> None:
        """Look once a second and tell what has changed, until cancelled."""
        while True:
            self.look()
            if self._is_told_on != self._is_on:
                self._is_told_on = self._is_on
                await self._tell()
            await self._clock.sleep_ms(until_beat_ms(self._clock.elapsed_ms(), _EVERY_MS))

    async def _tell(self) -> None:
        """Put it into both ledgers; entries are not on again while anything else keeps them off."""
        now_ms = self._clock.now_ms()
        trace = trace_of("kill-switch", now_ms)
        if self._is_on:
            cause = f"{self._path} exists"
            await self._bus.publish(
                TradingHalted(
                    at_ms=now_ms, trace=trace, cause=cause, actor=KILL_SWITCH, ends_ms=None
                )
            )
        elif not self._halts.reasons(now_ms):
            resumed = TradingResumed(at_ms=now_ms, trace=trace, actor=KILL_SWITCH)
            await self._bus.publish(resumed)
