"""A number is written as people read it: short, and never with an exponent."""

import pytest

from noctule.domain.figures import figure, share


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (64_120.42, "64,120.4"),
        (1_234_567.8, "1,234,568"),
        (100.0, "100"),
        (14.1254321, "14.1254"),
        (0.0123, "0.0123"),
        (0.000012345678, "0.0000123457"),
        (-3.5, "-3.5"),
        (0.0, "0"),
        (1e-30, "0"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
    ],
)
def test_a_number_has_six_digits_that_tell_something(number: float, told: str) -> None:
    assert figure(number) == told


def test_a_share_is_told_in_percent_without_its_sign() -> None:
    assert [share(each) for each in (0.00124, -0.5, 0.0)] == ["0.12 %", "50 %", "0 %"]
