"""The order queue at work on a trading floor, driven by hand: no loop, no lanes, no venue."""

from collections.abc import Sequence
from decimal import Decimal

from noctule.domain.events.base import Event, OrderEvent
from noctule.domain.events.desk import (
    CancelAccepted,
    ExitRequested,
    LookFailed,
    PositionProtected,
    StopMoved,
    StopMoveRequested,
    SymbolReported,
)
from noctule.domain.events.order import (
    AccountSnapshotTaken,
    OrderAccepted,
    OrderFilled,
    OrderRequested,
    OrderSubmitted,
    OrderTimerFired,
    PositionReported,
    TradingAuthorized,
)
from noctule.domain.order import ClientOrderId, Leg, OrderRequest
from noctule.domain.values import Quantity, Symbol, quantity
from noctule.engine.bracket_events import HEARD
from noctule.engine.handlers.orders import OrderDoors, OrderHandler
from noctule.orders.plan import EntryTerms
from tests.builders import BTCUSDT, fill
from tests.fakes.bus import new_bus
from tests.fakes.desk_events import TRACE
from tests.fakes.floor import TradingFloor, plan

__all__ = ["OrderQueue"]


class OrderQueue:
    """Hears what the venue tells, and keeps every event that follows."""

    def __init__(self, floor: TradingFloor) -> None:
        self.floor = floor
        self.told: list[Event] = []
        self.flat: list[Symbol] = []  # symbols that were flat again
        self.flattened: list[Symbol] = []  # that an operator wants flat
        self.halted: str | None = None  # why nothing may be entered
        self.next_events: Sequence[OrderEvent] = ()  # what comes then
        self._bus = new_bus()
        self._bus.add_tap(self.told.append)
        self.handler = OrderHandler(
            bus=self._bus,
            desk=floor.desk,
            book=floor.book,
            trades=floor.trades,
            clock=floor.clock,
            doors=OrderDoors(
                remember=floor.save,
                halted=lambda: self.halted,
                on_flat=self._on_flat,
                on_flattened=self.flattened.append,
            ),
        )
        self._subscribe(self.handler)

    def hear(self, *events: OrderEvent) -> list[str]:
        """Hear events, and name all that they caused."""
        before = len(self.told)
        for event in events:
            self._bus.drive(event)
        caused = [each for each in self.told[before:] if each not in events]
        return [type(each).__name__ for each in caused]

    def enter(self, size: str = "0.010") -> OrderRequest:
        """Reserve the plan's entry, and let it leave."""
        (requested,) = self.floor.desk.begin(plan(), EntryTerms(quantity=quantity(size)))
        self.hear(requested)
        return requested.request

    def accept(self, name: ClientOrderId) -> list[str]:
        """Hear that an order was sent and that the venue has it."""
        at_ms = self.floor.clock.now_ms()
        sent = OrderSubmitted(at_ms=at_ms, trace=TRACE, symbol=BTCUSDT, client_order_id=name)
        has_it = OrderAccepted(
            at_ms=at_ms, trace=TRACE, symbol=BTCUSDT, client_order_id=name, venue_order_id="7"
        )
        return self.hear(sent, has_it)

    def trade(
        self,
        request: OrderRequest,
        *,
        size: str = "0.010",
        remaining: str = "0",
        trade_id: int = 1,
        price: str = "60000.00",
    ) -> list[str]:
        """Hear of one trade of an order, and of the position that it makes."""
        at_ms = self.floor.clock.now_ms()
        told = fill(
            client_order_id=request.client_order_id,
            side=request.side,
            quantity=size,
            price=price,
            trade_id=trade_id,
            at_ms=at_ms,
        )
        rest = Quantity(Decimal(remaining))
        return self.hear(OrderFilled(at_ms=at_ms, trace=TRACE, fill=told, remaining=rest))

    def protect(self) -> OrderRequest:
        """Enter, be filled, and let stop and target rest; return the entry."""
        entry = self.enter()
        self.accept(entry.client_order_id)
        self.trade(entry)
        for leg in (Leg.STOP, Leg.TARGET):
            self.accept(self.sent(leg).client_order_id)
        return entry

    def sweep(self) -> None:
        """Let every cancel be accepted."""
        at_ms = self.floor.clock.now_ms()
        for note in [each for each in self.floor.lanes.notes if each.startswith("cancel ")]:
            name = ClientOrderId(note.removeprefix("cancel "))
            self.hear(
                CancelAccepted(at_ms=at_ms, trace=TRACE, symbol=BTCUSDT, client_order_id=name)
            )

    def sent(self, leg: Leg) -> OrderRequest:
        """Return the last order that was sent for something."""
        return [each for each in self.floor.lanes.sent if each.leg is leg][-1]

    def _on_flat(self, symbol: Symbol) -> Sequence[OrderEvent]:
        self.flat.append(symbol)
        return self.next_events

    def _subscribe(self, orders: OrderHandler) -> None:
        for fact in HEARD:
            self._bus.subscribe(fact, orders.on_order_news)
        self._bus.subscribe(OrderRequested, orders.on_order_requested)
        self._bus.subscribe(TradingAuthorized, orders.on_trading_authorized)
        self._bus.subscribe(OrderFilled, orders.on_order_filled)
        self._bus.subscribe(PositionReported, orders.on_position_reported)
        self._bus.subscribe(SymbolReported, orders.on_symbol_reported)
        self._bus.subscribe(LookFailed, orders.on_look_failed)
        self._bus.subscribe(ExitRequested, orders.on_exit_requested)
        self._bus.subscribe(StopMoveRequested, orders.on_stop_move_requested)
        self._bus.subscribe(PositionProtected, orders.on_position_protected)
        self._bus.subscribe(StopMoved, orders.on_stop_moved)
        self._bus.subscribe(OrderTimerFired, orders.on_timer_fired)
        self._bus.subscribe(AccountSnapshotTaken, orders.on_account_snapshot_taken)
