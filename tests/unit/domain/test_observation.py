"""An observation says nothing that can change later."""

import pytest

from noctule.domain.observation import Answer, Observation, Readings
from noctule.domain.position import Position
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT, candle


def test_unless_told_otherwise_nothing_was_said_and_nothing_was_read() -> None:
    seen = Observation(
        at_ms=1,
        candle=candle(),
        strategy="mine",
        candles=1,
        candles_needed=0,
        answer=Answer.NOTHING,
        position=Position(symbol=BTCUSDT),
        regime=None,
        mark=None,
        book=None,
    )
    assert (seen.said, seen.cause, seen.readings) == (None, None, ())
    with pytest.raises(AttributeError, match="immutable"):
        seen.strategy = "yours"  # type: ignore[misc]  # the mistake this is about


def test_readings_are_values_by_name() -> None:
    readings = Readings(Timeframe.M1, ("sma(10)",), (1.5,))
    assert dict(zip(readings.names, readings.values, strict=True)) == {"sma(10)": 1.5}


def test_the_answers_are_written_into_stores_and_stay() -> None:
    assert [each.value for each in Answer] == [
        "signal",
        "nothing",
        "failed",
        "disabled",
        "history",
    ]
