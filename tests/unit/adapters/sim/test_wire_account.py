from decimal import Decimal

import pytest

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.bookings import Income
from noctule.adapters.sim.model import MarginType, Position, PositionSide
from noctule.adapters.sim.statement import Margins
from noctule.adapters.sim.wire_account import (
    account_config,
    account_v3,
    balance_v3,
    income,
    leverage_changed,
    margin_changed,
    multi_assets_mode,
    position_mode,
    position_risk_v3,
    symbol_config,
)
from tests.wire_builders import NOW_MS, position_view, rules

D = Decimal
BTC = rules()
MARGINS = Margins(
    wallet=D("1000"),
    unrealized=D("0.1"),
    position_margin=D("32.5"),
    order_margin=D("10"),
    maintenance=D("2.6"),
    cross_wallet=D("900"),
    cross_unrealized=D("-0.2"),
    cross_maintenance=D("2"),
    available=D("850.5"),
    withdrawable=D("850.3"),
)
SUMS = {
    "initialMargin": "42.50000000",
    "maintMargin": "2.60000000",
    "walletBalance": "1000.00000000",
    "unrealizedProfit": "0.10000000",
    "marginBalance": "1000.10000000",
    "positionInitialMargin": "32.50000000",
    "openOrderInitialMargin": "10.00000000",
    "crossWalletBalance": "900.00000000",
    "crossUnPnl": "-0.20000000",
}
FREE = {"availableBalance": "850.50000000", "maxWithdrawAmount": "850.30000000"}


@pytest.fixture
def account() -> Account:
    account = Account(key="key", secret="secret")
    account.update_ms = NOW_MS
    return account


def test_an_account_has_its_totals_its_assets_and_its_positions(account: Account) -> None:
    told = account_v3(account, MARGINS, positions=[position_view()], rules={"BTCUSDT": BTC})
    assert told == {
        "totalInitialMargin": "42.50000000",
        "totalMaintMargin": "2.60000000",
        "totalWalletBalance": "1000.00000000",
        "totalUnrealizedProfit": "0.10000000",
        "totalMarginBalance": "1000.10000000",
        "totalPositionInitialMargin": "32.50000000",
        "totalOpenOrderInitialMargin": "10.00000000",
        "totalCrossWalletBalance": "900.00000000",
        "totalCrossUnPnl": "-0.20000000",
        **FREE,
        "assets": [{"asset": "USDT", **SUMS, **FREE, "updateTime": NOW_MS}],
        "positions": [
            {
                "symbol": "BTCUSDT",
                "positionSide": "BOTH",
                "positionAmt": "0.010",
                "unrealizedProfit": "0.10000000",
                "isolatedMargin": "0.00000000",
                "notional": "650.10100000",
                "isolatedWallet": "0",
                "initialMargin": "32.50505000",
                "maintMargin": "2.60040400",
                "updateTime": NOW_MS,
            }
        ],
    }


def test_a_balance_is_the_wallet_and_what_of_it_is_free(account: Account) -> None:
    assert balance_v3(account, MARGINS) == [
        {
            "accountAlias": "SgsR",
            "asset": "USDT",
            "balance": "1000.00000000",
            "crossWalletBalance": "900.00000000",
            "crossUnPnl": "-0.20000000",
            **FREE,
            "marginAvailable": True,
            "updateTime": NOW_MS,
        }
    ]


def test_a_position_tells_its_risk_without_leverage_and_margin_type() -> None:
    view = position_view(
        open_order_margin=D("3.25"), bid_notional=D("65"), liquidation_price=D("50200.8032128")
    )
    assert position_risk_v3(view, BTC) == {
        "symbol": "BTCUSDT",
        "positionSide": "BOTH",
        "positionAmt": "0.010",
        "entryPrice": "65000.1",
        "breakEvenPrice": "65032.60005",
        "markPrice": "65010.10000000",
        "unRealizedProfit": "0.10000000",
        "liquidationPrice": "50200.80321280",
        "isolatedMargin": "0",
        "notional": "650.10100000",
        "marginAsset": "USDT",
        "isolatedWallet": "0",
        "initialMargin": "35.75505000",
        "maintMargin": "2.60040400",
        "positionInitialMargin": "32.50505000",
        "openOrderInitialMargin": "3.25000000",
        "adl": 2,
        "bidNotional": "65.00000000",
        "askNotional": "0",
        "updateTime": NOW_MS,
    }


def test_a_short_position_is_told_below_zero() -> None:
    short = Position(symbol="BTCUSDT", side=PositionSide.SHORT, amount=D("-0.01"))
    told = position_risk_v3(position_view(position=short, notional=D("-650.101")), BTC)
    assert (told["positionAmt"], told["notional"]) == ("-0.010", "-650.10100000")


def test_an_account_may_trade_and_tells_its_modes(account: Account) -> None:
    account.dual_side = True
    assert account_config(account) == {
        "feeTier": 0,
        "canTrade": True,
        "canDeposit": True,
        "canWithdraw": True,
        "dualSidePosition": True,
        "updateTime": 0,
        "multiAssetsMargin": False,
        "tradeGroupId": -1,
    }
    assert position_mode(account) == {"dualSidePosition": True}
    assert multi_assets_mode(account) == {"multiAssetsMargin": False}


def test_a_symbol_tells_leverage_margin_type_and_what_this_leverage_may_carry(
    account: Account,
) -> None:
    account.leverages["BTCUSDT"] = 125
    account.margin_types["BTCUSDT"] = MarginType.ISOLATED
    assert symbol_config(account, BTC) == {
        "symbol": "BTCUSDT",
        "marginType": "ISOLATED",
        "isAutoAddMargin": False,
        "leverage": 125,
        "maxNotionalValue": "50000",
    }


def test_a_leverage_beyond_what_a_symbol_offers_is_told_as_its_highest(account: Account) -> None:
    account.leverages["BTCUSDT"] = 150
    assert symbol_config(account, BTC)["leverage"] == 125


def test_a_changed_leverage_is_a_number_and_its_notional_a_text() -> None:
    assert leverage_changed("BTCUSDT", 21, D("1E+6")) == {
        "leverage": 21,
        "maxNotionalValue": "1000000",
        "symbol": "BTCUSDT",
    }


@pytest.mark.parametrize(("asked", "told"), [("100", 100), ("0.5", 0.5)])
def test_a_changed_margin_is_told_as_a_number(asked: str, told: float) -> None:
    assert margin_changed(D(asked), 1) == {
        "amount": told,
        "code": 200,
        "msg": "Successfully modify position margin.",
        "type": 1,
    }


@pytest.mark.parametrize(("trade_id", "told"), [(None, ""), (123_456, "123456")])
def test_an_income_names_its_trade_as_text_if_it_has_one(trade_id: int | None, told: str) -> None:
    line = Income(
        symbol="BTCUSDT",
        income_type="COMMISSION",
        income=D("-0.3250005"),
        asset="USDT",
        info="123456",
        tran_id=9,
        trade_id=trade_id,
        time_ms=NOW_MS,
    )
    assert income(line) == {
        "symbol": "BTCUSDT",
        "incomeType": "COMMISSION",
        "income": "-0.32500050",
        "asset": "USDT",
        "info": "123456",
        "time": NOW_MS,
        "tranId": 9,
        "tradeId": told,
    }
