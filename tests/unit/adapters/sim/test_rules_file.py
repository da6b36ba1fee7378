"""Rules from saved answers of the real exchange."""

import gzip
from decimal import Decimal
from pathlib import Path

import pytest

from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.rules_book import usual_brackets
from noctule.adapters.sim.rules_file import rules_from_files, rules_told
from tests.conformance.fixtures import DATA, needs_data

INFO = b"""{"serverTime": 0, "unknown": [], "symbols": [{
 "symbol": "ABCUSDT", "status": "SETTLING", "baseAsset": "ABC", "quoteAsset": "USDT",
 "onboardDate": 5, "pricePrecision": 4, "quantityPrecision": 1, "triggerProtect": "0.0500",
 "liquidationFee": "0.015000", "marketTakeBound": "0.10", "filters": [
  {"filterType": "PRICE_FILTER", "tickSize": "0.0100", "minPrice": "0.4200", "maxPrice": "6857"},
  {"filterType": "LOT_SIZE", "minQty": "0.1", "maxQty": "1000", "stepSize": "0.1"},
  {"filterType": "MARKET_LOT_SIZE", "minQty": "0.2", "maxQty": "500", "stepSize": "0.2"},
  {"filterType": "MAX_NUM_ORDERS", "limit": 199},
  {"filterType": "MIN_NOTIONAL", "notional": "7"},
  {"filterType": "PERCENT_PRICE", "multiplierUp": "1.1", "multiplierDown": "0.9",
   "multiplierDecimal": "4"},
  {"filterType": "POSITION_RISK_CONTROL", "positionControlSide": "NONE"}]}]}"""
TIERS = b"""{"ABC/USDT:USDT": [{"tier": 1.0, "info": {"bracket": "1", "initialLeverage": "20",
  "notionalCap": "5000", "notionalFloor": "0", "maintMarginRatio": "0.02", "cum": "0.0"}}],
 "ABC/USDT:USDT-241227": []}"""


@pytest.fixture
def info(tmp_path: Path) -> Path:
    path = tmp_path / "info.json"
    path.write_bytes(INFO)
    return path


def test_a_symbol_is_read_with_its_filters_and_brackets(info: Path, tmp_path: Path) -> None:
    tiers = tmp_path / "tiers.json.gz"
    tiers.write_bytes(gzip.compress(TIERS))
    (rules,) = rules_from_files(info, tiers)
    assert (rules.symbol, rules.status, rules.onboard_ms) == ("ABCUSDT", "SETTLING", 5)
    assert (rules.tick, rules.min_price, rules.max_price) == (
        Decimal("0.01"),
        Decimal("0.42"),
        Decimal(6857),
    )
    assert (rules.step, rules.market_step, rules.market_min_qty) == (
        Decimal("0.1"),
        Decimal("0.2"),
        Decimal("0.2"),
    )
    assert (rules.min_notional, rules.max_num_orders) == (Decimal(7), 199)
    assert (rules.multiplier_up, rules.multiplier_decimal) == (Decimal("1.1"), 4)
    (bracket,) = rules.brackets
    assert (bracket.initial_leverage, bracket.notional_cap) == (20, Decimal(5_000))


def test_a_symbol_without_known_brackets_gets_modest_ones(info: Path) -> None:
    (rules,) = rules_from_files(info)
    assert [each.initial_leverage for each in rules.brackets] == [20, 1]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.json", b"{", "not what was expected: Input data was truncated"),
        ("x.json", b"[]", "not what was expected: Expected `object`, got `array`"),
        ("x.json", INFO.replace(b"LOT_SIZE", b"SIZE", 1), "a symbol lacks the filter LOT_SIZE"),
        ("x.json", INFO.replace(b'"0.0100"', b'"cheap"'), "not what was expected: "),
        ("x.json.gz", b"plain", "cannot be read: Not a gzipped file"),
    ],
)
def test_a_file_that_is_something_else_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadData) as refused:
        rules_from_files(path)
    assert str(refused.value).startswith(f"{path}: {reason}")


def test_a_file_that_is_not_there_is_refused_by_name(info: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone.json"
    with pytest.raises(BadData, match=r"gone\.json: cannot be read: "):
        rules_from_files(info, gone)


@needs_data
def test_a_whole_answer_of_the_real_exchange_is_read() -> None:
    folder = DATA / "exchangeInfo"
    listed = rules_from_files(
        folder / "um-testnet-20251224.json.gz",
        folder / "um-leverage-tiers-mainnet-20241024.json.gz",
    )
    btc = next(each for each in listed if each.symbol == "BTCUSDT")
    assert len(listed) == 660
    assert (btc.tick, btc.market_take_bound) == (Decimal("0.10"), Decimal("0.30"))
    assert [each.cum for each in btc.brackets[:4]] == [0, 50, 950, 11450]


def test_of_a_live_answer_only_the_wanted_symbols_must_make_sense() -> None:
    told = INFO.replace(b'"symbols": [', b'"symbols": [{"symbol": "ODD"}, ')
    (rules,) = rules_told(told, {"ABCUSDT"})
    assert (rules.symbol, rules.step) == ("ABCUSDT", Decimal("0.1"))
    assert rules.brackets == usual_brackets("ABCUSDT")
    with pytest.raises(BadData, match="exchangeInfo: not what was expected"):
        rules_told(told, {"ODD"})
    with pytest.raises(BadData, match="exchangeInfo: a symbol lacks the filter LOT_SIZE"):
        rules_told(INFO.replace(b"LOT_SIZE", b"SIZE", 1), {"ABCUSDT"})
