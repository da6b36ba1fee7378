"""The file that stops entries: whoever can make a file can stop the bot from opening anything."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from noctule.config.reading import is_there
from noctule.domain.signals import Reason
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["KILL_SWITCH", "KillSwitch"]

KILL_SWITCH: Final = "kill switch"  # the check that says no
_EVERY_MS: Final = 1_000

_log = get_log(__name__)


class KillSwitch:
    """Halts entries while the file exists; one that may not be looked at counts as existing."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock,
        halt: Callable[[Reason], object],
        lift: Callable[[str], object],  # takes the check whose reason is gone
    ) -> None:
        self._path = path
        self._clock = clock
        self._halt = halt
        self._lift = lift
        self._is_on = False

    def look(self) -> None:
        """Halt or lift if something has changed; the first look belongs before the first signal."""
        was_on, self._is_on = self._is_on, is_there(self._path)
        if self._is_on == was_on:
            return
        if self._is_on:
            _log.warning("kill switch on", file=str(self._path))
            remedy = "remove it to enter again"
            self._halt(Reason(check=KILL_SWITCH, text=f"{self._path} exists, {remedy}"))
        else:
            _log.info("kill switch off", file=str(self._path))
            self._lift(KILL_SWITCH)

    async def watch(self) -> None:
        """Look once a second, until cancelled."""
        while True:
            self.look()
            await self._clock.sleep_ms(_EVERY_MS)
