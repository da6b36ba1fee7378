"""Bulls and bears are treated alike: a market turned upside down gets the opposite signals."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noctule.domain.signals import Signal
from noctule.domain.values import Timeframe
from tests.ict_builders import SMALL, mirrored, said, walked

ABOUT = 400.0  # twice of it is more than any price that is drawn here
LENIENT = SMALL.model_copy(
    update={"anytime": True, "rr_min": 0.5, "stop_share_min": 0.0, "bias_required": True}
)


@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), is_higher=st.booleans())
def test_upside_down_every_signal_is_its_opposite(*, seed: int, is_higher: bool) -> None:
    bars = walked(600, seed=seed)
    higher = (Timeframe.M15,) if is_higher else ()
    strict = LENIENT.model_copy(update={"bias_strength": 1})
    upright = said(bars, strict, higher=higher)
    turned = said(mirrored(bars, about=ABOUT), strict, higher=higher)
    for signal, other in zip(upright, turned, strict=True):
        assert (signal is None) == (other is None)
        if signal and other:
            assert_opposite(signal, other)


def assert_opposite(signal: Signal, other: Signal) -> None:
    assert signal.stop is not None
    assert signal.target is not None
    assert other.direction is signal.direction.opposite
    assert other.stop == pytest.approx(2 * ABOUT - signal.stop)
    assert other.target == pytest.approx(2 * ABOUT - signal.target)
    assert other.factors == pytest.approx(signal.factors)
