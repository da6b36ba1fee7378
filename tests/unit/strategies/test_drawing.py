"""Shapes over the candles: what they say when nobody says more, and that nothing redraws them."""

import pytest

from noctule.strategies.drawing import Area, Curve, Level, Mark, Tone
from tests.builders import START_MS

AREA = Area(label="gap", low=99.0, high=101.0, from_ms=START_MS)
LEVEL = Level(label="equal highs", price=101.0, from_ms=START_MS)
MARK = Mark(label="swing low", price=99.0, at_ms=START_MS)
CURVE = Curve(label="SMA 10", price=100.0, at_ms=START_MS)


@pytest.mark.parametrize("shape", [AREA, LEVEL])
def test_what_has_no_end_still_counts(shape: Area | Level) -> None:
    assert shape.to_ms is None


@pytest.mark.parametrize("shape", [AREA, LEVEL, MARK])
def test_a_shape_takes_no_side_unless_told_so(shape: Area | Level | Mark) -> None:
    assert shape.tone is Tone.NEUTRAL


def test_a_shape_speaks_for_a_side_or_is_spent() -> None:
    assert [*Tone] == ["bullish", "bearish", "neutral", "spent"]


@pytest.mark.parametrize("shape", [AREA, LEVEL, MARK, CURVE])
def test_what_was_drawn_stays_as_it_is(shape: Area | Level | Mark | Curve) -> None:
    with pytest.raises(AttributeError, match="immutable"):
        shape.label = "another"  # type: ignore[misc]  # the mistake this test is about
