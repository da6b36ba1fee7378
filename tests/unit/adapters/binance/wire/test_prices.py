"""Prices are read to the last digit, and what cannot be true is refused."""

from decimal import Decimal

import msgspec
import pytest
from msgspec.structs import replace

from noctule.adapters.binance.wire.market import read_frame
from noctule.adapters.binance.wire.prices import (
    LAST_PRICES,
    MARKS,
    PRICES,
    BestTold,
    MarkTold,
    PriceTold,
    TradeTold,
)
from noctule.domain.errors import FeedMalformed
from tests.fakes.market_desk import enveloped

TRADE = TradeTold(
    symbol="BTCUSDT",
    number=7,
    price=Decimal("60000.10"),
    quantity=Decimal("0.003"),
    at_ms=4,
    is_buyer_maker=True,
)
BEST = BestTold(
    symbol="BTCUSDT",
    number=8,
    bid=Decimal("60000.00"),
    bid_quantity=Decimal("1.5"),
    ask=Decimal("60000.10"),
    ask_quantity=Decimal(2),
)
MARK = MarkTold(
    symbol="BTCUSDT",
    number=5,
    mark=Decimal("60000.12345678"),
    index=Decimal("60001.5"),
    next_funding_ms=99,
    funding_rate=Decimal("0.00010000"),
)
EVENTS = (
    {"e": "aggTrade", "E": 5, "s": "BTCUSDT", "a": 7, "p": "60000.10", "q": "0.003", "T": 4}
    | {"m": True, "f": 1, "l": 2},
    {"e": "bookTicker", "E": 5, "T": 5, "u": 8, "s": "BTCUSDT", "b": "60000.00", "B": "1.5"}
    | {"a": "60000.10", "A": "2"},
    {"e": "markPriceUpdate", "E": 5, "s": "BTCUSDT", "p": "60000.12345678", "i": "60001.5"}
    | {"r": "0.00010000", "T": 99},
)


@pytest.mark.parametrize(("event", "told"), list(zip(EVENTS, (TRADE, BEST, MARK), strict=True)))
def test_an_event_is_read_as_it_is_written(event: dict[str, object], told: PriceTold) -> None:
    assert read_frame(PRICES, enveloped("any", event)) == told
    told.check()


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (replace(TRADE, price=Decimal(0)), "so much a price as 0"),
        (replace(TRADE, price=Decimal("NaN")), "so much a price as NaN"),
        (replace(TRADE, quantity=Decimal(-1)), "so much wanted as -1"),
        (replace(BEST, ask=Decimal("Infinity")), "so much a price as 60000.00, Infinity"),
        (replace(MARK, mark=Decimal(0)), "so much a price as 0"),
        (replace(MARK, funding_rate=Decimal(1)), "funding rate 1"),
        (replace(MARK, funding_rate=Decimal("NaN")), "funding rate NaN"),
    ],
)
def test_what_cannot_be_true_is_refused(told: PriceTold, reason: str) -> None:
    with pytest.raises(FeedMalformed, match=f"BTCUSDT: {reason}"):
        told.check()


def test_the_last_prices_of_all_contracts_are_read_at_once() -> None:
    (row,) = LAST_PRICES.decoder.decode(b'[{"symbol":"BTCUSDT","price":"60000.10","time":3}]')
    assert row.price == Decimal("60000.10")
    row.check()
    with pytest.raises(FeedMalformed):
        replace(row, price=Decimal(0)).check()


def test_a_mark_over_rest_is_one_of_the_stream() -> None:
    answer = [
        {
            "symbol": "BTCUSDT",
            "markPrice": "60000.12345678",
            "indexPrice": "60001.5",
            "lastFundingRate": "0.00010000",
            "nextFundingTime": 99,
            "time": 5,
        }
    ]
    (row,) = MARKS.decoder.decode(msgspec.json.encode(answer))
    assert row.told() == MARK
    with pytest.raises(FeedMalformed, match="rate ''"):
        replace(row, last_funding_rate="").told()
