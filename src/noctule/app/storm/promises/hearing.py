"""Whether the bot can know: frames may be lost or late, and then it has to ask."""

from typing import Final

from noctule.app.storm.promises.excuses import request_fault
from noctule.app.storm.scene import Scene
from noctule.domain.events.base import Event, OrderEvent
from noctule.domain.events.desk import (
    CancelAccepted,
    CancelFailed,
    OrderReported,
    SymbolReported,
)
from noctule.domain.events.order import (
    AccountFeedLost,
    AccountSnapshotTaken,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    PositionReported,
)

__all__ = ["Hearing"]

_SILENT_MS: Final = 35_000  # a mute stream: so long until the bot has asked for everything
_ENDS: Final = (
    OrderCanceled,
    OrderExpired,
    OrderRejected,
    CancelAccepted,
    CancelFailed,
    OrderReported,
)


class Hearing:
    """Remembers when a frame was last kept from the bot, and tells what tells it the same."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._deaf_until_ms = 0

    def befallen(self, subject: str) -> None:
        """Know of something that went wrong."""
        if not request_fault(subject):
            self._note()

    @property
    def may_be_deaf(self) -> bool:
        """Tell whether something may have happened of which the bot knows nothing."""
        scene = self._scene
        life = scene.life
        if life is None or life.is_dead:
            return False
        listens = scene.exchange.listen_keys.of(scene.account.key) in scene.exchange.hub
        if not listens or life.place.road.late_ms:
            self._note()
        return scene.now_ms < self._deaf_until_ms

    def tells(self, event: Event, symbol: str, *, is_by_trade: bool) -> bool:
        """Tell whether an event lets the bot know what is held, or else what rests."""
        if not isinstance(event, OrderEvent):
            return False
        if isinstance(event, AccountFeedLost):
            self._note()
            return False
        return _tells_position(event, symbol) if is_by_trade else _tells_order(event, symbol)

    def _note(self) -> None:
        self._deaf_until_ms = self._scene.now_ms + _SILENT_MS


def _tells_position(event: OrderEvent, symbol: str) -> bool:
    match event:
        case OrderFilled():
            return event.fill.symbol == symbol
        case PositionReported():
            return event.position.symbol == symbol
        case SymbolReported():
            return event.look.symbol == symbol
        case AccountSnapshotTaken():
            return True
        case _:
            return False


def _tells_order(event: OrderEvent, symbol: str) -> bool:
    if isinstance(event, _ENDS):
        return event.symbol == symbol
    return isinstance(event, SymbolReported) and event.look.symbol == symbol
