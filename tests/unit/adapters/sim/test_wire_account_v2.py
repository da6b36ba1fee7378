from decimal import Decimal

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.model import MarginType
from noctule.adapters.sim.wire_account_v2 import account_v2, position_risk_v2
from tests.unit.adapters.sim.test_wire_account import FREE, MARGINS, SUMS
from tests.wire_builders import NOW_MS, position_view, rules

D = Decimal
BTC = rules()


def test_an_account_has_modes_totals_assets_and_positions() -> None:
    account = Account(key="key", secret="secret")
    account.update_ms = NOW_MS
    told = account_v2(account, MARGINS, positions=[position_view()], rules={"BTCUSDT": BTC})
    assert told == {
        "feeTier": 0,
        "feeBurn": False,
        "canTrade": True,
        "canDeposit": True,
        "canWithdraw": True,
        "updateTime": 0,
        "multiAssetsMargin": False,
        "tradeGroupId": -1,
        **{f"total{name[0].upper()}{name[1:]}": text for name, text in SUMS.items()},
        **FREE,
        "assets": [
            {"asset": "USDT", **SUMS, **FREE, "marginAvailable": True, "updateTime": NOW_MS}
        ],
        "positions": [
            {
                "symbol": "BTCUSDT",
                "initialMargin": "32.50505000",
                "maintMargin": "2.60040400",
                "unrealizedProfit": "0.10000000",
                "positionInitialMargin": "32.50505000",
                "openOrderInitialMargin": "0",
                "leverage": "20",
                "isolated": False,
                "entryPrice": "65000.1",
                "maxNotional": "600000",
                "bidNotional": "0",
                "askNotional": "0",
                "positionSide": "BOTH",
                "positionAmt": "0.010",
                "updateTime": NOW_MS,
            }
        ],
    }


def test_a_position_tells_leverage_and_margin_type() -> None:
    isolated = position_view(
        margin_type=MarginType.ISOLATED,
        isolated_margin=D("6.6"),
        liquidation_price=D("60000.5"),
    )
    assert position_risk_v2(isolated, BTC) == {
        "symbol": "BTCUSDT",
        "positionSide": "BOTH",
        "positionAmt": "0.010",
        "entryPrice": "65000.1",
        "breakEvenPrice": "65032.60005",
        "markPrice": "65010.10000000",
        "unRealizedProfit": "0.10000000",
        "liquidationPrice": "60000.50000000",
        "leverage": "20",
        "maxNotionalValue": "600000",
        "marginType": "isolated",
        "isolatedMargin": "6.60000000",
        "isAutoAddMargin": "false",
        "notional": "650.10100000",
        "isolatedWallet": "0",
        "updateTime": NOW_MS,
    }
