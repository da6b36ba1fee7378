"""Whoever lives beside those who trade: watches over them, tells of them, listens to their owner.

None of them is waited for by an order, and none that fails takes the trading with it.
"""

from collections.abc import Callable, Coroutine, Mapping
from functools import partial

from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.app.control import BotControl, Door, Overseen
from noctule.app.machine import Machine
from noctule.app.run_files import RunFiles
from noctule.app.trading import Trading
from noctule.app.world import World
from noctule.config.manager import ConfigManager
from noctule.config.settings import Configuration
from noctule.domain.values import Symbol
from noctule.engine.contracts import Contracts
from noctule.engine.desk import Desk
from noctule.engine.shutdown import StopRequest

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
        self._configuration = configuration
        self._world, self._machine, self._trading = world, machine, trading
        self._files = files
        self._notifier = notifier
        overseen = Overseen(
            configuration=configuration,
            world=world,
            machine=machine,
            trading=trading,
            desks=desks,
            contracts=contracts,
            records=files.records,
            stop=stop,
        )
        self._control = BotControl(overseen, config, notifier=notifier)
        self._door = Door(overseen, self._control)

    def upkeep(self) -> Mapping[str, _Work]:
        """Return the work of each of them, by name."""
        return {
            "watchdog": partial(self._notifier.keep_alive, self._trading.clock),
            "door": self._door.open,
        }

    def reload(self) -> None:
        """Read the configuration anew: log levels and limits change, all else says it waits."""
        self._control.reload(actor="SIGHUP", origin="signal")

    def note_move(self) -> None:
        """Say in one line how we are, for `systemctl status`; called when a component moves."""
        environment = self._configuration.settings.api.environment
        states = self._machine.supervisor.states()
        parts = ", ".join(f"{name} {state}" for name, state in states.items())
        self._notifier.status(f"{environment}: {parts}")
