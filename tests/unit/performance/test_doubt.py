"""A doubt weighs the more the larger its number."""

import pytest

from noctule.performance.doubt import Gravity, gravity_from


@pytest.mark.parametrize(
    ("number", "gravity"),
    [
        (0.0, Gravity.MILD),
        (0.1, Gravity.SERIOUS),
        (0.49, Gravity.SERIOUS),
        (0.5, Gravity.GRAVE),
    ],
)
def test_a_bound_belongs_to_what_is_above_it(number: float, gravity: Gravity) -> None:
    assert gravity_from(number, serious=0.1, grave=0.5) is gravity
