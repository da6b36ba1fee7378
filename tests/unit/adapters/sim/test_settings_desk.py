"""Purse, leverage, margin and modes: what changes, what is refused, what is told."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.model import MarginType, PositionSide, Side
from tests.fakes.pit import BTCUSDT, Pit


def test_money_comes_and_goes_as_income_and_is_told() -> None:
    pit = Pit()
    pit.exchange.transfer(pit.account, Decimal(500))
    pit.exchange.transfer(pit.account, Decimal(-200))
    assert pit.heard() == ["ACCOUNT DEPOSIT", "ACCOUNT WITHDRAW"]
    assert pit.account.wallet == 10_300
    assert [line.income for line in pit.account.history.incomes] == [10_000, 500, -200]


def test_no_more_goes_out_than_is_free() -> None:
    pit = Pit()
    pit.market(Side.BUY, "1")  # binds 3,000
    with pit.refuses(-2018):
        pit.exchange.transfer(pit.account, Decimal(-7_000))
    pit.exchange.transfer(pit.account, Decimal(-6_900))


def test_a_leverage_is_set_told_once_and_answers_with_the_largest_notional() -> None:
    pit = Pit()
    assert pit.exchange.set_leverage(pit.account, BTCUSDT, 125) == 50_000
    assert pit.exchange.set_leverage(pit.account, BTCUSDT, 125) == 50_000
    assert pit.heard() == ["CONFIG 125"]


@pytest.mark.parametrize("leverage", [0, -1, 126])
def test_a_leverage_outside_the_tiers_is_refused(leverage: int) -> None:
    pit = Pit()
    with pit.refuses(-4028):
        pit.exchange.set_leverage(pit.account, BTCUSDT, leverage)


def test_a_leverage_too_high_for_the_position_is_refused() -> None:
    pit = Pit()
    pit.market(Side.BUY, "1")
    with pit.refuses(-2027):
        pit.exchange.set_leverage(pit.account, BTCUSDT, 125)


def test_a_leverage_too_low_for_the_balance_is_refused() -> None:
    pit = Pit()
    pit.market(Side.BUY, "1")
    with pit.refuses(-2028):
        pit.exchange.set_leverage(pit.account, BTCUSDT, 4)
    pit.exchange.set_leverage(pit.account, BTCUSDT, 10)
    assert pit.exchange.margins(pit.account).position_margin == 6_000


def test_an_isolated_positions_leverage_may_not_be_lowered() -> None:
    pit = Pit()
    pit.isolate(20)
    pit.market(Side.BUY, "0.1")
    with pit.refuses(-4161):
        pit.exchange.set_leverage(pit.account, BTCUSDT, 10)
    pit.exchange.set_leverage(pit.account, BTCUSDT, 25)


def test_the_margin_type_changes_only_while_nothing_is_open() -> None:
    pit = Pit()
    with pit.refuses(-4046):
        pit.exchange.set_margin_type(pit.account, BTCUSDT, MarginType.CROSSED)
    pit.stop(Side.BUY, "61000", qty="0.1")
    with pit.refuses(-4047):
        pit.exchange.set_margin_type(pit.account, BTCUSDT, MarginType.ISOLATED)
    pit.exchange.cancel_all_algo(pit.account, BTCUSDT)
    pit.market(Side.BUY, "0.1")
    with pit.refuses(-4048):
        pit.exchange.set_margin_type(pit.account, BTCUSDT, MarginType.ISOLATED)
    pit.market(Side.SELL, "0.1")
    pit.heard()
    pit.exchange.set_margin_type(pit.account, BTCUSDT, MarginType.ISOLATED)
    assert pit.heard() == ["ACCOUNT MARGIN_TYPE_CHANGE 0.0"]


def test_the_position_mode_changes_only_while_nothing_is_open() -> None:
    pit = Pit()
    with pit.refuses(-4059):
        pit.exchange.set_position_mode(pit.account, dual_side=False)
    pit.limit(Side.BUY, "0.1", "59000")
    with pit.refuses(-4067):
        pit.hedge()
    pit.tick("58999.90")
    with pit.refuses(-4068):
        pit.hedge()
    pit.market(Side.SELL, "0.1")
    pit.hedge()
    assert pit.account.dual_side


def test_the_multi_assets_mode_is_a_flag_that_excludes_isolated_margin() -> None:
    pit = Pit()
    with pit.refuses(-4171):
        pit.exchange.set_multi_assets(pit.account, multi_assets=False)
    pit.stop(Side.BUY, "61000", qty="0.1")
    with pit.refuses(-4170):
        pit.exchange.set_multi_assets(pit.account, multi_assets=True)
    pit.exchange.cancel_all_algo(pit.account, BTCUSDT)
    pit.heard()
    pit.exchange.set_multi_assets(pit.account, multi_assets=True)
    assert pit.heard() == ["CONFIG True"]
    with pit.refuses(-4168):
        pit.exchange.set_margin_type(pit.account, BTCUSDT, MarginType.ISOLATED)
    pit.exchange.set_multi_assets(pit.account, multi_assets=False)
    pit.isolate()
    with pit.refuses(-4167):
        pit.exchange.set_multi_assets(pit.account, multi_assets=True)


def test_isolated_margin_is_added_and_taken_as_far_as_it_is_free() -> None:
    pit = Pit()
    both = PositionSide.BOTH
    with pit.refuses(-4049):
        pit.exchange.change_margin(pit.account, BTCUSDT, Decimal(100), both)
    pit.isolate(20)
    with pit.refuses(-4054):
        pit.exchange.change_margin(pit.account, BTCUSDT, Decimal(100), both)
    pit.market(Side.SELL, "0.1")
    pit.heard()
    pit.exchange.change_margin(pit.account, BTCUSDT, Decimal(100), both)
    assert pit.heard() == ["ACCOUNT MARGIN_TRANSFER -0.1"]
    assert (pit.position().isolated_wallet, pit.account.wallet) == (Decimal(400), Decimal(9_997))
    with pit.refuses(-4050):
        pit.exchange.change_margin(pit.account, BTCUSDT, Decimal(9_598), both)
    with pit.refuses(-4051):
        pit.exchange.change_margin(pit.account, BTCUSDT, Decimal("-100.01"), both)
    pit.exchange.change_margin(pit.account, BTCUSDT, Decimal(-100), both)
    assert pit.position().isolated_wallet == 300


def test_multi_assets_needs_margin_for_what_is_held() -> None:
    pit = Pit(deposit="400")
    pit.market(Side.BUY, "0.1")
    pit.mark("58900")
    with pit.refuses(-4169):
        pit.exchange.set_multi_assets(pit.account, multi_assets=True)
    pit.mark("60000")
    pit.exchange.set_multi_assets(pit.account, multi_assets=True)
    assert pit.account.multi_assets


def test_multi_assets_refuses_a_purse_below_zero() -> None:
    pit = Pit(deposit="200")
    pit.exchange.set_leverage(pit.account, BTCUSDT, 125)
    pit.mark("60000")
    pit.market(Side.BUY, "0.2")
    pit.tick("57500")
    pit.market(Side.SELL, "0.15")
    assert pit.account.wallet < 0
    with pit.refuses(-4172):
        pit.exchange.set_multi_assets(pit.account, multi_assets=True)
