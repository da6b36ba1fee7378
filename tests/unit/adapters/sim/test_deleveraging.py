"""Auto-deleveraging: a winner gives up a position for a loser, without a fee."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.model import OrderType, PositionSide, Side
from tests.fakes.pit import BTCUSDT, Pit


def pit_with() -> Pit:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.tick("65000")
    pit.heard()
    return pit


def test_a_position_is_taken_at_the_mark_without_a_fee() -> None:
    pit = pit_with()
    wallet = pit.account.wallet
    order = pit.exchange.deleverage(pit.account, BTCUSDT, PositionSide.BOTH)
    assert (order.client_id, order.type) == (
        f"adl_autoclose-{order.order_id}",
        OrderType.LIQUIDATION,
    )
    assert pit.heard() == ["NEW NEW 0/0.1", "ACCOUNT ORDER 0.0", "CALCULATED FILLED 0.1/0.1"]
    assert pit.account.wallet == wallet + Decimal("499.990")


def test_a_part_is_taken_at_the_price_at_which_another_went_bankrupt() -> None:
    pit = pit_with()
    order = pit.exchange.deleverage(
        pit.account, BTCUSDT, PositionSide.BOTH, qty=Decimal("0.03"), price=Decimal(64_000)
    )
    assert (order.executed, order.average_price) == (Decimal("0.03"), Decimal(64_000))
    assert pit.position().amount == Decimal("0.07")


def test_no_more_is_taken_than_there_is() -> None:
    pit = pit_with()
    order = pit.exchange.deleverage(pit.account, BTCUSDT, PositionSide.BOTH, qty=Decimal(5))
    assert order.executed == Decimal("0.1")


def test_open_orders_are_cancelled_first_and_closing_stops_expire_with_the_position() -> None:
    pit = pit_with()
    pit.limit(Side.BUY, "0.1", "64000")
    pit.stop(Side.SELL, "63000")
    pit.heard()
    pit.exchange.deleverage(pit.account, BTCUSDT, PositionSide.BOTH)
    told = pit.heard()
    assert (told[0], told[-1]) == ("CANCELED CANCELED 0/0.1", "STOP_MARKET EXPIRED")


def test_an_isolated_position_frees_the_share_of_its_margin() -> None:
    pit = Pit()
    pit.isolate(10)
    pit.market(Side.SELL, "0.1")
    pit.exchange.deleverage(pit.account, BTCUSDT, PositionSide.BOTH, qty=Decimal("0.05"))
    assert pit.position().isolated_wallet == 300


def test_it_is_no_liquidation_for_the_market() -> None:
    pit = pit_with()
    seen = list[object]()
    pit.exchange.on_forced(seen.append)
    pit.exchange.deleverage(pit.account, BTCUSDT, PositionSide.BOTH)
    assert seen == []


def test_who_holds_nothing_cannot_be_deleveraged() -> None:
    pit = Pit()
    with pytest.raises(AssertionError, match="BTCUSDT/BOTH is flat"):
        pit.exchange.deleverage(pit.account, BTCUSDT, PositionSide.BOTH)
