"""Forced orders: what they look like, and which is which."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.forced import (
    DELEVERAGING,
    LIQUIDATING,
    forced_order,
    is_deleveraging,
    is_liquidation,
)
from noctule.adapters.sim.model import Order, OrderType, PositionSide, Side, Tif
from tests.fakes.pit import Pit


def forced(prefix: str, side: Side = Side.BUY) -> Order:
    pit = Pit()
    pit.market(side, "0.1")
    return forced_order(
        pit.exchange._floor,
        pit.position(),
        prefix=prefix,
        qty=Decimal("0.05"),
        price=Decimal(59_000),
    )


@pytest.mark.parametrize(("held", "closing"), [(Side.BUY, Side.SELL), (Side.SELL, Side.BUY)])
def test_it_takes_from_the_position_at_once(held: Side, closing: Side) -> None:
    order = forced(LIQUIDATING, held)
    assert (order.side, order.tif, order.qty) == (closing, Tif.IOC, Decimal("0.05"))
    assert (order.type, order.reduce_only) == (OrderType.LIQUIDATION, True)
    assert order.position_side is PositionSide.BOTH


def test_the_name_tells_a_liquidation_from_a_deleveraging() -> None:
    ended, taken = forced(LIQUIDATING), forced(DELEVERAGING)
    assert (is_liquidation(ended), is_deleveraging(ended)) == (True, False)
    assert (is_liquidation(taken), is_deleveraging(taken)) == (False, True)
    assert ended.client_id == f"autoclose-{ended.order_id}"
    assert taken.client_id == f"adl_autoclose-{taken.order_id}"


def test_a_client_who_takes_such_a_name_is_not_forced() -> None:
    pit = Pit()
    order = pit.market(Side.BUY, "0.1", client_id="adl_autoclose-1")
    assert not is_deleveraging(order)
    assert not is_liquidation(order)
