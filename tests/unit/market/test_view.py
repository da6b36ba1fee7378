"""What a strategy may look at: its own symbol, by timeframe."""

import pytest

from noctule.domain.values import Timeframe
from noctule.market.series import CandleSeries
from noctule.market.view import MarketView
from tests.builders import BTCUSDT


def test_each_timeframe_has_its_own_history() -> None:
    minutes, hours = CandleSeries(capacity=3), CandleSeries(capacity=3)
    view = MarketView(BTCUSDT, {Timeframe.M1: minutes, Timeframe.H1: hours})
    assert view.symbol == "BTCUSDT"
    assert view.history(Timeframe.M1) is minutes
    assert view.history(Timeframe.H1) is hours


def test_a_timeframe_nobody_asked_for_has_no_history() -> None:
    with pytest.raises(KeyError):
        MarketView(BTCUSDT, {}).history(Timeframe.M1)
