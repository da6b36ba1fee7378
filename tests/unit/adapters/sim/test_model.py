"""The exchange's own words: what they derive of themselves."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.model import (
    AlgoOrder,
    AlgoStatus,
    Order,
    OrderStatus,
    OrderType,
    PositionSide,
    Refusal,
    Side,
    Tif,
)

ORDER = Order(
    order_id=1,
    client_id="mine",
    symbol="BTCUSDT",
    side=Side.BUY,
    position_side=PositionSide.BOTH,
    type=OrderType.LIMIT,
    orig_type=OrderType.LIMIT,
    tif=Tif.GTC,
    qty=Decimal(3),
)
ALGO = AlgoOrder(
    algo_id=1,
    client_algo_id="mine",
    symbol="BTCUSDT",
    side=Side.BUY,
    position_side=PositionSide.BOTH,
    type=OrderType.STOP_MARKET,
    tif=Tif.GTC,
)


def test_a_side_has_a_sign_and_another_side() -> None:
    assert [side.sign for side in Side] == [1, -1]
    assert [side.other for side in Side] == [Side.SELL, Side.BUY]


def test_an_order_knows_what_is_left_and_its_mean_price() -> None:
    assert (ORDER.left, ORDER.average_price) == (Decimal(3), Decimal(0))
    filled = replace(ORDER, executed=Decimal(2), cum_quote=Decimal(210))
    assert (filled.left, filled.average_price) == (Decimal(1), Decimal(105))


@pytest.mark.parametrize("status", OrderStatus)
def test_an_order_is_open_while_it_may_fill(status: OrderStatus) -> None:
    expected = status in (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED)
    assert replace(ORDER, status=status).is_open is expected


@pytest.mark.parametrize("status", AlgoStatus)
def test_a_conditional_order_is_open_while_it_waits(status: AlgoStatus) -> None:
    assert replace(ALGO, status=status).is_open is (status is AlgoStatus.NEW)


def test_a_refusal_says_its_code_and_text() -> None:
    assert str(Refusal(-1121, "Invalid symbol.")) == "-1121: Invalid symbol."
