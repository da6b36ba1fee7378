"""A span begins and ends with whole candles."""

import pytest

from noctule.adapters.replay.span import Span
from noctule.domain.errors import ConfigError
from noctule.domain.values import Timeframe
from tests.fakes.recorded_files import START_MS


def test_a_span_holds_the_candles_that_open_in_it() -> None:
    span = Span.between(START_MS + 1, START_MS + 7_200_001, Timeframe.H1)

    assert (span.from_ms, span.to_ms) == (START_MS + 3_600_000, START_MS + 3 * 3_600_000)
    assert Span.between(START_MS, None, Timeframe.H1) == Span(from_ms=START_MS, to_ms=None)


def test_a_span_tells_itself() -> None:
    whole = Span(from_ms=START_MS, to_ms=START_MS + 60_000)

    assert str(whole) == "from 2023-01-01T00:00 before 2023-01-01T00:01"
    assert str(Span(from_ms=None, to_ms=START_MS)) == "before 2023-01-01T00:00"
    assert str(Span(from_ms=START_MS, to_ms=None)) == "from 2023-01-01T00:00"


def test_an_empty_span_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        Span.between(START_MS, START_MS, Timeframe.M1)

    assert str(caught.value) == (
        "from 2023-01-01T00:00 is not before to 2023-01-01T00:00: nothing is between"
    )
