"""Whoever believes a result is told what else he believes."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.app.backtest.assumptions import assumptions_of
from noctule.app.backtest.settings import Ambiguity, MarketTerms
from tests.fakes.recorded_columns import columns_of, recorded_of, standing

MARKET = recorded_of(columns_of(standing(range(3))))


def told(**terms: object) -> str:
    return "\n".join(assumptions_of(MarketTerms(**terms), MARKET))  # type: ignore[arg-type]  # any


def test_what_is_always_assumed() -> None:
    said = told()
    assert "the one that hurts what is held (--ambiguity worst)" in said
    assert "takers pay 0.05 %, makers 0.02 %" in said
    assert "funding is 0.01 % at the usual hours: no rates are given for BTCUSDT" in said
    assert "the mark price is the last price" in said
    assert "on its way" not in said


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"ambiguity": Ambiguity.BEST}, "--ambiguity best"),
        ({"ambiguity": Ambiguity.OHLC}, "--ambiguity ohlc"),
        ({"latency_ms": 40}, "on its way for 40 ms"),
        ({"slippage": Decimal("0.0005")}, "pays 0.05 % more than the best price"),
        ({"taker_fee": Decimal("0.0004")}, "takers pay 0.04 %, makers the contract's own"),
        ({"maker_fee": Decimal("-0.0001")}, "takers the contract's own, makers -0.01 %"),
    ],
)
def test_what_was_asked_for_is_told(terms: dict[str, object], said: str) -> None:
    assert said.replace("takers the", "takers pay the") in told(**terms)


def test_what_the_data_hold_is_not_assumed() -> None:
    (candles,) = MARKET.candles.values()
    full = replace(
        MARKET,
        marks={candles.symbol: candles},
        funding={candles.symbol: candles},
        finer={candles.symbol: candles},
    )
    said = "\n".join(assumptions_of(MarketTerms(), full))
    assert "funding" not in said
    assert "fills of BTCUSDT are refined by shorter candles" in said
