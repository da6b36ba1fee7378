"""What closes a position: it only ever closes, and there is one of each."""

from collections.abc import Callable
from typing import Final

from typing_extensions import override

from noctule.adapters.sim.events import AlgoUpdated, OrderUpdated, UserEvent
from noctule.adapters.sim.model import AlgoOrder, Order
from noctule.app.storm.promises.holdings import OURS, is_entry
from noctule.app.storm.promises.standing import Standing
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.domain.events.base import Event
from noctule.domain.events.order import OrderFilled
from noctule.domain.ids import parse_client_order_id
from noctule.domain.order import ClientOrderId, Leg

__all__ = ["ExitsOnlyClose", "FilledWithinQuantity", "OneExitGroup"]

_LIMIT_MS: Final = 90_000  # one that a list did not show is found by the minute's check
_STOPS: Final = (Leg.STOP, Leg.PROTECT)


class ExitsOnlyClose(Rule):
    """Whatever is no entry reduces a position, or closes it, and can open none."""

    name = "exits only close"

    @override
    def told(self, event: UserEvent) -> None:
        if isinstance(event, OrderUpdated):
            self._judge(event.order.client_id, event.order)
        elif isinstance(event, AlgoUpdated):
            self._judge(event.algo.client_algo_id, event.algo)

    def _judge(self, name: str, order: Order | AlgoOrder) -> None:
        if order.reduce_only or order.close_position or not name.startswith(OURS):
            return
        if not is_entry(name):
            self.broken(f"{order.symbol}: {name} may open a position")


class OneExitGroup(Standing):
    """One stop and one target guard a position; a second one of either is soon taken out."""

    name = "one exit group"

    @property
    @override
    def limit_ms(self) -> int:
        return _LIMIT_MS

    @override
    def stands(self, symbol: str) -> str | None:
        stops, targets = [], []
        for name in self.scene.ours(symbol):
            key = parse_client_order_id(name)
            if key is not None and key.leg in _STOPS:
                stops.append(name)
            elif key is not None and key.leg is Leg.TARGET:
                targets.append(name)
        if len(stops) > 1 or len(targets) > 1:
            return f"{[*stops, *targets]} all rest"
        return None


class FilledWithinQuantity(Rule):
    """No order of the bot's book has ever filled more than was asked for."""

    name = "filled within quantity"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._filled: set[ClientOrderId] = set()  # since the last look

    @override
    def heard(self, event: Event) -> None:
        if isinstance(event, OrderFilled):
            self._filled.add(event.fill.client_order_id)

    @override
    def look(self) -> None:
        if not self._filled:
            return
        names, self._filled = sorted(self._filled), set()
        life = self.scene.life
        if life is None or not life.is_made:
            return
        for name in names:
            ticket = life.bot.trading.desk.blotter.find(name)
            if ticket is None or ticket.request.quantity is None:
                continue
            if ticket.order.filled > ticket.request.quantity:
                self.broken(f"{name} of {ticket.request.quantity:f} filled {ticket.order.filled:f}")
