"""In any market a regime lasts a while, and was told by nothing that came after it."""

from collections.abc import Iterable
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from noctule.domain.market import Candle
from noctule.domain.regime import Regime
from noctule.market.regime import RegimeDetector
from noctule.market.regime_settings import RegimeSettings
from tests.fakes.market_weather import any_market

NORM = 60
SHORT = {"trend_candles": 10, "recent_candles": 5, "norm_candles": NORM}


def new_detector(**bounds: float) -> RegimeDetector:
    return RegimeDetector(RegimeSettings.model_validate({**SHORT, **bounds}))


def told(bars: Iterable[Candle], detector: RegimeDetector) -> list[Regime | None]:
    return [detector.update(bar) for bar in bars]


@given(seed=st.integers(0, 10**6), confirm=st.integers(2, 9))
def test_a_regime_lasts_at_least_as_many_candles_as_confirm_one(seed: int, confirm: int) -> None:
    regimes = told(any_market(Random(seed), 400), new_detector(confirm_candles=confirm))
    first = regimes.index(next(filter(None, regimes)))
    changed = [
        index
        for index in range(first + 1, len(regimes))
        if regimes[index] is not regimes[index - 1]
    ]
    assert all(later - earlier >= confirm for earlier, later in pairwise([first, *changed]))


@given(seed=st.integers(0, 10**6), at=st.integers(NORM, 250))
def test_nothing_that_comes_later_changes_what_was_told(seed: int, at: int) -> None:
    random = Random(seed)
    bars = any_market(random, 250)
    future = any_market(random, 50)
    known = told(bars[:at], new_detector())
    assert told(bars, new_detector())[:at] == known
    assert told([*bars[:at], *future], new_detector())[:at] == known
