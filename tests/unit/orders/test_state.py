"""What a bracket knows of itself: its orders by their leg, and the more urgent of two wishes."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.domain.order import Leg, OrderKind, OrderState
from noctule.domain.signals import Direction
from noctule.domain.trade import ExitReason
from noctule.domain.values import Side, price, quantity
from noctule.orders.blotter import Blotter
from noctule.orders.held import Held
from noctule.orders.names import OrderNames
from noctule.orders.patience import Patience
from noctule.orders.plan import OrderWords
from noctule.orders.state import TICKETS_MAX, BracketState, Goal, Scene
from noctule.orders.ticket import Ticket
from tests.builders import BTCUSDT, START_MS, instrument, order, order_request
from tests.fakes.audits import report
from tests.fakes.bracket_desk import ENTRY_KEY, name_of, plan


def state() -> BracketState:
    return BracketState.begin(
        plan(target="11000"),
        instrument=instrument(),
        names=OrderNames(account="qpai6s", strategy="sma", symbol=BTCUSDT, key=ENTRY_KEY),
        blotter=Blotter(),
        words=OrderWords(),
        patience=Patience(),
    )


def test_it_begins_where_its_plan_ends() -> None:
    begun = state()
    assert (begun.stop, begun.target) == (begun.plan.stop, begun.plan.target)
    assert (begun.goal, begun.exit_side) == (Goal.HOLD, Side.SELL)


def test_orders_are_found_by_their_leg_as_long_as_they_may_trade() -> None:
    begun = state()
    limit = order_request(OrderKind.LIMIT, client_order_id=name_of("e0"), price="9990")
    entry = begun.adopt(order(limit), 0)
    request = order_request(client_order_id=name_of("c0"), leg=Leg.CLOSE)
    close = begun.adopt(order(request), 0)
    assert [*begun.working()] == [entry, close]
    assert [*begun.closes_live()] == [close]
    assert [*begun.stops_live()] == []
    assert begun.is_entering
    assert begun.has_resting_limit_entry


def test_an_ended_entry_enters_no_more() -> None:
    begun = state()
    request = order_request(client_order_id=name_of("e0"))
    begun.adopt(order(request, state=OrderState.FILLED), 0)
    assert not begun.is_entering
    assert not begun.has_resting_limit_entry


def test_what_was_adopted_is_in_the_blotter_and_its_name_is_not_used_again() -> None:
    begun = state()
    begun.adopt(order(order_request(client_order_id=name_of("c0"), leg=Leg.CLOSE)), 0)
    assert begun.blotter.find(name_of("c0")) is not None
    assert begun.names.next(Leg.CLOSE, now_ms=0) == name_of("c1")


def test_a_name_that_an_earlier_bracket_used_is_passed_over() -> None:
    begun = state()
    begun.blotter.reserve(Ticket(order(order_request(client_order_id=name_of("s0"))), since_ms=0))
    scene = Scene(now_ms=0, market_ms=START_MS, held=Held())
    assert begun.next_name(Leg.STOP, scene) == name_of("s1")


def test_an_answer_is_not_added_to_a_position_that_holds_it_already() -> None:
    begun = state()
    request = order_request(client_order_id=name_of("e0"))
    entry = begun.adopt(order(request), 0)
    entry.report(report(state=OrderState.FILLED, filled=quantity("0.010"), updated_ms=9))
    books = Held(by_trades=Decimal("0.010"), trades_ms=9, begun_ms=9)
    scene = Scene(now_ms=0, market_ms=START_MS, held=books)
    assert begun.both_books(scene).signed_quantity == Decimal("0.010")
    before = replace(scene, held=Held(by_trades=Decimal(0), trades_ms=8, begun_ms=8))
    assert begun.both_books(before).signed_quantity == Decimal("0.010")


def test_of_a_stop_that_trails_for_weeks_the_oldest_orders_are_forgotten() -> None:
    begun = state()
    scene = Scene(now_ms=0, market_ms=START_MS, held=Held())
    entry = begun.adopt(order(order_request(client_order_id=name_of("e0"))), 0)
    for _ in range(3 * TICKETS_MAX):
        request = order_request(client_order_id=begun.next_name(Leg.STOP, scene), leg=Leg.STOP)
        begun.adopt(order(request, state=OrderState.CANCELED), 0)
    assert TICKETS_MAX // 2 < len(begun.tickets) <= TICKETS_MAX
    assert begun.tickets[0] is entry


def test_a_more_urgent_wish_replaces_leg_and_pace_but_not_the_reason() -> None:
    begun = state()
    begun.leave(ExitReason.SIGNAL, 5, leg=Leg.CLOSE, is_urgent=False)
    begun.leave(ExitReason.FLATTEN, 9, leg=Leg.FLATTEN, is_urgent=True)
    begun.leave(ExitReason.STOP, 11, leg=Leg.CLOSE, is_urgent=True)
    assert (begun.exit_reason, begun.exit_leg) == (ExitReason.SIGNAL, Leg.FLATTEN)
    assert (begun.is_urgent, begun.leaving_since_ms) == (True, 5)


@pytest.mark.parametrize(
    ("direction", "stop", "target"),
    [(Direction.LONG, "9510", "10190"), (Direction.SHORT, "9500", "10200")],
)
def test_where_the_tick_has_become_coarser_stop_and_target_are_put_on_it(
    direction: Direction, stop: str, target: str
) -> None:
    """The stop comes no further from the price than it was, and the target no further either."""
    begun = state()
    begun.plan = plan(direction, target="11000")
    begun.stop, begun.target = price("9503"), price("10197")
    coarser = replace(begun.instrument, tick=price("10"), price_min=price("10"))
    begun.take_rules(coarser)
    assert (begun.instrument, begun.stop, begun.target) == (coarser, price(stop), price(target))
    begun.stop = price("9503")
    begun.take_rules(None)
    begun.take_rules(replace(coarser))
    assert begun.stop == price("9503"), "equal rules, read again, change nothing"


def test_without_a_target_there_is_none_to_put_on_a_grid() -> None:
    begun = state()
    begun.target = None
    begun.take_rules(replace(begun.instrument, tick=price("10"), price_min=price("10")))
    assert begun.target is None
