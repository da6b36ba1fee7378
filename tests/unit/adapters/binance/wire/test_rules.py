"""Contracts as the exchange tells them, and the ones that nobody can trade."""

import gzip
import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from noctule.adapters.binance.wire.rules import (
    AccountConfig,
    ContractRow,
    ExchangeInfo,
    SymbolBrackets,
    brackets_of,
    instrument_of,
)
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.wire_rules import exchange_info, leverage_bracket
from noctule.domain.instrument import Instrument, InstrumentStatus
from tests.conformance.fixtures import DATA, needs_data

BTC: dict[str, Any] = {  # the live contract of 2026-09-30 (facts 2.2)
    "symbol": "BTCUSDT",
    "pair": "BTCUSDT",
    "contractType": "PERPETUAL",
    "status": "TRADING",
    "baseAsset": "BTC",
    "quoteAsset": "USDT",
    "marginAsset": "USDT",
    "pricePrecision": 2,
    "triggerProtect": "0.0500",
    "liquidationFee": "0.012500",
    "marketTakeBound": "0.05",
    "filters": [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": "556.80",
            "maxPrice": "4529764",
            "tickSize": "0.10",
        },
        {"filterType": "LOT_SIZE", "minQty": "0.001", "maxQty": "1000", "stepSize": "0.001"},
        {"filterType": "MARKET_LOT_SIZE", "minQty": "0.001", "maxQty": "120", "stepSize": "0.001"},
        {"filterType": "MAX_NUM_ORDERS", "limit": 200},
        {"filterType": "MIN_NOTIONAL", "notional": "50"},
        {
            "filterType": "PERCENT_PRICE",
            "multiplierUp": "1.0500",
            "multiplierDown": "0.9500",
            "multiplierDecimal": "4",
        },
        {"filterType": "POSITION_RISK_CONTROL", "positionControlSide": "NONE"},
        {"filterType": "SOMETHING_NEW", "depth": {"a": 1}},
    ],
}


def row(**changes: Any) -> ContractRow:
    return msgspec.convert({**BTC, **changes}, ContractRow)


def without(*filters: str) -> list[dict[str, Any]]:
    return [each for each in BTC["filters"] if each["filterType"] not in filters]


def translated(row: ContractRow) -> Instrument:
    instrument = instrument_of(row)
    assert isinstance(instrument, Instrument), instrument
    return instrument


def test_a_contract_is_read_to_the_last_digit() -> None:
    btc = translated(row())
    assert (btc.symbol, btc.status) == ("BTCUSDT", InstrumentStatus.TRADING)
    assert (btc.tick, btc.price_min, btc.price_max) == (
        Decimal("0.10"),
        Decimal("556.80"),
        Decimal(4_529_764),
    )
    assert (btc.lot.quantity_max, btc.market_lot.quantity_max) == (Decimal(1_000), Decimal(120))
    assert (btc.notional_min, btc.orders_max) == (Decimal(50), 200)
    assert (btc.price_multiplier_up, btc.price_multiplier_down) == (
        Decimal("1.05"),
        Decimal("0.95"),
    )
    assert btc.market_take_bound == Decimal("0.05")
    assert btc.trigger_protect == Decimal("0.05")
    assert btc.liquidation_fee == Decimal("0.0125")


@pytest.mark.parametrize(
    "changes",
    [{"status": "SETTLING"}, {"contractType": "CURRENT_QUARTER"}, {"status": "PENDING_TRADING"}],
)
def test_only_an_open_perpetual_is_tradable(changes: dict[str, str]) -> None:
    assert translated(row(**changes)).status is InstrumentStatus.NOT_TRADING


def test_a_contract_with_a_tick_of_zero_is_refused_by_name_of_the_flaw() -> None:
    grid = {"filterType": "PRICE_FILTER", "minPrice": "0", "maxPrice": "0", "tickSize": "0"}
    flaw = instrument_of(row(filters=[grid, *without("PRICE_FILTER")]))
    assert flaw == "its price grid or lot size is missing or zero"


def test_a_contract_without_a_lot_size_is_refused() -> None:
    assert instrument_of(row(filters=without("LOT_SIZE"))) == (
        "its price grid or lot size is missing or zero"
    )


def test_a_contract_whose_numbers_make_no_sense_is_refused() -> None:
    grid = {"filterType": "PRICE_FILTER", "minPrice": "1", "maxPrice": "2", "tickSize": "-0.1"}
    flaw = instrument_of(row(filters=[grid, *without("PRICE_FILTER")]))
    assert flaw == "its filters make no sense: -0.1, 0.001, 0.001, 1000"


def test_what_a_contract_does_not_say_does_not_bind_it() -> None:
    bare = translated(
        row(filters=without("MARKET_LOT_SIZE", "MIN_NOTIONAL", "PERCENT_PRICE", "MAX_NUM_ORDERS"))
    )
    assert bare.market_lot == bare.lot
    assert (bare.notional_min, bare.orders_max) == (Decimal(0), 200)
    assert bare.price_multiplier_down == 0


def test_leverage_tiers_are_json_numbers_and_keep_every_digit() -> None:
    answer = (
        b'{"symbol":"BTCUSDT","notionalCoef":1.5,"brackets":['
        b'{"bracket":2,"initialLeverage":100,"notionalCap":600000,"notionalFloor":50000,'
        b'"maintMarginRatio":0.005,"cum":50.0},'
        b'{"bracket":1,"initialLeverage":125,"notionalCap":50000,"notionalFloor":0,'
        b'"maintMarginRatio":0.004,"cum":0.0}]}'
    )
    first, second = brackets_of(msgspec.json.decode(answer, type=SymbolBrackets))
    assert (first.bracket, first.leverage_max, first.maintenance_share) == (
        1,
        125,
        Decimal("0.004"),
    )
    assert (second.notional_floor, second.notional_cap) == (Decimal(75_000), Decimal(900_000))
    assert second.maintenance_amount == 75


def test_every_contract_of_the_simulated_exchange_can_be_traded() -> None:
    rules = default_rules()
    answer = json.dumps(exchange_info(rules, server_ms=0, terms=Terms())).encode()
    told = msgspec.json.decode(answer, type=ExchangeInfo)
    assert [translated(each).symbol for each in told.symbols] == [each.symbol for each in rules]
    tiers = [
        msgspec.json.decode(json.dumps(leverage_bracket(each)).encode(), type=SymbolBrackets)
        for each in rules
    ]
    assert [len(brackets_of(each)) for each in tiers] == [len(each.brackets) for each in rules]


@needs_data
def test_every_recorded_contract_is_translated_or_refused_with_a_reason() -> None:
    path = DATA / "exchangeInfo" / "um-testnet-20251224.json.gz"
    told = msgspec.json.decode(gzip.decompress(path.read_bytes()), type=ExchangeInfo)
    refused = {
        each.symbol: flaw for each in told.symbols if isinstance(flaw := instrument_of(each), str)
    }
    assert len(told.symbols) == 660
    assert refused == {"OPENUSDT": "its price grid or lot size is missing or zero"}


def test_the_modes_of_an_account_are_read_past_fields_we_do_not_know() -> None:
    answer = (
        b'{"feeTier":0,"canTrade":true,"canDeposit":true,"canWithdraw":false,'
        b'"dualSidePosition":true,"updateTime":0,"multiAssetsMargin":false,"tradeGroupId":-1}'
    )
    config = msgspec.json.decode(answer, type=AccountConfig)
    assert (config.can_trade, config.can_withdraw) == (True, False)
    assert (config.dual_side_position, config.multi_assets_margin) == (True, False)
