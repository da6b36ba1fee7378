"""What closes a position closes it, and there is one of each kind."""

from noctule.app.storm.promises.exits import ExitsOnlyClose, FilledWithinQuantity, OneExitGroup
from noctule.domain.events.order import OrderFilled
from noctule.domain.order import Leg, Order, OrderState
from noctule.domain.values import quantity
from noctule.orders.ticket import Ticket
from tests.builders import CLIENT_ORDER_ID, START_MS, fill, order_request
from tests.fakes.storm_court import Court
from tests.fakes.storm_life import a_name


def test_closes_and_stops_that_only_reduce_are_fine() -> None:
    court = Court(ExitsOnlyClose)
    court.enter()
    court.stop()
    court.leave()
    assert court.told == []


def test_a_close_that_may_open_something_is_not() -> None:
    court = Court(ExitsOnlyClose)
    court.order(a_name(Leg.CLOSE), "-0.1")
    assert {*court.told} == {f"BTCUSDT: {a_name(Leg.CLOSE)} may open a position"}


def test_one_stop_may_take_the_place_of_another() -> None:
    court = Court(OneExitGroup)
    court.enter()
    court.stop()
    court.stop(quantity="0.1", attempt=1)
    court.wait(2_000)
    court.cancel_stop()
    court.wait(60_000)
    assert court.told == []


def test_two_stops_do_not_stay() -> None:
    court = Court(OneExitGroup)
    court.enter()
    court.stop()
    court.stop(quantity="0.1", attempt=1)
    court.wait(89_000)
    assert court.told == [], "the minute's check may find it yet"
    court.wait(3_000)
    assert len(court.told) == 1


def _filled(court: Court[FilledWithinQuantity], filled: str) -> None:
    order = Order(request=order_request(), state=OrderState.FILLED, filled=quantity(filled))
    assert court.scene.life is not None
    court.scene.life.bot.trading.desk.blotter.reserve(Ticket(order, since_ms=0))
    told = OrderFilled(at_ms=START_MS, trace="", fill=fill(), remaining=quantity("0"))
    assert told.fill.client_order_id == CLIENT_ORDER_ID
    court.rule.heard(told)
    court.wait(1_000)


def test_an_order_may_fill_all_that_was_asked_for() -> None:
    court = Court(FilledWithinQuantity)
    _filled(court, "0.010")
    assert court.told == []


def test_an_order_may_not_fill_more() -> None:
    court = Court(FilledWithinQuantity)
    _filled(court, "0.020")
    assert court.told == [f"{CLIENT_ORDER_ID} of 0.010 filled 0.020"]
