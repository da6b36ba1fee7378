"""What an account is worth, position by position and in sums."""

from decimal import Decimal

from noctule.adapters.sim.model import PositionSide, Side
from tests.fakes.pit import Pit


def test_a_cross_position_is_shown_at_the_mark() -> None:
    pit = Pit()
    pit.market(Side.SELL, "0.1")
    pit.mark("61000")
    (view,) = pit.exchange.positions(pit.account)
    assert (view.notional, view.unrealized) == (Decimal(-6_100), Decimal(-100))
    assert (view.initial_margin, view.maint_margin) == (Decimal(305), Decimal("24.4"))
    assert (view.leverage, view.isolated_margin) == (20, Decimal(0))


def test_an_isolated_position_shows_its_margin_with_its_profit() -> None:
    pit = Pit()
    pit.isolate(20)
    pit.market(Side.SELL, "0.1")
    pit.mark("61000")
    (view,) = pit.exchange.positions(pit.account)
    assert (view.position.isolated_wallet, view.isolated_margin) == (Decimal(300), Decimal(200))
    assert view.liquidation_price == (Decimal(300) + 6_000) / Decimal("0.1004")


def test_a_flat_leg_is_listed_while_it_has_orders() -> None:
    pit = Pit()
    pit.limit(Side.BUY, "0.1", "59000")
    pit.limit(Side.SELL, "0.05", "61000")
    (view,) = pit.exchange.positions(pit.account, "BTCUSDT")
    assert (view.bid_notional, view.ask_notional, view.open_order_margin) == (
        Decimal(5_900),
        Decimal(3_050),
        Decimal(295),
    )
    assert view.liquidation_price == 0
    assert pit.exchange.positions(pit.account, "ETHUSDT") == []


def test_orders_that_only_reduce_bind_nothing() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.limit(Side.SELL, "0.1", "61000", reduce_only=True)
    (view,) = pit.exchange.positions(pit.account)
    assert (view.ask_notional, view.open_order_margin) == (Decimal(0), Decimal(0))


def test_the_sums_are_those_of_the_positions() -> None:
    pit = Pit()
    pit.isolate(20)
    pit.tick("2000", symbol="ETHUSDT")
    pit.market(Side.SELL, "0.1")
    pit.market(Side.SELL, "1", symbol="ETHUSDT")
    pit.limit(Side.SELL, "0.1", "61000")
    pit.mark("61000")
    pit.mark("1900", symbol="ETHUSDT")
    sums = pit.exchange.margins(pit.account)
    assert sums.wallet == pit.account.wallet == 9_996
    assert (sums.unrealized, sums.cross_unrealized) == (Decimal(0), Decimal(100))
    assert (sums.position_margin, sums.order_margin) == (Decimal(400), Decimal(305))
    assert sums.initial_margin == 705
    assert (sums.maintenance, sums.cross_maintenance) == (Decimal("32.0"), Decimal("7.6"))
    assert (sums.cross_wallet, sums.margin_balance) == (Decimal(9_696), Decimal(9_996))
    assert sums.available == 9_696 - 95 - 305 + 100
    assert sums.withdrawable == 9_696 - 95 - 305


def test_a_hedges_legs_have_one_liquidation_price() -> None:
    pit = Pit(deposit="1000")
    pit.hedge()
    pit.market(Side.BUY, "0.1", leg=PositionSide.LONG)
    pit.market(Side.SELL, "0.05", leg=PositionSide.SHORT)
    prices = {view.liquidation_price for view in pit.exchange.positions(pit.account)}
    assert len(prices) == 1


def test_nothing_is_available_below_nothing() -> None:
    pit = Pit(deposit="310")
    pit.market(Side.BUY, "0.1")
    pit.tick("58000")
    sums = pit.exchange.margins(pit.account)
    assert (sums.available, sums.withdrawable) == (Decimal(0), Decimal(0))
