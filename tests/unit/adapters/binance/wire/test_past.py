"""Rows of the past keep their text, and say what makes them impossible."""

import msgspec
import pytest
from msgspec.structs import replace

from noctule.adapters.binance.rest.calls import Pool
from noctule.adapters.binance.wire.past import FUNDINGS, KLINE_TEXTS, KlineText
from noctule.domain.values import Symbol, Timeframe

BTC = Symbol("BTCUSDT")
TOLD = b"""[[1682899200000,"29230.00","29300.10","29100.00","29200.0","12.300",1682913599999,
"359160.0000",42,"6.100","178120.00","0"]]"""


def row() -> KlineText:
    (row,) = KLINE_TEXTS.decoder.decode(TOLD)
    return row


def test_a_candle_is_written_as_it_was_told_to_the_last_zero() -> None:
    assert row().flaw(BTC, Timeframe.H4) is None
    assert row().line() == (
        "1682899200000,29230.00,29300.10,29100.00,29200.0,12.300,1682913599999,"
        "359160.0000,42,6.100,178120.00"
    )


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"high": "29000"}, "high 29000.0 is not the highest"),
        ({"low": "nan"}, "low nan is not the lowest"),
        ({"open": "plenty"}, "a text that is no number: 1682899200000,plenty"),
        ({"open_ms": 1682899200001}, "off the 4h grid"),
        ({"volume": "-1"}, "volume -1.0"),
        ({"taker_buy_quote": "-1"}, "-1.0 paid by takers"),
        ({"taker_buy_quote": "inf"}, "inf paid by takers"),
    ],
)
def test_what_cannot_be_a_candle_says_why(change: dict[str, object], flaw: str) -> None:
    assert flaw in (replace(row(), **change).flaw(BTC, Timeframe.H4) or "")


def test_a_price_that_is_no_text_has_lost_its_digits_and_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        KLINE_TEXTS.decoder.decode(TOLD.replace(b'"29230.00"', b"29230.00"))


@pytest.mark.parametrize(
    ("rate", "flaw"),
    [
        ("0.00010000", None),
        ("-0.00375000", None),
        ("", "a rate that is no number: ''"),
        ("NaN", "a rate of NaN"),
        ("1.5", "a rate of 1.5"),
    ],
)
def test_a_funding_says_what_makes_it_none(rate: str, flaw: str | None) -> None:
    told = f'[{{"symbol":"BTCUSDT","fundingTime":1682899200008,"fundingRate":"{rate}"}}]'
    (settled,) = FUNDINGS.decoder.decode(told)

    assert settled.flaw() == flaw
    assert settled.funding_time == 1_682_899_200_008


def test_fundings_are_asked_from_a_budget_of_their_own() -> None:
    assert FUNDINGS.pool is Pool.FUNDING
