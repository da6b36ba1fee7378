"""Open orders are found by number, symbol and leg, and their worth is never an old one."""

from decimal import Decimal

from noctule.adapters.sim.model import Order, OrderType, PositionSide, Side, Tif
from noctule.adapters.sim.open_orders import OpenOrders, Worth, reduces, worth_of

BTC, BOTH, LONG = "BTCUSDT", PositionSide.BOTH, PositionSide.LONG
SIXTY = Decimal(60_000)


def order(
    number: int, side: Side, qty: str, at: str = "0", position_side: PositionSide = BOTH
) -> Order:
    return Order(
        order_id=number,
        client_id="",
        symbol=BTC,
        side=side,
        position_side=position_side,
        type=OrderType.LIMIT,
        orig_type=OrderType.LIMIT,
        tif=Tif.GTC,
        qty=Decimal(qty),
        price=Decimal(at),
    )


def worth(bids: int, asks: int) -> Worth:
    return Decimal(bids), Decimal(asks)


def holding(*orders: Order) -> OpenOrders:
    held = OpenOrders()
    for each in orders:
        held.add(each)
    return held


def test_orders_are_found_by_number_symbol_and_leg_the_oldest_first() -> None:
    first, second = order(1, Side.BUY, "1", "50000"), order(2, Side.BUY, "1", "50000", LONG)
    held = holding(first, second)
    assert (held.by_id, held.on(BTC), held.count(BTC)) == (
        {1: first, 2: second},
        [first, second],
        2,
    )
    assert [list(held.of(BTC, side)) for side in PositionSide] == [[first], [second], []]
    assert list(held.legs()) == [(BTC, BOTH), (BTC, LONG)]


def test_an_order_that_was_removed_is_found_nowhere() -> None:
    only = order(1, Side.BUY, "1", "50000")
    held = holding(only)
    held.remove(only)
    assert (held.by_id, held.on(BTC), held.count(BTC), list(held.legs())) == ({}, [], 0, [])
    assert held.worth(BTC, BOTH, SIXTY) == worth(0, 0)


def test_adding_an_order_again_changes_nothing() -> None:
    first, second = order(1, Side.BUY, "1", "50000"), order(2, Side.SELL, "1", "70000")
    held = holding(first, second, first)
    assert (held.on(BTC), held.worth(BTC, BOTH, SIXTY)) == ([first, second], worth(50_000, 70_000))


def test_a_worth_follows_every_order_that_comes_changes_and_goes() -> None:
    buy, sell = order(1, Side.BUY, "0.2", "50000"), order(2, Side.SELL, "0.5", "70000")
    held = holding(buy)
    assert held.worth(BTC, BOTH, SIXTY) == worth(10_000, 0)
    held.add(sell)
    assert held.worth(BTC, BOTH, SIXTY) == worth(10_000, 35_000)
    buy.executed = Decimal("0.1")
    held.changed(buy)
    assert held.worth(BTC, BOTH, SIXTY) == worth(5_000, 35_000)
    held.remove(sell)
    assert held.worth(BTC, BOTH, SIXTY) == worth(5_000, 0)


def test_the_worth_of_an_order_without_a_price_moves_with_the_mark() -> None:
    held = holding(order(1, Side.BUY, "0.1"))
    assert held.worth(BTC, BOTH, SIXTY) == worth(6_000, 0)
    assert held.worth(BTC, BOTH, Decimal(70_000)) == worth(7_000, 0)


def test_orders_with_and_without_a_price_are_worth_their_sum_until_they_go() -> None:
    at_market, limit = order(1, Side.SELL, "0.1"), order(2, Side.SELL, "0.1", "70000")
    held = holding(at_market, limit)
    assert held.worth(BTC, BOTH, SIXTY) == worth(0, 13_000)
    held.remove(at_market)
    assert held.worth(BTC, BOTH, SIXTY) == worth(0, 7_000)


def test_the_orders_that_only_reduce_are_known_apart_the_oldest_first() -> None:
    first, second = order(1, Side.SELL, "1", "70000", LONG), order(3, Side.SELL, "1", "0", LONG)
    held = holding(first, order(2, Side.BUY, "1", "50000", LONG), second)
    assert list(held.reducing(BTC, LONG)) == [first, second]
    held.remove(first)
    assert list(held.reducing(BTC, LONG)) == [second]
    assert list(held.reducing(BTC, BOTH)) == []


def test_what_only_reduces_is_worth_nothing() -> None:
    closing = order(1, Side.SELL, "1", "70000")
    closing.reduce_only = True
    assert holding(closing).worth(BTC, BOTH, SIXTY) == worth(0, 0)


def test_in_hedge_mode_the_side_says_whether_an_order_reduces() -> None:
    legs = [(Side.BUY, LONG), (Side.SELL, LONG), (Side.BUY, PositionSide.SHORT)]
    made = [order(1, side, "1", "60000", leg) for side, leg in legs]
    assert [reduces(each) for each in made] == [False, True, True]


def test_worth_is_what_is_left_to_fill() -> None:
    half = order(1, Side.SELL, "0.5", "70000")
    half.executed = Decimal("0.3")
    assert worth_of([half, order(2, Side.BUY, "0.2", "50000")], SIXTY) == worth(10_000, 14_000)
