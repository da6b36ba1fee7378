"""Answers about what may be traded, and at which leverage and fee."""

from collections.abc import Iterable
from typing import Final

from noctule.adapters.sim.model import Bracket, OrderType, Rules, Tif
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.wire_numbers import number, trimmed, verbatim

__all__ = [
    "commission_rate",
    "exchange_info",
    "funding_infos",
    "leverage_bracket",
    "order_limits",
    "rate_limits",
]

_NEVER_DELIVERED_MS: Final = 4_133_404_800_000
_DEFAULT_FUNDING_HOURS: Final = 8
_NOT_FOR_CLIENTS: Final = (OrderType.LIQUIDATION, Tif.GTE_GTC)


def exchange_info(rules: Iterable[Rules], *, server_ms: int, terms: Terms) -> dict[str, object]:
    """Answer GET exchangeInfo; MAX_NUM_ALGO_ORDERS is gone since 2025-12-29."""
    symbols = tuple(rules)
    return {
        "timezone": "UTC",
        "serverTime": server_ms,
        "futuresType": "U_MARGINED",
        "rateLimits": rate_limits(terms),
        "exchangeFilters": [],
        "assets": [
            {"asset": asset, "marginAvailable": True, "autoAssetExchange": "-10000"}
            for asset in sorted({of_symbol.quote_asset for of_symbol in symbols})
        ],
        "symbols": [_symbol(of_symbol) for of_symbol in symbols],
    }


def rate_limits(terms: Terms) -> list[dict[str, object]]:
    """List the limits of an address and of an account."""
    weight = {
        "rateLimitType": "REQUEST_WEIGHT",
        "interval": "MINUTE",
        "intervalNum": 1,
        "limit": terms.weight_per_minute,
    }
    return [weight, *reversed(order_limits(terms))]


def order_limits(terms: Terms) -> list[dict[str, object]]:
    """Answer GET rateLimit/order."""
    windows = (("SECOND", 10, terms.orders_per_10s), ("MINUTE", 1, terms.orders_per_minute))
    return [
        {"rateLimitType": "ORDERS", "interval": interval, "intervalNum": count, "limit": limit}
        for interval, count, limit in windows
    ]


def leverage_bracket(rules: Rules) -> dict[str, object]:
    """Answer one row of GET leverageBracket, whose figures are JSON numbers."""
    return {"symbol": rules.symbol, "brackets": [_bracket(tier) for tier in rules.brackets]}


def commission_rate(rules: Rules) -> dict[str, object]:
    """Answer GET commissionRate."""
    return {
        "symbol": rules.symbol,
        "makerCommissionRate": trimmed(rules.maker_rate),
        "takerCommissionRate": trimmed(rules.taker_rate),
        "rpiCommissionRate": "0.00005",
    }


def funding_infos(rules: Iterable[Rules]) -> list[dict[str, object]]:
    """Answer GET fundingInfo: a symbol that is not listed settles every eight hours."""
    return [
        {
            "symbol": of_symbol.symbol,
            "adjustedFundingRateCap": "0.02000000",
            "adjustedFundingRateFloor": "-0.02000000",
            "fundingIntervalHours": of_symbol.funding_interval_hours,
            "disclaimer": False,
            "updateTime": of_symbol.onboard_ms,
        }
        for of_symbol in rules
        if of_symbol.funding_interval_hours != _DEFAULT_FUNDING_HOURS
    ]


def _symbol(rules: Rules) -> dict[str, object]:
    return {
        "symbol": rules.symbol,
        "pair": rules.symbol,
        "contractType": "PERPETUAL",
        "deliveryDate": _NEVER_DELIVERED_MS,
        "onboardDate": rules.onboard_ms,
        "status": rules.status,
        "maintMarginPercent": "2.5000",  # these two say nothing; the brackets do
        "requiredMarginPercent": "5.0000",
        "baseAsset": rules.base_asset,
        "quoteAsset": rules.quote_asset,
        "marginAsset": rules.quote_asset,
        "pricePrecision": rules.price_precision,
        "quantityPrecision": rules.quantity_precision,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "underlyingType": "COIN",
        "underlyingSubType": [],
        "triggerProtect": verbatim(rules.trigger_protect),
        "liquidationFee": verbatim(rules.liquidation_fee),
        "marketTakeBound": verbatim(rules.market_take_bound),
        "maxMoveOrderLimit": 10_000,
        "filters": _filters(rules),
        "orderTypes": [kind for kind in OrderType if kind not in _NOT_FOR_CLIENTS],
        "timeInForce": [tif for tif in Tif if tif not in _NOT_FOR_CLIENTS],
        "permissionSets": ["GRID", "COPY"],
    }


def _filters(rules: Rules) -> list[dict[str, object]]:
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": verbatim(rules.min_price),
            "maxPrice": verbatim(rules.max_price),
            "tickSize": verbatim(rules.tick),
        },
        {
            "filterType": "LOT_SIZE",
            "minQty": verbatim(rules.min_qty),
            "maxQty": verbatim(rules.max_qty),
            "stepSize": verbatim(rules.step),
        },
        {
            "filterType": "MARKET_LOT_SIZE",
            "minQty": verbatim(rules.market_min_qty),
            "maxQty": verbatim(rules.market_max_qty),
            "stepSize": verbatim(rules.market_step),
        },
        {"filterType": "MAX_NUM_ORDERS", "limit": rules.max_num_orders},
        {"filterType": "MIN_NOTIONAL", "notional": verbatim(rules.min_notional)},
        {
            "filterType": "PERCENT_PRICE",
            "multiplierUp": verbatim(rules.multiplier_up),
            "multiplierDown": verbatim(rules.multiplier_down),
            "multiplierDecimal": str(rules.multiplier_decimal),
        },
        {"filterType": "POSITION_RISK_CONTROL", "positionControlSide": "NONE"},
    ]


def _bracket(tier: Bracket) -> dict[str, object]:
    return {
        "bracket": tier.bracket,
        "initialLeverage": tier.initial_leverage,
        "notionalCap": number(tier.notional_cap),
        "notionalFloor": number(tier.notional_floor),
        "maintMarginRatio": number(tier.maint_margin_ratio),
        "cum": number(tier.cum),
    }
