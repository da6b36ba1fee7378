"""Whoever lives beside those who trade: watches over them, tells of them, listens to their owner.

None of them is waited for by an order, and none that fails takes the trading with it.
"""

from collections.abc import Callable, Coroutine, Mapping

from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.adapters.store.ledger import Ledger
from noctule.app.bookkeeping import keep_books
from noctule.app.control import BotControl, Door, Overseen
from noctule.app.course import course_of
from noctule.app.machine import Machine
from noctule.app.narration.making import make_narrator
from noctule.app.run_files import RunFiles
from noctule.app.trading import Trading
from noctule.app.watching import Watching
from noctule.app.world import World
from noctule.config.manager import ConfigManager
from noctule.config.settings import Configuration
from noctule.domain.values import Symbol
from noctule.engine.contracts import Contracts
from noctule.engine.desk import Desk
from noctule.engine.rehearsal import Rehearsal
from noctule.engine.shutdown import StopRequest
from noctule.engine.stage import Stage

__all__ = ["Companions"]

_Work = Callable[[], Coroutine[object, object, None]]


class Companions:
    """Made once all that trades is; their work begins with the queues and ends with them."""

    def __init__(  # noqa: PLR0913  # whom they accompany
        self,
        config: ConfigManager,
        configuration: Configuration,
        *,
        world: World,
        machine: Machine,
        trading: Trading,
        desks: Mapping[Symbol, Desk],
        contracts: Contracts,
        files: RunFiles,
        notifier: SystemdNotifier,
        stop: StopRequest,
    ) -> None:
        overseen = Overseen(
            configuration=configuration,
            world=world,
            machine=machine,
            trading=trading,
            desks=desks,
            contracts=contracts,
            records=files.records,
            store=files.store,
            stop=stop,
            wall=machine.around.wall,
        )
        self._rehearsal = _rehearsal(world, trading, desks)
        base = configuration.settings.trading.timeframe
        self._course = course_of(world, machine, trading, base=base, stop=stop)
        self.control = BotControl(overseen, config, notifier=notifier)
        self._door = Door(overseen, self.control)
        self._watching = Watching(
            overseen, store=files.store, notifier=notifier, phase=lambda: self.control.phase
        )
        self.control.health = lambda: self._watching.signs.view
        self._narrator = make_narrator(
            configuration.settings,
            records=files.records,
            trading=trading,
            desks=desks,
            contracts=contracts,
            account=world.account_tag,
        )
        machine.bus.add_tap(self._narrator.see)
        keep_books(
            configuration,
            files.store,
            bus=machine.bus,
            world=world,
            trading=trading,
            desks=desks,
            contracts=contracts,
        )
        ledger = Ledger(files.store)
        machine.bus.add_tap(ledger.see, is_patient=True)
        trading.market.on_asked = ledger.note

    def upkeep(self) -> Mapping[str, _Work]:
        """Return the work of each of them, by name."""
        return {
            **self._watching.upkeep(),
            "door": self._door.open,
            **self._course,
            **self._rehearsal,
            "narrator": self._narrator.narrate,
        }

    def reload(self) -> None:
        """Read the configuration anew: log levels and limits change, all else says it waits."""
        self.control.reload(actor="SIGHUP", origin="signal")

    def note_move(self) -> None:
        """Hear that a component moved: how we are is told anew."""
        self._watching.note_move()


def _rehearsal(world: World, trading: Trading, desks: Mapping[Symbol, Desk]) -> dict[str, _Work]:
    """Return the work of rehearsing, where orders are in a hurry."""
    if world.understudy is None:
        return {}
    stage = Stage(
        desks,
        draw_up=trading.entries.rehearse,
        executor=world.understudy,
        venue=world.venue,
        clock=trading.clock,
    )
    return {"rehearsal": Rehearsal(stage, clock=trading.clock).keep}
