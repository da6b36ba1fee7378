"""What a service manager hears of us all the time: how we are, and that a restart is not needed.

The watchdog is told that all is well only while every vital part is within its budget. When one is
not, the status names it and nothing more is told: a restart is then all that is left to try.
"""

from collections.abc import Callable
from typing import Final

from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.app.vital_signs import VitalSigns
from noctule.domain.beat import until_beat_ms
from noctule.domain.status import Phase
from noctule.ports.clock import Clock
from noctule.telemetry.health import Health
from noctule.telemetry.logs import get_log

__all__ = ["ServiceWatch"]

_log = get_log(__name__)
_EVERY_MS: Final = 1_000
_STATUS_MS: Final = 3_000
_STROKES: Final = 3  # in a watchdog's period, so that one that is missed is no restart


class ServiceWatch:
    """Looks, usually once a second, and tells the service manager."""

    def __init__(
        self,
        signs: VitalSigns,
        *,
        notifier: SystemdNotifier,
        describe: Callable[[Health], str],
        clock: Clock,
        every_ms: int = _EVERY_MS,
    ) -> None:
        self._signs = signs
        self._notifier = notifier
        self._describe = describe
        self._clock = clock
        self._every_ms = every_ms
        self._stroked_ms: int | None = None  # elapsed
        self._told_ms: int | None = None  # elapsed; None: as soon as possible
        self._told_phase: Phase | None = None
        self._is_withheld = False

    async def keep_watch(self) -> None:
        """Look and tell until cancelled."""
        while True:
            self.look()
            await self._clock.sleep_ms(until_beat_ms(self._clock.elapsed_ms(), self._every_ms))

    def hurry(self) -> None:
        """Tell how we are with the next look, for something has changed."""
        self._told_ms = None

    def look(self) -> None:
        """Look once, and tell what there is to tell."""
        health = self._signs.look()
        if self._notifier.is_heard:
            self._tell_status(health)
        if self._notifier.watchdog_ms is not None:
            self._judge(health, self._notifier.watchdog_ms)

    def _tell_status(self, health: Health) -> None:
        now_ms, phase = self._clock.elapsed_ms(), self._signs.phase
        is_due = self._told_ms is None or now_ms - self._told_ms >= _STATUS_MS
        if is_due or health.overdue or phase is not self._told_phase:
            self._told_ms, self._told_phase = now_ms, phase
            self._notifier.status(self._describe(health))

    def _judge(self, health: Health, period_ms: int) -> None:
        """Stroke the watchdog, unless a vital part is overdue; who leaves has deadlines instead."""
        is_withheld = bool(health.overdue) and self._signs.phase is not Phase.STOPPING
        if is_withheld != self._is_withheld:
            self._is_withheld = is_withheld
            self._tell(health)
        now_ms = self._clock.elapsed_ms()
        is_due = self._stroked_ms is None or now_ms - self._stroked_ms >= period_ms // _STROKES
        if is_due and not is_withheld:
            self._stroked_ms = now_ms
            self._notifier.stroke()

    def _tell(self, health: Health) -> None:
        if self._is_withheld:
            overdue = ", ".join(f"{each.name} {each.text}" for each in health.overdue)
            _log.error("watchdog is not told that all is well, so we are restarted", why=overdue)
        else:
            _log.warning("watchdog is told again that all is well")
