"""Who does not see does not enter: a market or an account that is lost keeps entries off."""

from collections.abc import Callable
from typing import Final

from typing_extensions import override

from noctule.app.storm.exchange import Asked
from noctule.app.storm.life import Life
from noctule.app.storm.promises.standing import round_trip_ms
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.app.storm.story import Step
from noctule.domain.events.base import Event
from noctule.domain.events.data import FeedLost, FeedRestored
from noctule.domain.events.order import AccountFeedLost, AccountFeedRestored

__all__ = ["NoBlindEntry"]

_ACCOUNT: Final = ""  # of all symbols


class NoBlindEntry(Rule):
    """None leaves while the bot itself has said that it does not see, whatever REST tells."""

    name = "no blind entry"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._way_ms = round_trip_ms(scene)
        self._lost_ms: dict[str, int] = {}  # since when; the account under no symbol
        self._left_ms: dict[str, int] = {}  # entries by name: what was not executed is repeated

    @override
    def born(self, life: Life) -> None:
        self._lost_ms.clear()

    @override
    def heard(self, event: Event) -> None:
        match event:
            case FeedLost():
                self._lost_ms.setdefault(event.symbol, self.scene.now_ms)
            case FeedRestored():
                self._lost_ms.pop(event.symbol, None)
            case AccountFeedLost():
                self._lost_ms.setdefault(_ACCOUNT, self.scene.now_ms)
            case AccountFeedRestored():
                self._lost_ms.pop(_ACCOUNT, None)
            case _:
                return

    @override
    def asking(self, asked: Asked) -> None:
        if asked.step is not Step.ENTRY:
            return
        name = asked.sent.get("newClientOrderId", "")
        left_ms = self._left_ms.setdefault(name, self.scene.now_ms)
        if not self._lost_ms:
            return
        symbol = asked.sent["symbol"]
        for what in (symbol, _ACCOUNT):
            since_ms = self._lost_ms.get(what)
            if since_ms is not None and left_ms - since_ms > self._way_ms:
                lost_ms = left_ms - since_ms
                self.broken(f"{symbol} is entered, {what or 'the account'} lost for {lost_ms} ms")
