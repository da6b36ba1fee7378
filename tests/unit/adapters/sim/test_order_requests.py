"""Orders as callers write them, read into what the exchange is asked."""

from decimal import Decimal
from urllib.parse import urlencode

import pytest

from noctule.adapters.sim.model import OrderType, PositionSide, Refusal, Side, Tif, WorkingType
from noctule.adapters.sim.order_requests import algo_spec, is_acknowledged_only, order_spec
from noctule.adapters.sim.parameters import Parameters
from noctule.adapters.sim.specs import AlgoSpec, OrderSpec


def sent(**fields: str) -> Parameters:
    return Parameters.of_request(urlencode(fields), "")


def test_every_field_of_a_regular_order_is_read() -> None:
    parameters = sent(
        symbol="BTCUSDT",
        side="SELL",
        type="LIMIT",
        positionSide="SHORT",
        timeInForce="GTD",
        quantity="0.010",
        price="60000.10",
        reduceOnly="true",
        newClientOrderId="mine",
        priceMatch="QUEUE",
        selfTradePreventionMode="EXPIRE_BOTH",
        goodTillDate="1700000000999",
    )

    assert order_spec(parameters) == OrderSpec(
        symbol="BTCUSDT",
        side=Side.SELL,
        type=OrderType.LIMIT,
        position_side=PositionSide.SHORT,
        tif=Tif.GTD,
        qty=Decimal("0.010"),
        price=Decimal("60000.10"),
        reduce_only=True,
        client_id="mine",
        price_match="QUEUE",
        stp="EXPIRE_BOTH",
        good_till_ms=1_700_000_000_000,  # whole seconds
    )


def test_every_field_of_a_conditional_order_is_read() -> None:
    parameters = sent(
        algoType="CONDITIONAL",
        symbol="BTCUSDT",
        side="SELL",
        type="TAKE_PROFIT",
        timeInForce="GTC",
        quantity="0.010",
        price="61000",
        triggerPrice="60900.5",
        activatePrice="1",
        callbackRate="0.5",
        closePosition="false",
        workingType="MARK_PRICE",
        priceProtect="TRUE",
        clientAlgoId="tp",
    )

    assert algo_spec(parameters) == AlgoSpec(
        symbol="BTCUSDT",
        side=Side.SELL,
        type=OrderType.TAKE_PROFIT,
        tif=Tif.GTC,
        qty=Decimal("0.010"),
        price=Decimal(61_000),
        trigger_price=Decimal("60900.5"),
        activate_price=Decimal(1),
        callback_rate=Decimal("0.5"),
        working_type=WorkingType.MARK_PRICE,
        price_protect=True,
        client_algo_id="tp",
    )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, -1102),
        ({"symbol": "BTCUSDT"}, -1102),
        ({"symbol": "BTCUSDT", "side": "UP"}, -1117),
        ({"symbol": "BTCUSDT", "side": "BUY", "type": "NOW"}, -1116),
        ({"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "positionSide": "UP"}, -1130),
    ],
)
def test_what_cannot_be_read_is_refused(fields: dict[str, str], code: int) -> None:
    with pytest.raises(Refusal) as refusal:
        order_spec(sent(**fields))
    assert refusal.value.code == code


def test_the_conditional_service_knows_one_kind_of_order() -> None:
    with pytest.raises(Refusal) as refusal:
        algo_spec(sent(algoType="TWAP"))
    assert refusal.value.code == -1130


def test_an_answer_is_ack_unless_result_is_asked_for() -> None:
    assert is_acknowledged_only(sent())
    assert not is_acknowledged_only(sent(newOrderRespType="RESULT"))
    with pytest.raises(Refusal) as refusal:
        is_acknowledged_only(sent(newOrderRespType="FULL"))
    assert refusal.value.code == -1136
