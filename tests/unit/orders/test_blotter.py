"""Every order by its name, each name once, each trade once, and never more than can be kept."""

import pytest

from noctule.domain.order import OrderState
from noctule.orders.blotter import Blotter
from noctule.orders.ticket import Ticket
from tests.builders import BTCUSDT, order, order_request
from tests.fakes.bracket_desk import name_of


def ticket(short: str, state: OrderState = OrderState.OPEN) -> Ticket:
    return Ticket(order(order_request(client_order_id=name_of(short)), state=state), since_ms=0)


def test_an_order_is_found_by_its_name_from_the_moment_it_is_reserved() -> None:
    blotter, one = Blotter(), ticket("e0", OrderState.RESERVED)
    blotter.reserve(one)
    assert blotter.find(name_of("e0")) is one
    assert blotter.find(name_of("e1")) is None


def test_a_name_is_used_once() -> None:
    blotter = Blotter()
    blotter.reserve(ticket("e0"))
    with pytest.raises(AssertionError, match="is reserved already"):
        blotter.reserve(ticket("e0", OrderState.FILLED))


def test_what_may_trade_is_listed() -> None:
    blotter, live = Blotter(), ticket("e0")
    blotter.reserve(live)
    blotter.reserve(ticket("e1", OrderState.CANCELED))
    assert [*blotter.live()] == [live]


def test_a_trade_counts_once() -> None:
    blotter = Blotter()
    assert blotter.count(BTCUSDT, 7)
    assert not blotter.count(BTCUSDT, 7)


def test_the_oldest_trades_are_forgotten() -> None:
    blotter = Blotter(trades_max=2)
    assert all(blotter.count(BTCUSDT, trade_id) for trade_id in (1, 2, 3))
    assert not blotter.count(BTCUSDT, 3)
    assert blotter.count(BTCUSDT, 1)


def test_ended_orders_are_forgotten_the_oldest_first_and_live_ones_never() -> None:
    blotter = Blotter(ended_max=4)
    blotter.reserve(ticket("e0"))
    for number in range(1, 6):
        blotter.reserve(ticket(f"e{number}", OrderState.FILLED))
    assert blotter.find(name_of("e0")) is not None
    assert blotter.find(name_of("e1")) is None
    assert blotter.find(name_of("e5")) is not None
    assert len(blotter) <= 4


def test_live_orders_stay_even_where_they_are_more_than_are_kept_of_ended_ones() -> None:
    blotter = Blotter(ended_max=2)
    for number in range(5):
        blotter.reserve(ticket(f"e{number}"))
    assert len(blotter) == 5
