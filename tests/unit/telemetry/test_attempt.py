"""A failure as a value."""

import pytest

from noctule.telemetry.attempt import attempted, contained


def test_a_call_that_works_gives_its_value() -> None:
    assert attempted(lambda: "value") == "value"


def test_whatever_a_call_raises_is_given_back() -> None:
    class Odd(Exception):
        pass

    odd = Odd("why")

    def fail() -> str:
        raise odd

    assert attempted(fail) is odd


@pytest.mark.parametrize("odd", [SystemExit(3), KeyboardInterrupt(), GeneratorExit(), ValueError()])
def test_a_stranger_cannot_even_end_us(odd: BaseException) -> None:
    def end() -> str:
        raise odd

    assert contained(end) is odd
    if not isinstance(odd, Exception):
        with pytest.raises(type(odd)):
            attempted(end)
    assert contained(lambda: "value") == "value"
