"""Lanes that note what they are given and carry nothing."""

from decimal import Decimal

from typing_extensions import override

from noctule.domain.order import ClientOrderId, OrderKind, OrderRequest
from noctule.domain.values import Symbol
from noctule.engine.lanes import Lanes, LaneSettings
from noctule.ports.clock import Clock
from tests.fakes.bus import Published
from tests.fakes.lane_desk import LaneDesk

__all__ = ["NotedLanes"]


class NotedLanes(Lanes):
    """Writes down what is wanted, and does none of it."""

    def __init__(self, clock: Clock) -> None:
        nowhere = LaneDesk()
        super().__init__(
            executor=nowhere,
            venue=nowhere,
            clock=clock,
            publish=Published().publish,
            settings=LaneSettings(),
        )
        self.notes: list[str] = []
        self.sent: list[OrderRequest] = []
        self.places_left = 100

    @override
    def room(self) -> int:
        return self.places_left

    @override
    def place(
        self,
        request: OrderRequest,
        *,
        trace: str,
        weight: Decimal,
        countdown_ms: int | None = None,
    ) -> None:
        self.sent.append(request)
        until = "" if countdown_ms is None else f" counting down {countdown_ms}"
        self.notes.append(f"place {request.leg.name} of {weight:f}{until}")

    @override
    def cancel(
        self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind, *, trace: str
    ) -> None:
        self.notes.append(f"cancel {client_order_id}")

    @override
    def ask(
        self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind, *, trace: str
    ) -> None:
        self.notes.append(f"ask {client_order_id}")

    @override
    def look(self, symbol: Symbol, *, trace: str) -> None:
        self.notes.append(f"look at {symbol}")

    @override
    def count_down(self, symbol: Symbol, timeout_ms: int, *, trace: str) -> None:
        self.notes.append(f"count down {symbol} {timeout_ms}")
