"""The bias is where the last break of a higher timeframe points."""

from noctule.strategies.ict.bias import Bias
from noctule.strategies.ict.structure import BreakKind
from noctule.strategies.ict.way import Trend
from tests.ict_builders import drawn

STORY = "100, 102/99.5 101, 100, 102.5"


def test_it_has_no_value_before_a_swing_could_be_known_and_then_always() -> None:
    bias = Bias("1h", 1, 100)
    assert [bias.update(bar) for bar in drawn(STORY)] == [None, None, Trend.NONE, Trend.UP]
    assert (bias.warmup, bias.timeframe) == (3, "1h")


def test_it_tells_the_break_that_made_it() -> None:
    bias = Bias("1h", 1, 100)
    for bar in drawn(STORY):
        bias.update(bar)
    assert bias.latest is not None
    assert (bias.latest.kind, bias.latest.swing.price) == (BreakKind.BOS, 102)


def test_before_the_first_break_there_is_none_to_tell() -> None:
    assert Bias("1h", 1, 100).latest is None
