"""One order: what trades and answers make of it, in whatever order they come."""

from decimal import Decimal

import pytest

from noctule.domain.order import OrderKind, OrderState
from noctule.domain.report import OrderReport
from noctule.domain.values import Quantity, Side
from noctule.orders.machine import OrderFact
from noctule.orders.ticket import Ticket
from tests.builders import BTCUSDT, START_MS, order, order_request


def ticket(state: OrderState = OrderState.OPEN, side: Side = Side.BUY) -> Ticket:
    return Ticket(order(order_request(side=side, quantity="0.120"), state=state), since_ms=5)


def report(state: OrderState, filled: str = "0", updated_ms: int = START_MS) -> OrderReport:
    return OrderReport(
        client_order_id=order_request().client_order_id,
        venue_order_id="1",
        symbol=BTCUSDT,
        side=Side.BUY,
        kind=OrderKind.MARKET,
        state=state,
        quantity=Quantity(Decimal("0.120")),
        filled=Quantity(Decimal(filled)),
        updated_ms=updated_ms,
    )


def test_trades_add_up_until_the_last() -> None:
    one = ticket()
    one.trade(Decimal("0.050"), is_last=False)
    assert (one.state, one.order.remaining) == (OrderState.PARTIALLY_FILLED, Decimal("0.070"))
    one.trade(Decimal("0.070"), is_last=True)
    assert (one.state, one.order.remaining) == (OrderState.FILLED, Decimal(0))


@pytest.mark.parametrize(("side", "untold"), [(Side.BUY, "0.120"), (Side.SELL, "-0.120")])
def test_what_an_answer_says_was_filled_is_untold_until_the_trades_come(
    side: Side, untold: str
) -> None:
    one = ticket(side=side)
    one.report(report(OrderState.FILLED, "0.120", START_MS + 7))
    assert (one.untold, one.reported_ms) == (Decimal(untold), START_MS + 7)
    one.trade(Decimal("0.120"), is_last=True)
    assert one.untold == 0


def test_a_trade_that_was_told_before_the_answer_is_not_counted_twice() -> None:
    one = ticket()
    one.trade(Decimal("0.120"), is_last=True)
    one.report(report(OrderState.FILLED, "0.120"))
    assert (one.untold, one.order.filled) == (Decimal(0), Decimal("0.120"))


def test_an_answer_that_is_older_than_what_is_known_takes_nothing_back() -> None:
    one = ticket()
    one.report(report(OrderState.PARTIALLY_FILLED, "0.050", START_MS + 7))
    one.report(report(OrderState.PARTIALLY_FILLED, "0.010", START_MS + 3))
    assert (one.order.filled, one.reported_ms) == (Decimal("0.050"), START_MS + 7)


def test_an_order_whose_cancel_failed_rests_again_when_the_venue_says_so() -> None:
    one = ticket()
    one.send_cancel()
    assert (one.state, one.is_resting) == (OrderState.CANCELING, False)
    one.report(report(OrderState.OPEN))
    assert one.state is OrderState.CANCELING  # the cancel is under way still
    one.is_cancel_sent = False
    one.report(report(OrderState.OPEN))
    assert (one.state, one.is_resting) == (OrderState.OPEN, True)


def test_an_order_that_turns_up_while_it_is_cancelled_does_not_count_as_resting() -> None:
    one = ticket(OrderState.UNKNOWN)
    one.send_cancel()
    one.apply(OrderFact.ACCEPTED)
    assert (one.state, one.is_resting) == (OrderState.OPEN, False)


def test_a_doubt_is_on_its_way_until_the_venue_missed_it() -> None:
    one = ticket(OrderState.SENDING)
    assert one.is_on_its_way
    one.apply(OrderFact.DOUBTED)
    assert one.is_on_its_way
    one.missed_ms = 5
    assert not one.is_on_its_way


def test_a_missed_order_that_turns_up_is_missed_no_more() -> None:
    one = ticket(OrderState.UNKNOWN)
    one.missed_ms = 5
    one.apply(OrderFact.ACCEPTED)
    assert not one.is_missed


def test_what_was_missed_of_an_order_before_it_was_gone_proves_nothing_and_after_does() -> None:
    one = ticket()
    one.missed_ms = 5
    one.note_gone()
    assert (one.is_gone, one.is_missed) == (True, False)

    one.missed_ms = 6
    one.note_gone()
    assert one.missed_ms == 6


def test_a_state_that_says_nothing_of_a_life_is_ignored() -> None:
    one = ticket()
    one.report(report(OrderState.CANCELING))
    assert one.state is OrderState.OPEN
