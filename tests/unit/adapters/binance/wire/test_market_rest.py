"""Answers about the market: read exactly, paid by the row."""

import json

import pytest

from noctule.adapters.binance.wire.market_rest import KLINES, PREMIUM_INDEX, klines_weight
from noctule.domain.errors import FeedMalformed
from noctule.domain.market import MarkPrice
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT, START_MS, candle
from tests.conformance.fixtures import DATA, needs_data

ROW = [START_MS, "1.5", "1.7", "1.4", "1.6", "10", START_MS + 59_999, "15", 8, "5", "7.5", "0"]
PREMIUM = {
    "symbol": "BTCUSDT",
    "markPrice": "1.5",
    "indexPrice": "1.4",
    "estimatedSettlePrice": "1.3",
    "lastFundingRate": "0.0001",
    "interestRate": "0.0001",
    "nextFundingTime": 99,
    "time": 5,
}


def test_a_row_becomes_a_candle_whatever_is_appended_to_it() -> None:
    for row in (ROW, [*ROW, "new"], ROW[:10]):
        (told,) = KLINES.decoder.decode(json.dumps([row]))
        bar = candle(1.6, open=1.5, high=1.7, low=1.4, trades=8)
        expected = {"quote_volume": 15.0, "taker_buy_volume": 5.0}
        assert told.candle(BTCUSDT, Timeframe.M1) == type(bar)(
            **{field: getattr(bar, field) for field in bar.__struct_fields__} | expected
        )


def test_premium_index_tells_mark_price_and_funding() -> None:
    told = PREMIUM_INDEX.decoder.decode(json.dumps(PREMIUM))
    assert told.mark(BTCUSDT) == MarkPrice(
        symbol=BTCUSDT, mark_price=1.5, index_price=1.4, funding_rate=0.0001, next_funding_ms=99
    )


def test_an_impossible_premium_index_is_malformed() -> None:
    told = PREMIUM_INDEX.decoder.decode(json.dumps({**PREMIUM, "markPrice": "0"}))
    with pytest.raises(FeedMalformed, match="BTCUSDT"):
        told.mark(BTCUSDT)


@pytest.mark.parametrize(
    ("limit", "weight"),
    [(1, 1), (99, 1), (100, 2), (499, 2), (500, 5), (1_000, 5), (1_001, 10), (1_500, 10)],
)
def test_klines_are_paid_by_the_row(limit: int, weight: int) -> None:
    assert klines_weight(limit) == weight


@needs_data
def test_the_recorded_answers_are_read() -> None:
    recorded = DATA / "fixtures/nautilus/py_http/http_futures_market_klines.json"
    rows = KLINES.decoder.decode(recorded.read_bytes())
    assert rows
    assert all(row.trades > 0 for row in rows)
    folder = DATA / "fixtures/binance-connector-python/rest_api"
    told = PREMIUM_INDEX.decoder.decode((folder / "mark_price.json").read_bytes())
    assert told.mark(BTCUSDT).mark_price > 0
