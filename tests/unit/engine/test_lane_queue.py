"""What guards goes first, entries of one symbol go in line, and nothing grows without a bound."""

from decimal import Decimal

import pytest

from noctule.domain.order import ClientOrderId, Leg, OrderKind, OrderRequest
from noctule.domain.values import Symbol
from noctule.engine import lane_queue
from noctule.engine.lane_queue import Errand, LaneQueue, LaneSettings, Urgency, name_of, urgency_of
from noctule.orders.steps import Ask, Cancel, CountDown, Look, Send, Step
from tests.builders import BTCUSDT, order_request
from tests.fakes.lane_orders import ETHUSDT, A, B, close, entry, stop


def errand(step: Step, *, symbol: Symbol = BTCUSDT, weight: int = 1) -> Errand:
    return Errand(
        symbol=symbol,
        step=step,
        trace="t",
        urgency=urgency_of(step),
        weight=Decimal(weight),
    )


def sending(request: OrderRequest, *, weight: int = 1) -> Errand:
    return errand(Send(request=request), symbol=request.symbol, weight=weight)


@pytest.mark.parametrize(
    ("request_", "urgency"),
    [
        (entry("a"), Urgency.ENTRY),
        (stop("a"), Urgency.STOP),
        (close("a"), Urgency.CLOSE),
        (order_request(leg=Leg.FLATTEN, reduces_only=True), Urgency.CLOSE),
        (order_request(leg=Leg.STOP, reduces_only=True), Urgency.CLOSE),  # at market: at once
        (
            order_request(OrderKind.STOP_MARKET, leg=Leg.PROTECT, quantity=None, trigger_price="1"),
            Urgency.STOP,
        ),
        (
            order_request(OrderKind.LIMIT, leg=Leg.CLOSE, price="1", reduces_only=True),
            Urgency.CLOSE,
        ),
        (
            order_request(OrderKind.LIMIT, leg=Leg.TARGET, price="1", reduces_only=True),
            Urgency.TARGET,
        ),
    ],
)
def test_closes_are_more_urgent_than_stops_and_those_than_all_else(
    request_: OrderRequest, urgency: Urgency
) -> None:
    assert urgency_of(Send(request=request_)) is urgency


def test_cancels_are_more_urgent_than_questions() -> None:
    assert urgency_of(Cancel(client_order_id=A, kind=OrderKind.MARKET)) is Urgency.CANCEL
    assert urgency_of(CountDown(timeout_ms=0)) is Urgency.CANCEL
    assert urgency_of(Ask(client_order_id=A, kind=OrderKind.MARKET)) is Urgency.QUESTION
    assert urgency_of(Look()) is Urgency.QUESTION


def test_of_equally_urgent_ones_the_largest_goes_first_and_of_those_the_first_given() -> None:
    queue = LaneQueue(LaneSettings())
    small, large, later = (sending(stop("s"), weight=each) for each in (1, 5, 5))
    for each in (small, large, later):
        queue.push(each)
    assert [queue.take(0) for _ in range(4)] == [large, later, small, None]


def test_an_entry_that_must_wait_keeps_its_place_and_holds_up_its_symbol_only_till_then() -> None:
    queue = LaneQueue(LaneSettings())
    first, second, other = sending(entry("a")), sending(entry("b")), sending(entry("c", ETHUSDT))
    for each in (first, second, other):
        queue.push(each)
    assert queue.take(0) is first
    queue.put_back(first, ready_ms=10)
    queue.done(first)
    assert queue.take(9) is second
    assert queue.take(9) is other
    queue.done(second)
    assert queue.take(9) is None
    assert queue.take(10) is first


def test_only_so_many_entries_are_under_way_or_wait() -> None:
    queue = LaneQueue(LaneSettings(entries_max=3, entries_in_flight_max=1))
    for number in range(2):
        queue.push(sending(entry(f"e{number}", Symbol(f"S{number}"))))
    taken = queue.take(0)
    assert taken is not None
    assert queue.take(0) is None
    assert (queue.room, queue.waiting, queue.in_flight) == (1, 1, 1)
    queue.done(taken)
    assert (queue.room, queue.waiting, queue.in_flight) == (2, 1, 0)


def test_an_entry_is_taken_back_by_its_name_unless_it_has_left() -> None:
    queue = LaneQueue(LaneSettings())
    for name in "ab":
        queue.push(sending(entry(name)))
    left = queue.take(0)
    assert left is not None
    assert name_of(left) == A
    assert queue.take_back_one(A) is None
    taken = queue.take_back_one(B)
    assert taken is not None
    assert queue.waiting == 0


def test_everything_is_taken_back_in_its_order() -> None:
    queue = LaneQueue(LaneSettings())
    enter, protect, look = sending(entry("a")), sending(stop("s")), errand(Look())
    for each in (enter, look, protect):
        queue.push(each)
    assert queue.take_back_everything() == [protect, look, enter]
    assert queue.waiting == 0


def test_an_order_is_known_from_when_it_waits_until_it_is_done() -> None:
    queue = LaneQueue(LaneSettings())
    for each in (sending(stop("s")), sending(entry("a")), errand(Look())):
        queue.push(each)
    guard, look, enter = (queue.take(0) for _ in range(3))
    assert (guard, look, enter) != (None, None, None)
    assert [queue.has_order(ClientOrderId(name)) for name in "sab"] == [True, True, False]
    assert guard is not None
    queue.done(guard)
    assert not queue.has_order(ClientOrderId("s"))


def test_guards_without_end_are_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane_queue, "GUARDS_MAX", 1)
    queue = LaneQueue(LaneSettings())
    queue.push(errand(Look()))
    with pytest.raises(AssertionError, match="1 guards wait"):
        queue.push(errand(Look()))
