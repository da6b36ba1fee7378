"""When a price has come."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.book import Book
from noctule.adapters.sim.model import (
    AlgoOrder,
    OrderType,
    PositionSide,
    Side,
    Tif,
    WorkingType,
)
from noctule.adapters.sim.triggers import (
    follow,
    is_met_by_fall,
    is_protected,
    is_reached,
    price_of,
    threshold,
)
from tests.fakes.pit import BTC

TRAILING = OrderType.TRAILING_STOP_MARKET


def algo(kind: OrderType, side: Side, *, price: int = 100) -> AlgoOrder:
    return AlgoOrder(
        algo_id=1,
        client_algo_id="",
        symbol="BTCUSDT",
        side=side,
        position_side=PositionSide.BOTH,
        type=kind,
        tif=Tif.GTC,
        trigger_price=Decimal(0 if kind is TRAILING else price),
        activate_price=Decimal(price if kind is TRAILING else 0),
        callback_rate=Decimal(1),
    )


@pytest.mark.parametrize(
    ("kind", "side", "falls"),
    [
        (OrderType.STOP, Side.SELL, True),
        (OrderType.STOP_MARKET, Side.BUY, False),
        (OrderType.TAKE_PROFIT, Side.SELL, False),
        (OrderType.TAKE_PROFIT_MARKET, Side.BUY, True),
        (TRAILING, Side.SELL, False),
        (TRAILING, Side.BUY, True),
    ],
)
def test_stops_wait_against_and_targets_with_the_position(
    kind: OrderType, side: Side, falls: bool
) -> None:
    order = algo(kind, side)
    assert is_met_by_fall(order) is falls
    assert threshold(order) == 100
    assert is_reached(order, Decimal(100))
    assert is_reached(order, Decimal(99)) is falls
    assert is_reached(order, Decimal(101)) is not falls


def test_each_looks_at_its_own_price() -> None:
    book = Book(BTC)
    order = algo(OrderType.STOP, Side.SELL)
    book.set_mark(Decimal(99), Decimal(99))
    assert price_of(book, order) == 99
    book.last = Decimal(101)
    assert price_of(book, order) == 101
    order.working_type = WorkingType.MARK_PRICE
    assert price_of(book, order) == 99


def test_price_protection_holds_while_mark_and_last_price_are_far_apart() -> None:
    book = Book(BTC)
    order = algo(OrderType.STOP, Side.SELL)
    order.price_protect = True
    assert not is_protected(book, order)
    book.set_mark(Decimal(100), Decimal(100))
    book.last = Decimal(95)
    assert not is_protected(book, order)
    book.last = Decimal("94.9")
    assert is_protected(book, order)
    order.price_protect = False
    assert not is_protected(book, order)


def test_a_trailing_stop_is_a_callback_behind_the_best_price_on_the_grid() -> None:
    order = algo(TRAILING, Side.SELL)
    order.extreme = Decimal("100.5")
    assert follow(order, Decimal("99.5"), BTC.tick) is None
    assert follow(order, Decimal("99.4"), BTC.tick) == Decimal("99.4")  # below 99.495
    buying = algo(TRAILING, Side.BUY)
    buying.extreme = Decimal("100.5")
    assert follow(buying, Decimal("101.5"), BTC.tick) is None
    assert follow(buying, Decimal("101.6"), BTC.tick) == Decimal("101.6")  # above 101.505
