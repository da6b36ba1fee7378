"""An exchange of one symbol in memory: what it documents of orders that guard a position, no more.

It shares no code with the simulated exchange: it knows no sockets, no margin and no book, so that
thousands of a bracket's lives pass in seconds. The rules are those of facts 2.4, 2.5 and 6.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal

from noctule.domain.order import ClientOrderId, OrderKind, OrderRequest, OrderState, TimeInForce
from noctule.domain.report import OrderReport
from noctule.domain.values import Quantity, Side
from tests.fakes.toy_orders import STOPS, News, Told, ToyOrder

__all__ = ["ToyExchange"]

_NONE = Decimal(0)


class ToyExchange:
    """Trades at once, tells of it, and asks `pick` where the real one might do this or that."""

    def __init__(
        self,
        mark: Decimal,
        *,
        now_ms: Callable[[], int],
        tell: Callable[[News], None],
        pick: Callable[..., str],
    ) -> None:
        self.mark = mark
        self.position = _NONE
        self.orders: dict[ClientOrderId, ToyOrder] = {}
        self.refusal = ""  # what it refuses for ever: stops, whole stops, or market closes
        self.entered = _NONE  # by our entries, in all
        self._now_ms = now_ms
        self._tell = tell
        self._pick = pick

    # What it is asked

    def place(self, request: OrderRequest, *, is_ours: bool = True) -> int:
        """Take an order; return zero, or the code it is refused with."""
        code = self._stubborn_code(request) or self._reducing_code(request)
        if request.kind.is_conditional:
            code = code or self._conditional_code(request)
        if code:
            return code
        placed_ms = self._now_ms()
        order = ToyOrder(
            request=request, placed_ms=placed_ms, is_ours=is_ours, updated_ms=placed_ms
        )
        assert request.client_order_id not in self.orders, f"{request.client_order_id} came twice"
        self.orders[request.client_order_id] = order
        self._say(Told.ACCEPTED, order)
        takes = request.kind is OrderKind.MARKET
        if takes or (request.kind is OrderKind.LIMIT and self._crosses(order)):
            self._take(order)
        return 0

    def cancel(self, name: ClientOrderId, *, is_conditional: bool | None = None) -> bool:
        """Take an order out; False if there is none, or if the other service has it."""
        order = self.orders.get(name)
        if order is None or not order.rests:
            return False
        if is_conditional not in (None, order.is_conditional):
            return False
        self._end(order, OrderState.CANCELED)
        return True

    def report(self, name: ClientOrderId) -> OrderReport | None:
        """Return what is known of an order."""
        order = self.orders.get(name)
        if order is None:
            return None
        request = order.request
        return OrderReport(
            client_order_id=name,
            venue_order_id="1",
            symbol=request.symbol,
            side=request.side,
            kind=request.kind,
            state=order.state,
            quantity=request.quantity,
            filled=Quantity(order.filled),
            price=request.price,
            trigger_price=request.trigger_price,
            reduces_only=request.reduces_only,
            child_order_id="2" if order.has_become else None,
            updated_ms=order.updated_ms,
        )

    # What happens there

    def move(self, mark: Decimal) -> None:
        """Let the price go somewhere, and whatever it reaches trade."""
        self.mark = mark
        for order in [*self.resting()]:
            if not order.rests:
                continue
            if order.is_conditional and self._reaches(order.request):
                self._trigger(order)
            elif not order.is_conditional and order.request.price and self._crosses(order):
                self._meet(order)

    def cancel_regular(self) -> None:
        """Let the count-down run out."""
        for order in [*self.resting()]:
            if not order.is_conditional:
                self._end(order, OrderState.CANCELED)

    def trade_by_hand(self, signed: Decimal) -> None:
        """Let the owner trade in Binance's app."""
        if signed:
            self._book(None, signed)

    # What a test may ask

    def resting(self) -> Iterator[ToyOrder]:
        """Return every order that may trade still."""
        return (each for each in self.orders.values() if each.rests)

    def covered(self, sign: int) -> Decimal:
        """Return how much of a position of this sign the resting stops would end."""
        stops = [each for each in self.resting() if each.is_stop]
        ours = [each for each in stops if each.request.side.sign == -sign]
        if any(each.guards_all for each in ours):
            return abs(self.position)
        return sum((each.remaining for each in ours), _NONE)

    # Rules

    def _stubborn_code(self, request: OrderRequest) -> int:
        is_whole, is_stop = request.quantity is None, request.kind in STOPS
        if is_stop and (self.refusal == "stops" or (self.refusal == "whole stops" and is_whole)):
            return -4045
        is_market_close = request.kind is OrderKind.MARKET and request.reduces_only
        return -4131 if self.refusal == "market" and is_market_close else 0

    def _conditional_code(self, request: OrderRequest) -> int:
        if self._reaches(request):
            return -2021
        if request.quantity is not None:
            return 0
        if self.position * request.side.sign >= 0:
            return -4509
        is_stop = request.kind in STOPS
        rivals = (each for each in self.resting() if each.guards_all and each.is_stop == is_stop)
        return -4130 if any(each.request.side is request.side for each in rivals) else 0

    def _reducing_code(self, request: OrderRequest) -> int:
        if not request.reduces_only or request.kind.is_conditional:
            return 0
        if self.position * request.side.sign >= 0:
            return -2022
        booked = sum(
            (
                each.remaining
                for each in self.resting()
                if each.request.reduces_only and not each.is_conditional
            ),
            _NONE,
        )
        return -4118 if booked and booked + (request.quantity or _NONE) > abs(self.position) else 0

    def _reaches(self, request: OrderRequest) -> bool:
        trigger = request.trigger_price
        assert trigger is not None, f"{request.client_order_id} has no trigger"
        is_above = (request.kind in STOPS) == (request.side is Side.BUY)
        return self.mark >= trigger if is_above else self.mark <= trigger

    def _crosses(self, order: ToyOrder) -> bool:
        price = order.request.price
        assert price is not None, f"{order.request.client_order_id} has no price"
        return self.mark <= price if order.request.side is Side.BUY else self.mark >= price

    # Trading

    def _take(self, order: ToyOrder) -> None:
        """Trade what takes: all, or a part and no more, or in two pieces."""
        wanted = self._reducible(order, order.remaining)
        how = self._pick("all", "all", "all", "part", "pieces", "nothing", "stalls")
        if how == "pieces":
            self._fill(order, self._half(order))
            wanted = self._reducible(order, order.remaining)
        if how in ("part", "stalls"):
            wanted = self._half(order)
        if how != "nothing":
            self._fill(order, wanted)
        if how == "stalls":
            return
        if order.rests and order.request.time_in_force is not TimeInForce.GTC:
            self._end(order, OrderState.EXPIRED)

    def _meet(self, order: ToyOrder) -> None:
        """Trade what rests at a price: all, or a part, and the rest stays."""
        part = self._pick("all", "all", "part") == "part"
        wanted = self._half(order) if part else order.remaining
        self._fill(order, self._reducible(order, wanted))

    def _trigger(self, order: ToyOrder) -> None:
        self._say(Told.TRIGGERED, order)
        size = abs(self.position) if order.guards_all else order.remaining
        wanted = self._reducible(order, size)
        if not wanted:
            self._end(order, OrderState.EXPIRED)
            return
        if order.request.kind is OrderKind.TAKE_PROFIT:
            order.has_become = True
            if self._pick("crosses", "crosses", "rests") == "rests":
                return
        how = self._pick("all", "all", "all", "part", "rejected")
        if how == "rejected":
            self._end(order, OrderState.REJECTED)
            return
        if how == "part":
            wanted = min(wanted, max(Decimal("0.001"), (wanted / 2).quantize(Decimal("0.001"))))
        self._fill(order, wanted, size=size)
        if order.rests:
            self._end(order, OrderState.EXPIRED)

    def _reducible(self, order: ToyOrder, wanted: Decimal) -> Decimal:
        if not order.request.reduces_only and not order.guards_all:
            return wanted
        left = max(_NONE, -self.position * order.request.side.sign)
        return min(wanted, left)

    def _half(self, order: ToyOrder) -> Decimal:
        half = (order.remaining / 2).quantize(Decimal("0.001"))
        return self._reducible(order, min(order.remaining, max(half, Decimal("0.001"))))

    def _fill(self, order: ToyOrder, quantity: Decimal, *, size: Decimal | None = None) -> None:
        if not quantity:
            return
        order.filled += quantity
        order.updated_ms = self._now_ms()
        all_of_it = order.request.quantity or size or _NONE
        remaining = all_of_it - order.filled
        order.state = OrderState.PARTIALLY_FILLED if remaining else OrderState.FILLED
        if order.is_ours and order.request.leg.value == "e":
            self.entered += quantity
        self._book(order, quantity * order.request.side.sign, remaining)

    def _book(self, order: ToyOrder | None, signed: Decimal, remaining: Decimal = _NONE) -> None:
        before, self.position = self.position, self.position + signed
        at_ms = self._now_ms()
        self._tell(News(told=Told.POSITION, at_ms=at_ms, quantity=self.position))
        name = order.request.client_order_id if order is not None and order.is_ours else None
        traded = abs(signed) if name else signed
        self._tell(
            News(told=Told.TRADED, at_ms=at_ms, name=name, quantity=traded, remaining=remaining)
        )
        if before * self.position <= 0:
            self._expire_guards()

    def _expire_guards(self) -> None:
        """End what had been there for a position that is gone."""
        for each in [*self.resting()]:
            reduces = each.guards_all or (each.request.reduces_only and not each.is_conditional)
            if reduces and self.position * each.request.side.sign >= 0:
                self._end(each, OrderState.EXPIRED)

    def _end(self, order: ToyOrder, state: OrderState) -> None:
        order.state = state
        order.updated_ms = self._now_ms()
        self._say(Told(state.value), order)

    def _say(self, told: Told, order: ToyOrder) -> None:
        if order.is_ours:
            name, filled = order.request.client_order_id, order.filled
            self._tell(News(told=told, at_ms=self._now_ms(), name=name, quantity=filled))
