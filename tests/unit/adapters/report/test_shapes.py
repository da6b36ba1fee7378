from noctule.adapters.report.shapes import Box, Chart, Line, Look, Pin
from tests.builders import START_MS, candles


def test_a_shape_is_plain_and_without_end_unless_somebody_says_otherwise() -> None:
    box = Box(label="gap", low=1.0, high=2.0, from_ms=0)
    line = Line(label="high", price=2.0, from_ms=0)
    pin = Pin(label="swing", price=2.0, at_ms=0)

    assert {box.look, line.look, pin.look} == {Look.PLAIN}
    assert (box.to_ms, line.to_ms) == (None, None)


def test_a_chart_needs_nothing_but_candles_and_the_one_in_question() -> None:
    chart = Chart(candles=tuple(candles([1.0, 2.0])), at_ms=START_MS)

    assert (chart.shapes, chart.trails, chart.arrows) == ((), (), ())
