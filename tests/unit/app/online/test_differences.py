"""Every field that differs from what was asked is named, with both values."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.app.online.differences import differences
from noctule.domain import values
from noctule.domain.order import ClientOrderId, OrderKind, OrderState
from noctule.domain.report import OrderReport
from noctule.domain.values import Side, Symbol
from tests.builders import BTCUSDT, CLIENT_ORDER_ID, order_request

ASKED = order_request(OrderKind.STOP, price="66000", trigger_price="65000")
TOLD = OrderReport(
    client_order_id=CLIENT_ORDER_ID,
    venue_order_id="7",
    symbol=BTCUSDT,
    side=Side.BUY,
    kind=OrderKind.STOP,
    state=OrderState.OPEN,
    quantity=values.quantity("0.0100"),
    filled=values.quantity("0"),
    price=values.price("66000.00"),
    trigger_price=values.price("65000.0"),
)


def test_what_is_told_as_it_was_asked_has_no_differences() -> None:
    assert differences(TOLD, ASKED, state=OrderState.OPEN) == ()


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        (
            replace(TOLD, client_order_id=ClientOrderId("other")),
            f"client order id is other, not {CLIENT_ORDER_ID}",
        ),
        (replace(TOLD, symbol=Symbol("ETHUSDT")), "symbol is ETHUSDT, not BTCUSDT"),
        (replace(TOLD, side=Side.SELL), "side is SELL, not BUY"),
        (replace(TOLD, kind=OrderKind.LIMIT), "kind is LIMIT, not STOP"),
        (replace(TOLD, state=OrderState.UNKNOWN), "state is unknown, not open"),
        (replace(TOLD, quantity=values.quantity("1")), "quantity is 1, not 0.010"),
        (replace(TOLD, quantity=None), "quantity is None, not 0.010"),
        (replace(TOLD, price=None), "price is None, not 66000"),
        (replace(TOLD, trigger_price=values.price("1")), "trigger price is 1, not 65000"),
        (replace(TOLD, reduces_only=True), "reduce-only is True, not False"),
        (replace(TOLD, filled=values.quantity("0.002")), "filled is 0.002, not 0"),
    ],
)
def test_each_field_that_differs_is_named(changed: OrderReport, difference: str) -> None:
    assert differences(changed, ASKED, state=OrderState.OPEN) == (difference,)


def test_the_trigger_of_a_trailing_stop_is_the_markets() -> None:
    asked = order_request(OrderKind.TRAILING_STOP_MARKET, callback_share="0.1")
    told = replace(
        TOLD,
        kind=OrderKind.TRAILING_STOP_MARKET,
        price=None,
        trigger_price=values.price(str(Decimal(60_000))),
    )
    assert differences(told, asked, state=OrderState.OPEN) == ()
