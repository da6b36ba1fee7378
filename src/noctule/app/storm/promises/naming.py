"""Every order of the bot's at the exchange is one that a restarted process could name."""

from collections.abc import Callable
from typing import Final

from typing_extensions import override

from noctule.adapters.sim.events import AlgoUpdated, OrderUpdated, UserEvent
from noctule.app.storm.home import STRATEGY
from noctule.app.storm.life import TAG
from noctule.app.storm.promises.holdings import OURS
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.domain.ids import is_ours, parse_client_order_id
from noctule.domain.values import Symbol

__all__ = ["EveryOrderIsNamed"]

_AHEAD_MS: Final = 5 * 60_000  # of now: after 36 attempts the names of the next minutes serve
_BEHIND_MS: Final = 24 * 60 * 60_000


class EveryOrderIsNamed(Rule):
    """Account, strategy, symbol and a candle that there was: from these each name follows."""

    name = "every order is named"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._read: set[str] = set()

    @override
    def told(self, event: UserEvent) -> None:
        if isinstance(event, OrderUpdated):
            self._read_name(event.order.client_id, event.order.symbol)
        elif isinstance(event, AlgoUpdated):
            self._read_name(event.algo.client_algo_id, event.algo.symbol)

    def _read_name(self, name: str, symbol: str) -> None:
        if name in self._read or not name.startswith(OURS):
            return
        self._read.add(name)
        key = parse_client_order_id(name)
        if key is None or not is_ours(name, account=TAG, strategy=STRATEGY, symbol=Symbol(symbol)):
            self.broken(f"{symbol}: {name} follows from nothing")
            return
        age_ms = self.scene.clock.now_ms() - key.close_ms
        if not -_AHEAD_MS <= age_ms <= _BEHIND_MS:
            self.broken(f"{symbol}: {name} is of a candle that closed {age_ms} ms ago")
