"""Who watches over the bot and tells of it: vital signs, the service manager, the web pages."""

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Final

from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.adapters.web.server import WebServer
from noctule.app.control import Overseen
from noctule.app.desk_settings import quote_asset_of
from noctule.app.gauges import Gauges
from noctule.app.pages import pages_of
from noctule.app.records import Records
from noctule.app.service_watch import ServiceWatch
from noctule.app.status_line import status_line
from noctule.app.vital_signs import (
    VitalSigns,
    Writes,
    component_parts,
    strategy_part,
    vitals_of,
    writer_parts,
)
from noctule.domain.status import Phase
from noctule.engine.heartbeat import Heartbeat
from noctule.engine.measures import Measures
from noctule.engine.supervisor import GiveUp, RestartPolicy
from noctule.telemetry.health import Health, Part

__all__ = ["Watching", "writers_of"]

_Work = Callable[[], Coroutine[object, object, None]]

_ALWAYS: Final = RestartPolicy(attempts_max=1_000_000, give_up=GiveUp.LEAVE)  # nobody trades by it


class Watching:
    """Made once all that trades is; it takes part in nothing."""

    def __init__(
        self,
        overseen: Overseen,
        *,
        store: Writes,
        notifier: SystemdNotifier,
        phase: Callable[[], Phase],
    ) -> None:
        self._of = overseen
        clock = overseen.trading.clock
        self._heartbeat = Heartbeat(clock, every_ms=overseen.machine.around.beat_ms)
        self._measures = Measures(clock=clock, stopwatch_ns=overseen.machine.around.stopwatch_ns)
        self._writers = writers_of(overseen.records, store)
        self.signs = VitalSigns(
            vitals_of(overseen, self._heartbeat), parts=self._parts, phase=phase, clock=clock
        )
        self._service = ServiceWatch(
            self.signs,
            notifier=notifier,
            describe=self._describe,
            clock=clock,
            every_ms=overseen.machine.around.looks_every_ms,
        )
        self._web = self._web_server() if overseen.configuration.settings.web.enabled else None
        if self._web is not None:
            overseen.machine.bus.add_tap(self._measures.see)

    def upkeep(self) -> Mapping[str, _Work]:
        """Return the work that this needs, by name."""
        work: dict[str, _Work] = {
            "heartbeat": self._heartbeat.beat,
            "watchdog": self._service.keep_watch,
        }
        return work if self._web is None else {**work, "web": partial(self._open, self._web)}

    def note_move(self) -> None:
        """Know that a component moved: that is told soon."""
        self._service.hurry()

    async def _open(self, web: WebServer) -> None:
        """Let the pages be served; whatever becomes of them, nobody waits."""
        supervisor = self._of.machine.supervisor
        supervisor.add(web, _ALWAYS)
        await supervisor.bring_up(web.name)

    def _parts(self, phase: Phase) -> list[Part]:
        states = self._of.machine.supervisor.states()
        return [
            *component_parts(states, is_leaving=phase is Phase.STOPPING),
            *writer_parts(self._writers),
            strategy_part(self._of.desks),
        ]

    def _describe(self, health: Health) -> str:
        trading = self._of.trading
        return status_line(
            self._of.configuration.settings.api.environment,
            self.signs.phase,
            health,
            portfolio=trading.equity.portfolio(),
            asset=quote_asset_of(self._of.contracts, self._of.configuration.settings),
            entries_off=trading.halts.text(trading.clock.now_ms()),
        )

    def _web_server(self) -> WebServer:
        settings, trading = self._of.configuration.settings, self._of.trading
        gauges = Gauges(
            self._of,
            self.signs,
            heartbeat=self._heartbeat,
            measures=self._measures,
            writers=self._writers,
        )
        pages = pages_of(
            self.signs,
            environment=settings.api.environment,
            reasons=lambda: trading.halts.reasons(trading.clock.now_ms()),
            readings=gauges.read,
        )
        supervisor = self._of.machine.supervisor
        return WebServer(
            settings.web.bind,
            pages,
            clock=trading.clock,
            degrade=partial(supervisor.degrade, WebServer.name),
            recover=partial(supervisor.recover, WebServer.name),
        )


def writers_of(records: Records, store: Writes) -> Mapping[str, Writes]:
    """Return everybody who writes something down, by name."""
    return {
        "log": records.logger.writer,
        "trade log": records.trades.writer,
        "audit log": records.audit.writer,
        "store": store,
    }
