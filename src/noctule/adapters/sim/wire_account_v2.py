"""The older answers about an account, which clients still ask for: every symbol, flat or not."""

from collections.abc import Iterable, Mapping

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.events import PositionView
from noctule.adapters.sim.margin import notional_max
from noctule.adapters.sim.model import MarginType, Rules
from noctule.adapters.sim.statement import Margins
from noctule.adapters.sim.wire_account import account_config, account_v3, asset_row
from noctule.adapters.sim.wire_numbers import amount, amount_or_0, mean, padded, trimmed

__all__ = ["account_v2", "position_risk_v2"]


def account_v2(
    account: Account,
    margins: Margins,
    *,
    positions: Iterable[PositionView],
    rules: Mapping[str, Rules],
) -> dict[str, object]:
    """Answer GET /fapi/v2/account: what version 3 moved to accountConfig is here too."""
    config = account_config(account)
    del config["dualSidePosition"]
    return {
        **config,
        "feeBurn": False,  # fees are paid in the margin asset
        **account_v3(account, margins, positions=(), rules=rules),
        "assets": [{**asset_row(account, margins), "marginAvailable": True}],
        "positions": [_position(view, rules[view.position.symbol]) for view in positions],
    }


def position_risk_v2(view: PositionView, rules: Rules) -> dict[str, object]:
    """Answer one row of GET /fapi/v2/positionRisk: with leverage and margin type."""
    position = view.position
    isolated = view.margin_type is MarginType.ISOLATED
    return {
        "symbol": position.symbol,
        "positionSide": position.side,
        "positionAmt": padded(position.amount, rules.quantity_precision),
        "entryPrice": mean(position.entry_price),
        "breakEvenPrice": mean(position.break_even),
        "markPrice": padded(view.mark, 8),
        "unRealizedProfit": amount(view.unrealized),
        "liquidationPrice": amount_or_0(view.liquidation_price),
        "leverage": str(view.leverage),
        "maxNotionalValue": trimmed(notional_max(rules, view.leverage)),
        "marginType": "isolated" if isolated else "cross",
        "isolatedMargin": amount(view.isolated_margin),
        "isAutoAddMargin": "false",
        "notional": amount_or_0(view.notional),
        "isolatedWallet": amount_or_0(position.isolated_wallet),
        "updateTime": position.update_ms,
    }


def _position(view: PositionView, rules: Rules) -> dict[str, object]:
    position = view.position
    return {
        "symbol": position.symbol,
        "initialMargin": amount_or_0(view.initial_margin + view.open_order_margin),
        "maintMargin": amount_or_0(view.maint_margin),
        "unrealizedProfit": amount(view.unrealized),
        "positionInitialMargin": amount_or_0(view.initial_margin),
        "openOrderInitialMargin": amount_or_0(view.open_order_margin),
        "leverage": str(view.leverage),
        "isolated": view.margin_type is MarginType.ISOLATED,
        "entryPrice": mean(position.entry_price),
        "maxNotional": trimmed(notional_max(rules, view.leverage)),
        "bidNotional": amount_or_0(view.bid_notional),
        "askNotional": amount_or_0(view.ask_notional),
        "positionSide": position.side,
        "positionAmt": padded(position.amount, rules.quantity_precision),
        "updateTime": position.update_ms,
    }
