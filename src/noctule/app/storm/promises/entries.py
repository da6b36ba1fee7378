"""One signal becomes at most one entry, and no name is used for two orders."""

from collections.abc import Callable
from decimal import Decimal
from math import ceil

from typing_extensions import override

from noctule.adapters.sim.events import AlgoUpdated, OrderUpdated, UserEvent
from noctule.adapters.sim.model import Order, OrderType
from noctule.app.storm.life import Life
from noctule.app.storm.promises.holdings import OURS, is_entry
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.domain.ids import parse_client_order_id
from noctule.domain.order import Leg

__all__ = ["NoNameTwice", "OneEntryPerSignal"]


class OneEntryPerSignal(Rule):
    """However often it is asked for, by however many processes: the exchange takes it once."""

    name = "one entry per signal"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._seen: set[int] = set()  # the exchange's numbers of entries
        self._entries: dict[tuple[str, int], dict[str, Decimal]] = {}  # by symbol and candle

    @override
    def told(self, event: UserEvent) -> None:
        if isinstance(event, OrderUpdated) and event.order.client_id.startswith(OURS):
            order = event.order
            if order.order_id not in self._seen:
                self._seen.add(order.order_id)
                self._take(order)

    def _take(self, order: Order) -> None:
        key = parse_client_order_id(order.client_id)
        if key is None or key.leg is not Leg.ENTRY:
            return
        slices = self._entries.setdefault((order.symbol, key.close_ms), {})
        slices[order.client_id] = order.qty
        rules = self.scene.exchange.venue.exchange.rules[order.symbol]
        lot = rules.market_max_qty if order.type is OrderType.MARKET else rules.max_qty
        if len(slices) > ceil(sum(slices.values()) / lot):
            told = ", ".join(f"{name} of {qty:f}" for name, qty in slices.items())
            self.broken(f"{order.symbol}: the signal of {key.close_ms} was entered by {told}")


class NoNameTwice(Rule):
    """An order that may exist is never sent again: two orders of one name never exist."""

    name = "no name twice"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._numbers: dict[str, int] = {}

    @override
    def born(self, life: Life) -> None:
        """Forget exits: whom nobody told what rested before may name his stop by the same key."""
        self._numbers = {name: each for name, each in self._numbers.items() if is_entry(name)}

    @override
    def told(self, event: UserEvent) -> None:
        if isinstance(event, OrderUpdated):
            if event.order.algo_id is None:  # else it bears the name of what it was
                self._take(event.order.client_id, event.order.order_id)
        elif isinstance(event, AlgoUpdated):
            self._take(event.algo.client_algo_id, event.algo.algo_id)

    def _take(self, name: str, number: int) -> None:
        if name.startswith(OURS) and self._numbers.setdefault(name, number) != number:
            self.broken(f"{name} is {number} now, and was {self._numbers[name]}")
            self._numbers[name] = number
