from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.wire_rules import (
    commission_rate,
    exchange_info,
    funding_infos,
    leverage_bracket,
    order_limits,
    rate_limits,
)
from tests.wire_builders import NOW_MS, rules

WEIGHT = {
    "rateLimitType": "REQUEST_WEIGHT",
    "interval": "MINUTE",
    "intervalNum": 1,
    "limit": 2400,
}
MINUTE = {"rateLimitType": "ORDERS", "interval": "MINUTE", "intervalNum": 1, "limit": 1200}
TEN_SECONDS = {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 300}


SYMBOL = {
    "symbol": "BTCUSDT",
    "pair": "BTCUSDT",
    "contractType": "PERPETUAL",
    "deliveryDate": 4_133_404_800_000,
    "onboardDate": 1_569_398_400_000,
    "status": "TRADING",
    "maintMarginPercent": "2.5000",
    "requiredMarginPercent": "5.0000",
    "baseAsset": "BTC",
    "quoteAsset": "USDT",
    "marginAsset": "USDT",
    "pricePrecision": 2,
    "quantityPrecision": 3,
    "baseAssetPrecision": 8,
    "quotePrecision": 8,
    "underlyingType": "COIN",
    "underlyingSubType": [],
    "triggerProtect": "0.0500",
    "liquidationFee": "0.012500",
    "marketTakeBound": "0.05",
    "maxMoveOrderLimit": 10_000,
    "filters": [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": "556.80",
            "maxPrice": "4529764",
            "tickSize": "0.10",
        },
        {
            "filterType": "LOT_SIZE",
            "minQty": "0.001",
            "maxQty": "1000",
            "stepSize": "0.001",
        },
        {
            "filterType": "MARKET_LOT_SIZE",
            "minQty": "0.001",
            "maxQty": "120",
            "stepSize": "0.001",
        },
        {"filterType": "MAX_NUM_ORDERS", "limit": 200},
        {"filterType": "MIN_NOTIONAL", "notional": "50"},
        {
            "filterType": "PERCENT_PRICE",
            "multiplierUp": "1.0500",
            "multiplierDown": "0.9500",
            "multiplierDecimal": "4",
        },
        {"filterType": "POSITION_RISK_CONTROL", "positionControlSide": "NONE"},
    ],
    "orderTypes": [
        "LIMIT",
        "MARKET",
        "STOP",
        "STOP_MARKET",
        "TAKE_PROFIT",
        "TAKE_PROFIT_MARKET",
        "TRAILING_STOP_MARKET",
    ],
    "timeInForce": ["GTC", "IOC", "FOK", "GTX", "GTD"],
    "permissionSets": ["GRID", "COPY"],
}


def test_the_exchange_tells_its_limits_assets_and_symbols() -> None:
    assert exchange_info([rules()], server_ms=NOW_MS, terms=Terms()) == {
        "timezone": "UTC",
        "serverTime": NOW_MS,
        "futuresType": "U_MARGINED",
        "rateLimits": [WEIGHT, MINUTE, TEN_SECONDS],
        "exchangeFilters": [],
        "assets": [{"asset": "USDT", "marginAvailable": True, "autoAssetExchange": "-10000"}],
        "symbols": [SYMBOL],
    }


def test_each_margin_asset_is_named_once() -> None:
    three = [rules(), rules(symbol="ETHUSDT"), rules(symbol="BTCUSDC", quote_asset="USDC")]
    told = exchange_info(three, server_ms=NOW_MS, terms=Terms())
    assets = told["assets"]
    assert isinstance(assets, list)
    assert [each["asset"] for each in assets] == ["USDC", "USDT"]


def test_the_limits_are_those_of_the_house() -> None:
    terms = Terms(weight_per_minute=6_000)
    assert rate_limits(terms) == [WEIGHT | {"limit": 6_000}, MINUTE, TEN_SECONDS]
    assert order_limits(terms) == [TEN_SECONDS, MINUTE]


def test_leverage_brackets_are_json_numbers() -> None:
    assert leverage_bracket(rules()) == {
        "symbol": "BTCUSDT",
        "brackets": [
            {
                "bracket": 1,
                "initialLeverage": 125,
                "notionalCap": 50_000,
                "notionalFloor": 0,
                "maintMarginRatio": 0.004,
                "cum": 0,
            },
            {
                "bracket": 2,
                "initialLeverage": 100,
                "notionalCap": 600_000,
                "notionalFloor": 50_000,
                "maintMarginRatio": 0.005,
                "cum": 50,
            },
        ],
    }


def test_fees_are_told_as_shares() -> None:
    assert commission_rate(rules()) == {
        "symbol": "BTCUSDT",
        "makerCommissionRate": "0.0002",
        "takerCommissionRate": "0.0005",
        "rpiCommissionRate": "0.00005",
    }


def test_only_symbols_that_do_not_settle_every_eight_hours_are_listed() -> None:
    told = funding_infos([rules(), rules(symbol="THINUSDT", funding_interval_hours=4)])
    assert told == [
        {
            "symbol": "THINUSDT",
            "adjustedFundingRateCap": "0.02000000",
            "adjustedFundingRateFloor": "-0.02000000",
            "fundingIntervalHours": 4,
            "disclaimer": False,
            "updateTime": 1_569_398_400_000,
        }
    ]
