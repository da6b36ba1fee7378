"""What goes over the wire for each kind of order: nothing too much, and no exponent."""

from decimal import Decimal

import msgspec
import pytest

from noctule.adapters.binance.wire.order_parameters import algo_order_parameters, order_parameters
from noctule.domain.order import OrderKind, TimeInForce, WorkingType
from noctule.domain.values import Side
from tests.builders import CLIENT_ORDER_ID, order_request


def test_a_market_order_says_what_how_much_and_who() -> None:
    assert order_parameters(order_request(OrderKind.MARKET, quantity="0.010")) == {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "MARKET",
        "quantity": "0.010",
        "newClientOrderId": CLIENT_ORDER_ID,
        "newOrderRespType": "ACK",
    }


def test_a_limit_order_rests_until_cancelled_unless_it_says_otherwise() -> None:
    request = order_request(OrderKind.LIMIT, quantity="0.010", price="60000.10")
    assert order_parameters(request)["price"] == "60000.10"
    assert order_parameters(request)["timeInForce"] == "GTC"
    quick = msgspec.structs.replace(request, time_in_force=TimeInForce.IOC)
    assert order_parameters(quick)["timeInForce"] == "IOC"


def test_an_order_with_a_date_tells_it() -> None:
    request = msgspec.structs.replace(
        order_request(OrderKind.LIMIT, quantity="1", price="60000"),
        time_in_force=TimeInForce.GTD,
        good_till_ms=1_790_553_600_000,
    )
    assert order_parameters(request)["goodTillDate"] == "1790553600000"


def test_a_reducing_order_says_so_and_another_says_nothing() -> None:
    entry = order_request(OrderKind.MARKET, quantity="1")
    assert "reduceOnly" not in order_parameters(entry)
    exit_ = msgspec.structs.replace(entry, side=Side.SELL, reduces_only=True)
    assert order_parameters(exit_)["reduceOnly"] == "true"


@pytest.mark.parametrize("text", ["1E+3", "0.00000001", "1E-8", "1000.000"])
def test_no_number_is_ever_sent_with_an_exponent(text: str) -> None:
    sent = order_parameters(order_request(OrderKind.MARKET, quantity=text))["quantity"]
    assert "E" not in sent
    assert Decimal(sent) == Decimal(text)


def test_a_stop_for_the_whole_position_has_no_quantity_and_does_not_say_reduce_only() -> None:
    request = msgspec.structs.replace(
        order_request(OrderKind.STOP_MARKET, quantity=None, trigger_price="59000.0"),
        side=Side.SELL,
        reduces_only=True,
        working_type=WorkingType.MARK_PRICE,
    )
    assert algo_order_parameters(request) == {
        "algoType": "CONDITIONAL",
        "symbol": "BTCUSDT",
        "side": "SELL",
        "type": "STOP_MARKET",
        "clientAlgoId": CLIENT_ORDER_ID,
        "workingType": "MARK_PRICE",
        "triggerPrice": "59000.0",
        "closePosition": "true",
    }


def test_a_stop_with_a_quantity_may_reduce_only() -> None:
    request = order_request(OrderKind.STOP_MARKET, quantity="0.5", trigger_price="59000")
    assert algo_order_parameters(request)["quantity"] == "0.5"
    assert "reduceOnly" not in algo_order_parameters(request)
    reducing = msgspec.structs.replace(request, reduces_only=True)
    assert algo_order_parameters(reducing)["reduceOnly"] == "true"
    assert "closePosition" not in algo_order_parameters(reducing)


def test_a_limit_stop_carries_its_price_and_how_long_it_rests() -> None:
    request = order_request(
        OrderKind.TAKE_PROFIT, quantity="0.5", price="61000.0", trigger_price="60900.0"
    )
    sent = algo_order_parameters(request)
    assert (sent["price"], sent["triggerPrice"], sent["timeInForce"]) == (
        "61000.0",
        "60900.0",
        "GTC",
    )


@pytest.mark.parametrize(("share", "percent"), [("0.010", "1"), ("0.0015", "0.15"), ("0.2", "20")])
def test_a_trailing_stop_tells_its_share_in_per_cent_and_no_trigger(
    share: str, percent: str
) -> None:
    request = order_request(OrderKind.TRAILING_STOP_MARKET, quantity="1", callback_share=share)
    sent = algo_order_parameters(request)
    assert sent["callbackRate"] == percent
    assert "triggerPrice" not in sent


def test_no_kind_of_order_can_be_sent_to_the_wrong_service() -> None:
    with pytest.raises(AssertionError, match="conditional service"):
        order_parameters(order_request(OrderKind.STOP_MARKET, quantity="1", trigger_price="1"))
    with pytest.raises(AssertionError, match="regular service"):
        algo_order_parameters(order_request(OrderKind.MARKET, quantity="1"))
