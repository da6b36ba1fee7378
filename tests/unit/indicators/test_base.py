"""What every indicator is told when it is made."""

import pytest

from noctule.indicators.base import at_least, whole_at_least


def test_what_is_at_its_bound_or_above_passes() -> None:
    at_least(0.5, deviations=0.5, multiplier=3)
    whole_at_least(1, length=1, signal=9)


@pytest.mark.parametrize("given", [0.4, -1.0, float("nan")])
def test_what_is_below_its_bound_is_refused_by_name(given: float) -> None:
    with pytest.raises(ValueError, match=f"deviations is {given}, the least is 0.5"):
        at_least(0.5, length=2, deviations=given)


def test_a_length_below_its_bound_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="slow is 1, the least is 2"):
        whole_at_least(2, fast=2, slow=1)


@pytest.mark.parametrize("given", [14.0, "14", None])
def test_a_length_that_is_no_whole_number_is_refused_by_name(given: int) -> None:
    with pytest.raises(ValueError, match=f"length is {given!r}, it must be a whole number"):
        whole_at_least(1, length=given)
