"""Orders: what no order of ours may lack, and what is left of one."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.domain.order import Leg, Order, OrderKind, OrderRequest, OrderState
from noctule.domain.values import Price, price, quantity
from tests.builders import order, order_request

EVERY_KIND = [
    order_request(OrderKind.MARKET),
    order_request(OrderKind.LIMIT, price="60000"),
    order_request(OrderKind.STOP, price="59000", trigger_price="59100"),
    order_request(OrderKind.STOP_MARKET, trigger_price="59100"),
    order_request(OrderKind.TAKE_PROFIT, price="61000", trigger_price="60900"),
    order_request(OrderKind.TAKE_PROFIT_MARKET, trigger_price="60900"),
    order_request(OrderKind.TRAILING_STOP_MARKET, callback_share="0.01"),
]
CLOSING_KINDS = [OrderKind.STOP_MARKET, OrderKind.TAKE_PROFIT_MARKET]


def request_of(kind: OrderKind) -> OrderRequest:
    return next(request for request in EVERY_KIND if request.kind is kind)


def test_all_but_market_and_limit_wait_for_a_trigger() -> None:
    assert [kind for kind in OrderKind if not kind.is_conditional] == [
        OrderKind.MARKET,
        OrderKind.LIMIT,
    ]


def test_an_order_with_a_limit_price_does_not_trade_at_market() -> None:
    assert [kind for kind in OrderKind if not kind.trades_at_market] == [
        OrderKind.LIMIT,
        OrderKind.STOP,
        OrderKind.TAKE_PROFIT,
    ]


def test_four_states_are_final() -> None:
    assert [state for state in OrderState if state.is_final] == [
        OrderState.FILLED,
        OrderState.CANCELED,
        OrderState.EXPIRED,
        OrderState.REJECTED,
    ]


def test_each_leg_is_one_character_of_its_own() -> None:
    assert "".join(leg.value for leg in Leg) == "estcfp"


def test_every_kind_can_be_asked_for() -> None:
    assert [request.kind for request in EVERY_KIND] == list(OrderKind)


@pytest.mark.parametrize("kind", CLOSING_KINDS)
def test_a_stop_or_target_at_market_may_close_the_whole_position(kind: OrderKind) -> None:
    assert replace(request_of(kind), quantity=None).quantity is None


@pytest.mark.parametrize("kind", [kind for kind in OrderKind if kind not in CLOSING_KINDS])
def test_every_other_order_says_how_much(kind: OrderKind) -> None:
    with pytest.raises(AssertionError, match=f"{kind} needs a size"):
        replace(request_of(kind), quantity=None)


@pytest.mark.parametrize("size", ["0", "-0", "-1"])
def test_an_order_is_for_something(size: str) -> None:
    with pytest.raises(AssertionError, match=f"quantity is {size}"):
        order_request(quantity=size)


@pytest.mark.parametrize("level", ["0", "-1"])
def test_an_orders_prices_are_positive(level: str) -> None:
    with pytest.raises(AssertionError, match=f"price is {level}"):
        order_request(OrderKind.LIMIT, price=level)
    with pytest.raises(AssertionError, match=f"trigger is {level}"):
        order_request(OrderKind.STOP_MARKET, trigger_price=level)


def test_an_orders_prices_may_be_next_to_nothing() -> None:
    request = order_request(OrderKind.STOP, price="0.0000001", trigger_price="0.0000002")
    assert (request.price, request.trigger_price) == (price("1E-7"), price("2E-7"))


@pytest.mark.parametrize("kind", OrderKind)
def test_an_order_has_the_prices_of_its_kind_and_no_others(kind: OrderKind) -> None:
    request, level = request_of(kind), Price(Decimal(60_000))
    with pytest.raises(AssertionError, match=kind.value):
        replace(request, price=level if request.price is None else None)
    with pytest.raises(AssertionError, match=f"{kind} with trigger"):
        replace(request, trigger_price=level if request.trigger_price is None else None)
    with pytest.raises(AssertionError, match=f"{kind} with callback"):
        replace(request, callback_share=level if request.callback_share is None else None)


def test_what_is_not_filled_remains() -> None:
    assert order(order_request(quantity="0.010"), filled="0.004").remaining == quantity("0.006")


def test_what_remains_of_an_order_that_closes_everything_is_not_known() -> None:
    closes_all = order_request(OrderKind.STOP_MARKET, quantity=None, trigger_price="59100")
    assert order(closes_all).remaining is None


def test_a_new_order_is_unfilled() -> None:
    fresh = Order(request=order_request(quantity="0.010"), state=OrderState.RESERVED)
    assert fresh.filled == quantity("0")
    assert fresh.remaining == quantity("0.010")


def test_a_request_keeps_its_amounts_exactly() -> None:
    request = order_request(OrderKind.LIMIT, quantity="0.010", price="60000.10")
    assert (repr(request.quantity), repr(request.price)) == (
        "Decimal('0.010')",
        "Decimal('60000.10')",
    )
    assert request.price == price("60000.1")
