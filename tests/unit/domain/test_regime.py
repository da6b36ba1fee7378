"""A market's character has five names, which configuration and strategies use."""

from noctule.domain.regime import Regime


def test_regimes_are_plain_words_in_the_order_in_which_they_count() -> None:
    assert [str(each) for each in Regime] == [
        "illiquid",
        "high_volatility",
        "trend_up",
        "trend_down",
        "range",
    ]


def test_a_trend_goes_either_way() -> None:
    assert [each for each in Regime if each.is_trend] == [Regime.TREND_UP, Regime.TREND_DOWN]
