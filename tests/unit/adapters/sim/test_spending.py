"""Whether an account can afford an order."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.model import PositionSide, Side
from tests.fakes.pit import BTCUSDT, Pit


def test_an_order_binds_its_initial_margin_and_the_loss_it_starts_with() -> None:
    pit = Pit(deposit="303")
    with pit.refuses(-2019):
        pit.market(Side.BUY, "0.1")  # 300.15 at a price a little above the ask, and 3.01 of loss
    pit.exchange.transfer(pit.account, Decimal(1))
    pit.market(Side.BUY, "0.1")


def test_a_limit_order_binds_at_its_own_price_and_frees_it_when_cancelled() -> None:
    pit = Pit(deposit="300")
    pit.limit(Side.BUY, "0.1", "59000")
    assert pit.exchange.margins(pit.account).order_margin == 295
    with pit.refuses(-2019):
        pit.limit(Side.BUY, "0.002", "59000")
    pit.exchange.cancel_all(pit.account, BTCUSDT)
    pit.limit(Side.BUY, "0.101", "59000")


def test_buys_and_sells_share_the_margin_of_the_larger() -> None:
    pit = Pit(deposit="310")
    pit.limit(Side.BUY, "0.1", "59000")
    pit.limit(Side.SELL, "0.096", "61000")
    with pit.refuses(-2019):
        pit.limit(Side.SELL, "0.01", "61000")


def test_an_order_that_shrinks_the_position_costs_nothing() -> None:
    pit = Pit(deposit="310")
    pit.market(Side.BUY, "0.1")
    pit.tick("58000")
    pit.market(Side.SELL, "0.1")
    assert pit.position().amount == 0


def test_a_position_may_not_grow_beyond_its_leverages_notional() -> None:
    pit = Pit(deposit="1000000")
    pit.exchange.set_leverage(pit.account, BTCUSDT, 125)
    pit.limit(Side.BUY, "0.5", "60000")
    with pit.refuses(-2027):
        pit.limit(Side.BUY, "0.4", "60000")
    pit.limit(Side.BUY, "0.3", "60000")


@pytest.mark.parametrize("leg", [PositionSide.LONG, PositionSide.SHORT])
def test_in_hedge_mode_each_leg_binds_for_itself(leg: PositionSide) -> None:
    pit = Pit(deposit="650")
    pit.hedge()
    pit.market(Side.BUY, "0.1", leg=PositionSide.LONG)
    pit.market(Side.SELL, "0.1", leg=PositionSide.SHORT)
    assert pit.exchange.margins(pit.account).position_margin == 600
    opening = Side.BUY if leg is PositionSide.LONG else Side.SELL
    with pit.refuses(-2019):
        pit.market(opening, "0.1", leg=leg)
