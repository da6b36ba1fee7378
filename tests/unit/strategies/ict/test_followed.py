"""What is made of candles is warmed by candles."""

import pytest

from noctule.strategies.ict.bias import Bias


def test_it_is_written_in_no_memento_and_says_so() -> None:
    bias = Bias("1h", 3, 100)
    with pytest.raises(TypeError, match="Bias is made anew from candles, not from a memento"):
        bias.snapshot()
    with pytest.raises(TypeError, match="made anew from candles"):
        bias.restore({})


def test_it_takes_the_candle_itself() -> None:
    assert Bias.inputs == ()
