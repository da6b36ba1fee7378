"""When somebody else has just changed the account: then the bot may not know what it is worth."""

from typing import Final

from noctule.adapters.sim.events import AccountUpdated, ConfigUpdated, OrderUpdated, UserEvent
from noctule.app.storm.promises.holdings import OURS
from noctule.app.storm.scene import Scene

__all__ = ["Meddling"]

_LATELY_MS: Final = 60_000
_TRANSFERS: Final = ("DEPOSIT", "WITHDRAW", "TRANSFER")


class Meddling:
    """Remembers trades that were not ours, transfers, and changed settings."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._until_ms = 0

    @property
    def is_recent(self) -> bool:
        """Tell whether there was any within the last minute."""
        return self._scene.now_ms < self._until_ms

    def told(self, event: UserEvent) -> None:
        """Hear an event of the account."""
        if _is_by_others(event):
            self._until_ms = self._scene.now_ms + _LATELY_MS


def _is_by_others(event: UserEvent) -> bool:
    if isinstance(event, OrderUpdated):
        return event.trade is not None and not event.order.client_id.startswith(OURS)
    if isinstance(event, AccountUpdated):
        return event.reason in _TRANSFERS
    return isinstance(event, ConfigUpdated)
