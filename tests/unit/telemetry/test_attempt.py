"""A failure as a value."""

from noctule.telemetry.attempt import attempted


def test_a_call_that_works_gives_its_value() -> None:
    assert attempted(lambda: "value") == "value"


def test_whatever_a_call_raises_is_given_back() -> None:
    class Odd(Exception):
        pass

    odd = Odd("why")

    def fail() -> str:
        raise odd

    assert attempted(fail) is odd
