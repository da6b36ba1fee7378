"""Margin calls and liquidation: when, at whose cost, and with which events."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.model import (
    ExpiryReason,
    MarginType,
    Order,
    OrderStatus,
    OrderType,
    PositionSide,
    Side,
)
from noctule.adapters.sim.rules_book import ladder
from tests.fakes.pit import BTC, BTCUSDT, ETH, Pit


def pit_with(side: Side = Side.BUY, *, deposit: str = "1003", qty: str = "0.1") -> Pit:
    pit = Pit(deposit=deposit, price="59999.90" if side is Side.BUY else "60000")
    pit.market(side, qty)
    pit.heard()
    return pit


def liquidation_price(pit: Pit) -> Decimal:
    return pit.exchange.positions(pit.account)[0].liquidation_price


@pytest.mark.parametrize(
    ("side", "fee", "expected"), [(Side.BUY, "3", "50200.8032"), (Side.SELL, "3", "69721.1155")]
)
def test_an_account_is_told_the_documented_liquidation_price(
    side: Side, fee: str, expected: str
) -> None:
    pit = pit_with(side, deposit=str(1_000 + Decimal(fee)))
    assert liquidation_price(pit).quantize(Decimal("0.0001")) == Decimal(expected)


def test_a_position_lives_down_to_its_liquidation_price_and_not_below() -> None:
    pit = pit_with()
    pit.mark("50201")
    assert pit.position().amount == Decimal("0.1")
    pit.mark("50200.80")
    assert pit.position().amount == 0


def test_a_liquidation_is_a_calculated_order_of_the_exchange_and_a_fee() -> None:
    pit = pit_with()
    seen = list[Order]()
    pit.exchange.on_forced(seen.append)
    pit.mark("55000")
    pit.tick("50300")
    pit.heard()
    pit.mark("50200")
    assert pit.heard() == [
        "NEW NEW 0/0.1",
        "ACCOUNT ORDER 0.0",
        "CALCULATED FILLED 0.1/0.1",
        "ACCOUNT INSURANCE_CLEAR",
    ]
    order = seen[0]
    assert order.client_id.startswith("autoclose-")
    assert (order.type, order.status) == (OrderType.LIQUIDATION, OrderStatus.FILLED)
    last = pit.account.history.incomes[-1]
    assert (last.income_type, last.income) == ("INSURANCE_CLEAR", Decimal("-27.485"))
    assert pit.account.wallet == 0


def test_the_insurance_fund_pays_what_is_missing() -> None:
    pit = pit_with()
    pit.tick("40000")
    last = pit.account.history.incomes[-1]
    assert (last.income_type, last.income) == ("INSURANCE_CLEAR", Decimal(1_002))
    assert pit.account.wallet == 0


def test_open_orders_go_first_with_5() -> None:
    pit = pit_with(deposit="1200")
    order = pit.limit(Side.BUY, "0.01", "45000")
    pit.heard()
    pit.mark("48000")
    assert order.expiry_reason is ExpiryReason.LIQUIDATION
    assert pit.heard()[0] == "EXPIRED EXPIRED 0/0.01 er=5"


def test_during_a_liquidation_no_order_is_taken() -> None:
    pit = pit_with()
    pit.account.is_in_liquidation = True
    with pit.refuses(-2023):
        pit.market(Side.BUY, "0.1")
    with pit.refuses(-2023):
        pit.stop(Side.SELL, "40000")
    pit.mark("40000")
    assert pit.position().amount == Decimal("0.1")


def test_an_isolated_position_dies_alone_and_costs_no_more_than_its_margin() -> None:
    pit = Pit()
    pit.isolate(20)
    pit.market(Side.BUY, "0.1")
    free = pit.account.cross_wallet
    pit.tick("50000")
    assert (pit.position().amount, pit.position().isolated_wallet) == (Decimal(0), Decimal(0))
    assert pit.account.wallet == free


def test_an_isolated_position_that_leaves_something_gives_it_back() -> None:
    pit = Pit()
    pit.isolate(20)
    pit.market(Side.SELL, "0.7")  # 2,100 of margin
    pit.exchange.change_margin(pit.account, BTCUSDT, Decimal(2_100), PositionSide.BOTH)
    free = pit.account.cross_wallet
    pit.mark("65750")
    fee = Decimal("525.000875")  # 1.25 % of 42,000.07
    taker = Decimal("21.000035")
    assert pit.account.wallet == free + 4_200 - Decimal("0.07") - taker - fee


def test_the_largest_cross_position_goes_first_and_the_rest_stays_if_that_helps() -> None:
    pit = Pit(deposit="3000", rules=(replace(BTC, liquidation_fee=Decimal("0.001")), ETH))
    pit.tick("2000", symbol="ETHUSDT")
    pit.market(Side.BUY, "0.5")
    pit.market(Side.BUY, "1", symbol="ETHUSDT")
    pit.tick("54800")
    pit.tick("54250")
    assert pit.position().amount == 0
    assert pit.position(symbol="ETHUSDT").amount == 1


STEEP = replace(
    BTC,
    liquidation_fee=Decimal("0.001"),
    brackets=ladder(
        (leverage, Decimal(cap), Decimal(share))
        for leverage, cap, share in (
            (20, 50_000, "0.01"),
            (10, 100_000, "0.1"),
            (5, 1_000_000, "0.2"),
        )
    ),
)


def steep_pit(*, isolated: bool, qty: str = "1.6") -> Pit:
    """Return a pit with 96,000 in the second of three tiers, at ten times its margin."""
    pit = Pit(price="59999.90", deposit="20000" if isolated else "9653", rules=(STEEP, ETH))
    if isolated:
        pit.isolate(10)
    else:
        pit.exchange.set_leverage(pit.account, BTCUSDT, 10)
    pit.market(Side.BUY, qty)
    pit.heard()
    return pit


@pytest.mark.parametrize("isolated", [False, True])
def test_a_large_position_is_cut_to_the_tier_below_if_that_helps(isolated: bool) -> None:
    pit = steep_pit(isolated=isolated)  # isolated, it is liquidated at 56,875
    pit.tick("56800")
    assert pit.heard() == [
        "NEW NEW 0/0.720",
        "ACCOUNT ORDER 0.880",  # 49,984 of 50,000
        "CALCULATED FILLED 0.720/0.720",
        f"ACCOUNT INSURANCE_CLEAR{' 0.880' * isolated}",
    ]
    # less 2,304 lost, 20.448 of commission and a fee of 40.896
    left = pit.position().isolated_wallet if isolated else pit.account.wallet
    assert left == Decimal("7234.656" if isolated else "7239.656")


def test_what_an_isolated_position_keeps_when_it_is_cut_stays_with_it() -> None:
    pit = steep_pit(isolated=True)
    free = pit.account.cross_wallet
    pit.tick("56800")
    assert pit.position().amount == Decimal("0.880")
    assert pit.account.cross_wallet == free


def test_a_position_goes_down_tier_by_tier_until_the_fund_pays() -> None:
    pit = steep_pit(isolated=False)
    forced = list[Order]()
    pit.exchange.on_forced(forced.append)
    pit.exchange.transfer(pit.account, Decimal(22_000))
    pit.exchange.set_leverage(pit.account, BTCUSDT, 5)
    pit.market(Side.BUY, "0.9")  # 2.5 are in the third tier
    pit.tick("45000")
    assert [order.qty for order in forced] == [Decimal("0.278"), Decimal("1.111"), Decimal("1.111")]
    assert all(order.client_id == f"autoclose-{order.order_id}" for order in forced)
    assert pit.account.wallet == 0
    last = pit.account.history.incomes[-1]
    assert (last.income_type, last.income > 0) == ("INSURANCE_CLEAR", True)


def test_the_fee_takes_no_more_than_the_margin_that_is_left() -> None:
    pit = steep_pit(isolated=False)
    pit.exchange.set_rules(replace(STEEP, liquidation_fee=Decimal(1)))
    pit.tick("56800")
    fees = [line for line in pit.account.history.incomes if line.income_type == "INSURANCE_CLEAR"]
    assert fees[0].income < 0
    assert pit.account.wallet >= 0
    assert not pit.position().amount


def test_margin_is_called_once_until_the_account_has_recovered() -> None:
    pit = pit_with()
    for mark in ("50250", "50240", "50250"):
        pit.mark(mark)
    assert pit.heard() == ["MARGIN_CALL 1"]
    pit.mark("55000")
    pit.mark("50250")
    assert pit.heard() == ["MARGIN_CALL 1"]


def test_each_purse_is_called_for_itself() -> None:
    pit = Pit()
    pit.isolate(20)
    pit.market(Side.BUY, "0.1")
    pit.tick("2000", symbol="ETHUSDT")
    pit.market(Side.BUY, "1", symbol="ETHUSDT")
    pit.heard()
    pit.mark("57250")
    assert pit.heard() == ["MARGIN_CALL 1"]
    assert pit.account.called == {"BTCUSDT/BOTH"}


def test_a_mark_inside_its_range_is_not_looked_at_and_one_outside_is() -> None:
    pit = pit_with()
    pit.mark("59000")
    low, high = pit.account.safe_marks[BTCUSDT]
    assert Decimal(52_000) < low < 59_000 < high < Decimal(66_000)
    pit.mark(str(low.to_integral_value()))
    assert (
        pit.account.safe_marks[BTCUSDT] == (low, high) or pit.account.safe_marks[BTCUSDT][0] < low
    )


def test_both_legs_of_a_hedge_share_the_purse() -> None:
    pit = Pit(deposit="1000")
    pit.hedge()
    pit.market(Side.BUY, "0.1", leg=PositionSide.LONG)
    pit.market(Side.SELL, "0.1", leg=PositionSide.SHORT)
    pit.mark("40000")
    pit.mark("80000")
    assert pit.position(PositionSide.LONG).amount == Decimal("0.1")
    assert pit.account.margin_type(BTCUSDT) is MarginType.CROSSED
