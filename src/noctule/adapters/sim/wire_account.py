"""Answers about an account: its purse, positions, settings and income."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.bookings import Income
from noctule.adapters.sim.events import PositionView
from noctule.adapters.sim.margin import leverage_max, notional_max
from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.statement import Margins
from noctule.adapters.sim.wire_numbers import amount, amount_or_0, mean, number, padded, trimmed

__all__ = [
    "SUCCESS",
    "account_config",
    "account_v3",
    "asset_row",
    "balance_v3",
    "income",
    "leverage_changed",
    "margin_changed",
    "multi_assets_mode",
    "position_mode",
    "position_risk_v3",
    "symbol_config",
]

SUCCESS: Final = {"code": 200, "msg": "success"}

_ALIAS: Final = "SgsR"
_ADL: Final = 2  # the queue for auto-deleveraging; nobody here is ever deleveraged


def account_v3(
    account: Account,
    margins: Margins,
    *,
    positions: Iterable[PositionView],
    rules: Mapping[str, Rules],
) -> dict[str, object]:
    """Answer GET /fapi/v3/account, in single-asset mode: the totals are the one asset's."""
    return {
        **{_total(name): text for name, text in _sums(margins).items()},
        **_free(margins),
        "assets": [asset_row(account, margins)],
        "positions": [_position(view, rules[view.position.symbol]) for view in positions],
    }


def asset_row(account: Account, margins: Margins) -> dict[str, object]:
    """Answer one of an account's assets; there is one."""
    return {
        "asset": account.asset,
        **_sums(margins),
        **_free(margins),
        "updateTime": account.update_ms,
    }


def balance_v3(account: Account, margins: Margins) -> list[dict[str, object]]:
    """Answer GET /fapi/v3/balance."""
    return [
        {
            "accountAlias": _ALIAS,
            "asset": account.asset,
            "balance": amount(margins.wallet),
            "crossWalletBalance": amount(margins.cross_wallet),
            "crossUnPnl": amount(margins.cross_unrealized),
            **_free(margins),
            "marginAvailable": True,
            "updateTime": account.update_ms,
        }
    ]


def position_risk_v3(view: PositionView, rules: Rules) -> dict[str, object]:
    """Answer one row of GET /fapi/v3/positionRisk: without leverage and margin type."""
    position = view.position
    return {
        "symbol": position.symbol,
        "positionSide": position.side,
        "positionAmt": padded(position.amount, rules.quantity_precision),
        "entryPrice": mean(position.entry_price),
        "breakEvenPrice": mean(position.break_even),
        "markPrice": padded(view.mark, 8),
        "unRealizedProfit": amount(view.unrealized),
        "liquidationPrice": amount_or_0(view.liquidation_price),
        "isolatedMargin": amount_or_0(view.isolated_margin),
        "notional": amount_or_0(view.notional),
        "marginAsset": rules.quote_asset,
        "isolatedWallet": amount_or_0(position.isolated_wallet),
        "initialMargin": amount_or_0(view.initial_margin + view.open_order_margin),
        "maintMargin": amount_or_0(view.maint_margin),
        "positionInitialMargin": amount_or_0(view.initial_margin),
        "openOrderInitialMargin": amount_or_0(view.open_order_margin),
        "adl": _ADL,
        "bidNotional": amount_or_0(view.bid_notional),
        "askNotional": amount_or_0(view.ask_notional),
        "updateTime": position.update_ms,
    }


def account_config(account: Account) -> dict[str, object]:
    """Answer GET accountConfig."""
    return {
        "feeTier": 0,
        "canTrade": True,
        "canDeposit": True,
        "canWithdraw": True,
        "dualSidePosition": account.dual_side,
        "updateTime": 0,
        "multiAssetsMargin": account.multi_assets,
        "tradeGroupId": -1,
    }


def symbol_config(account: Account, rules: Rules) -> dict[str, object]:
    """Answer one row of GET symbolConfig, the only one to tell leverage and margin type."""
    leverage = min(account.leverage(rules.symbol), leverage_max(rules))
    return {
        "symbol": rules.symbol,
        "marginType": account.margin_type(rules.symbol),
        "isAutoAddMargin": False,
        "leverage": leverage,
        "maxNotionalValue": trimmed(notional_max(rules, leverage)),
    }


def leverage_changed(symbol: str, leverage: int, most: Decimal) -> dict[str, object]:
    """Answer POST leverage."""
    return {"leverage": leverage, "maxNotionalValue": trimmed(most), "symbol": symbol}


def margin_changed(asked: Decimal, kind: int) -> dict[str, object]:
    """Answer POST positionMargin: 1 added, 2 removed."""
    return {
        "amount": number(asked),
        "code": 200,
        "msg": "Successfully modify position margin.",
        "type": kind,
    }


def position_mode(account: Account) -> dict[str, object]:
    """Answer GET positionSide/dual."""
    return {"dualSidePosition": account.dual_side}


def multi_assets_mode(account: Account) -> dict[str, object]:
    """Answer GET multiAssetsMargin."""
    return {"multiAssetsMargin": account.multi_assets}


def income(line: Income) -> dict[str, object]:
    """Answer one row of GET income; without a trade its id is an empty string."""
    return {
        "symbol": line.symbol,
        "incomeType": line.income_type,
        "income": amount(line.income),
        "asset": line.asset,
        "info": line.info,
        "time": line.time_ms,
        "tranId": line.tran_id,
        "tradeId": "" if line.trade_id is None else str(line.trade_id),
    }


def _sums(margins: Margins) -> dict[str, object]:
    """Return what stands in every asset, and with `total` before it, in the account."""
    return {
        "initialMargin": amount(margins.initial_margin),
        "maintMargin": amount(margins.maintenance),
        "walletBalance": amount(margins.wallet),
        "unrealizedProfit": amount(margins.unrealized),
        "marginBalance": amount(margins.margin_balance),
        "positionInitialMargin": amount(margins.position_margin),
        "openOrderInitialMargin": amount(margins.order_margin),
        "crossWalletBalance": amount(margins.cross_wallet),
        "crossUnPnl": amount(margins.cross_unrealized),
    }


def _total(name: str) -> str:
    return f"total{name[0].upper()}{name[1:]}"


def _free(margins: Margins) -> dict[str, object]:
    return {
        "availableBalance": amount(margins.available),
        "maxWithdrawAmount": amount(margins.withdrawable),
    }


def _position(view: PositionView, rules: Rules) -> dict[str, object]:
    position = view.position
    return {
        "symbol": position.symbol,
        "positionSide": position.side,
        "positionAmt": padded(position.amount, rules.quantity_precision),
        "unrealizedProfit": amount(view.unrealized),
        "isolatedMargin": amount(view.isolated_margin),
        "notional": amount_or_0(view.notional),
        "isolatedWallet": amount_or_0(position.isolated_wallet),
        "initialMargin": amount_or_0(view.initial_margin + view.open_order_margin),
        "maintMargin": amount_or_0(view.maint_margin),
        "updateTime": position.update_ms,
    }
