"""On real candles, and on drawn ones: signals are few, and every one of them can be traded."""

import pytest

from noctule.domain.market import Candle
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Timeframe
from noctule.strategies.ict.settings import IctSettings
from tests.conformance.fixtures import needs_data
from tests.ict_builders import recorded, said, walked

WEEK = 7 * 288
SETTINGS = IctSettings()


@needs_data
def test_on_bitcoin_it_speaks_a_few_times_a_week() -> None:
    bars = recorded("BTCUSDT-5m-20230101-20230731.csv.gz", 10 * WEEK)
    spoken = told(bars)
    assert 10 <= len(spoken) <= 50
    assert {signal.direction for _, signal in spoken} == {Direction.LONG, Direction.SHORT}
    for bar, signal in spoken:
        assert_tradable(bar, signal)


def test_in_a_market_that_walks_at_random_every_signal_can_be_traded() -> None:
    spoken = told(walked(6 * WEEK, seed=4))
    assert spoken
    for bar, signal in spoken:
        assert_tradable(bar, signal)


def told(bars: list[Candle]) -> list[tuple[Candle, Signal]]:
    signals = said(bars, SETTINGS, higher=[Timeframe.H1])
    return [(bar, signal) for bar, signal in zip(bars, signals, strict=True) if signal]


def assert_tradable(bar: Candle, signal: Signal) -> None:
    assert signal.flaw() is None
    assert signal.stop is not None
    assert signal.target is not None
    sign = 1 if signal.direction is Direction.LONG else -1
    risk, reward = sign * (bar.close - signal.stop), sign * (signal.target - bar.close)
    assert risk > 0
    assert reward / risk >= SETTINGS.rr_min - 1e-9
    assert sign * (bar.low - signal.stop if sign > 0 else bar.high - signal.stop) > 0
    assert signal.confidence == pytest.approx(sum(signal.factors.values()))
    assert "swept" in signal.reason
