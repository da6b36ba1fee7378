"""What one run keeps on disk: its logs, the account's lock and the store, closed together."""

from contextlib import ExitStack
from typing import Final, TextIO

from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.adapters.store.store import Store
from noctule.app.account_lock import account_lock
from noctule.app.control_lock import control_lock
from noctule.app.memory import close_memory, open_memory
from noctule.app.old_simulations import forget_old_simulations
from noctule.app.records import Records
from noctule.app.restarts import Restarts
from noctule.app.surroundings import Surroundings
from noctule.config.settings import Configuration
from noctule.ports.clock import Clock

__all__ = ["RunFiles"]

_MEMORY_MS: Final = 1_000  # the memory may take so long to write its last


class RunFiles:
    """Opens them as the start comes to each, and closes them in the opposite order."""

    records: Records  # made by `open_records`
    store: Store  # made by `open_memory`

    def __init__(
        self,
        console: TextIO | None,
        notifier: SystemdNotifier | None = None,
        *,
        surroundings: Surroundings | None = None,
    ) -> None:
        around = surroundings or Surroundings()
        self.restarts = Restarts(notifier or SystemdNotifier({}), wall=around.wall)
        self._writers = around.writers
        self._console = console
        self._closing = ExitStack()

    def open_records(self, configuration: Configuration, *, clock: Clock) -> None:
        """Open the logs, then hold account and socket: the refusal of a second bot is logged."""
        self.records = Records(
            configuration, clock=clock, console=self._console, writers=self._writers
        )
        self._closing.callback(self.records.close)
        self.records.open()
        self._closing.enter_context(account_lock(configuration))
        self._closing.enter_context(control_lock(configuration))
        # The folder of the log is one that we may write to.
        self.restarts.begin(configuration.settings.logging.file.parent / "state")

    def open_memory(self, configuration: Configuration, *, started_ms: int) -> Store:
        """Open the store; `started_ms` is the wall's."""
        self.store = open_memory(configuration, started_ms=started_ms, runner=self._writers)
        self._closing.callback(close_memory, self.store, timeout_ms=_MEMORY_MS)
        forget_old_simulations(configuration, ours=self.store.path)
        return self.store

    def close(self, failure: Exception | None = None) -> None:
        """Write all to their ends and let go; what stands in no log after this is lost."""
        self.restarts.end(failure)
        self._closing.close()
