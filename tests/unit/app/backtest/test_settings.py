"""Which extreme comes first, and what is assumed when nobody says."""

from decimal import Decimal

import pytest

from noctule.app.backtest.settings import Ambiguity, MarketTerms

BAR = (100.0, 110.0, 95.0, 105.0)  # its low is nearer to the open


@pytest.mark.parametrize(
    ("ambiguity", "is_long", "is_high_first"),
    [
        (Ambiguity.WORST, True, False),
        (Ambiguity.WORST, False, True),
        (Ambiguity.BEST, True, True),
        (Ambiguity.BEST, False, False),
        (Ambiguity.OHLC, True, False),
        (Ambiguity.OHLC, False, False),
    ],
)
def test_which_extreme_comes_first(
    ambiguity: Ambiguity, *, is_long: bool, is_high_first: bool
) -> None:
    assert ambiguity.is_high_first(*BAR, is_long=is_long) is is_high_first


@pytest.mark.parametrize(("close", "is_high_first"), [(97.0, True), (103.0, False)])
def test_with_both_as_near_a_falling_candle_rises_first(
    close: float, *, is_high_first: bool
) -> None:
    assert Ambiguity.OHLC.is_high_first(100.0, 105.0, 95.0, close, is_long=True) is is_high_first


def test_the_usual_terms_are_the_simulated_exchange_s_own() -> None:
    terms = MarketTerms()
    assert (terms.ambiguity, terms.spread_ticks, terms.latency_ms) == (Ambiguity.WORST, 1, 0)
    assert (terms.slippage, terms.taker_fee, terms.maker_fee) == (Decimal(0), None, None)
