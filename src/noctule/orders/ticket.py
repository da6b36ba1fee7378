"""One order of ours on the desk: its state, what it filled, and when to ask for it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from msgspec import structs

from noctule.domain.order import Leg, Order, OrderKind, OrderState
from noctule.domain.report import OrderReport
from noctule.domain.values import Quantity
from noctule.orders.machine import OrderFact, next_state

__all__ = ["Ticket", "remaining_of"]

_ZERO: Final = Decimal(0)
_UNBORN: Final = (OrderState.RESERVED, OrderState.SENDING, OrderState.UNKNOWN)
_ALIVE: Final = (OrderState.OPEN, OrderState.PARTIALLY_FILLED)
_UNKNOWN: Final = OrderState.UNKNOWN  # an enum's members are slow to look up
_FACTS: Final = {
    OrderState.OPEN: OrderFact.ACCEPTED,
    OrderState.PARTIALLY_FILLED: OrderFact.TRADED,
    OrderState.FILLED: OrderFact.COMPLETED,
    OrderState.CANCELED: OrderFact.CANCELED,
    OrderState.EXPIRED: OrderFact.EXPIRED,
    OrderState.REJECTED: OrderFact.REFUSED,
}


class Ticket:
    """Mutable, and owned by one bracket; times are elapsed milliseconds."""

    __slots__ = (
        "_reported",
        "_told",
        "code",
        "fired_ms",
        "is_asking",
        "is_cancel_sent",
        "is_gone",
        "is_overtaken",
        "kind",
        "leg",
        "missed_ms",
        "name",
        "no_cancel_before_ms",
        "order",
        "question_ms",
        "questions",
        "reported_ms",
        "request",
        "since_ms",
        "was_seen",
    )

    def __init__(self, order: Order, *, since_ms: int) -> None:
        self.order = order
        self.request: Final = order.request  # what was asked for, whatever became of it
        self.name: Final = order.request.client_order_id
        self.leg: Final = order.request.leg
        self.kind: Final = order.request.kind
        self.since_ms = since_ms  # when it was reserved or adopted
        self.code: int | None = None  # of its refusal
        self.fired_ms: int | None = None  # when it was triggered
        self.is_asking = False
        self.is_cancel_sent = False  # and nothing was heard of it yet
        self.is_gone = False  # the venue had it, and has none to cancel
        self.was_seen = False  # when its cancel was sent
        self.no_cancel_before_ms = 0  # after a cancel that failed
        self.is_overtaken = False  # by a more urgent wish, which does not wait for it
        self.missed_ms: int | None = None  # since when the venue, asked for it, knows of none
        self.questions = 0
        self.question_ms: int | None = None  # when to ask next
        self.reported_ms = 0  # market time of the last report that tells of fills
        self._told: Decimal = order.filled  # trade by trade
        self._reported: Decimal = order.filled  # in all, by the venue's word

    @property
    def service(self) -> OrderKind:
        """Return the kind of what rests: a limit target that fired is in the book, by its name.

        The order that it became bears its client order id (facts 2.5, point 9).
        """
        has_become = self.kind is OrderKind.TAKE_PROFIT and self.fired_ms is not None
        return OrderKind.LIMIT if has_become else self.kind

    @property
    def state(self) -> OrderState:
        """Return where it is in its life."""
        return self.order.state

    @property
    def may_trade(self) -> bool:
        """Tell whether it may trade, now or later."""
        return not self.order.state.is_final

    @property
    def is_missed(self) -> bool:
        """Tell whether it was asked for, and the venue knew of none."""
        return self.missed_ms is not None

    @property
    def is_on_its_way(self) -> bool:
        """Tell whether an answer is owed that nobody has missed yet."""
        state = self.order.state
        return state in _UNBORN and not (state is _UNKNOWN and self.is_missed)

    @property
    def is_resting(self) -> bool:
        """Tell whether the venue has it and nobody takes it out."""
        return self.order.state in _ALIVE and not self.is_cancel_sent

    @property
    def is_stop(self) -> bool:
        """Tell whether it limits the loss."""
        return self.leg in (Leg.STOP, Leg.PROTECT)

    @property
    def closes_position(self) -> bool:
        """Tell whether it closes whatever there is."""
        return self.request.quantity is None

    @property
    def untold(self) -> Decimal:
        """Return what the venue says it filled and no trade told of yet; signed."""
        if self._reported <= self._told:
            return _ZERO
        return (self._reported - self._told) * self.request.side.sign

    def apply(self, fact: OrderFact) -> bool:
        """Take a fact in; tell whether it was new."""
        after = next_state(self.order.state, fact)
        is_new = after is not self.order.state
        if is_new:
            self.order = structs.replace(self.order, state=after)
            if after is not _UNKNOWN:
                self.missed_ms = None
        return is_new

    def note_gone(self) -> None:
        """Know that it rests no more; what was missed of it before proves nothing of that."""
        if not self.is_gone:
            self.is_gone, self.missed_ms = True, None

    def send_cancel(self) -> None:
        """Note that it is being taken out; whether it exists or not."""
        self.is_cancel_sent = True
        self.was_seen = self.state not in _UNBORN
        self.apply(OrderFact.CANCEL_SENT)

    def trade(self, quantity: Decimal, *, is_last: bool) -> None:
        """Count one trade of it."""
        self._told += quantity
        self._count()
        self.apply(OrderFact.COMPLETED if is_last else OrderFact.TRADED)

    def report(self, report: OrderReport) -> None:
        """Take in what the venue answered when it was asked."""
        if report.filled > self._reported:
            self._reported = report.filled
            self.reported_ms = report.updated_ms
        self._count()
        if not report.state.is_final and not self.is_cancel_sent:
            self.is_gone = False
            self.apply(OrderFact.KEPT)
        if report.state is OrderState.OPEN and report.child_order_id is None:
            self.fired_ms = None  # whoever thought so was wrong: it waits for its price still
        fact = _FACTS.get(report.state)
        if fact is not None:
            self.apply(fact)

    def ask_at(self, at_ms: int | None) -> None:
        """Set, move or forget the next question."""
        self.question_ms = at_ms

    def _count(self) -> None:
        filled = Quantity(max(self._told, self._reported))
        self.order = structs.replace(self.order, filled=filled)


def remaining_of(tickets: Iterable[Ticket]) -> Decimal:
    """Return what orders may trade still, in all; of one that closes the position nothing."""
    return sum((each.order.remaining or _ZERO for each in tickets), _ZERO)
