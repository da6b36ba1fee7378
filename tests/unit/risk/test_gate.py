"""A gate tells the same numbers whether it is open or not."""

from decimal import Decimal

import pytest

from noctule.domain.signals import Reason
from noctule.risk.gate import Gate, percent


def test_a_closed_gate_is_a_reason_to_refuse() -> None:
    gate = Gate(check="spread", is_open=False, words=lambda: "the spread is 0.2 %, at most 0.1 %")
    assert gate.reason == Reason(check="spread", text="the spread is 0.2 %, at most 0.1 %")


def test_an_open_gate_is_none() -> None:
    with pytest.raises(AssertionError, match="spread is open"):
        _ = Gate(check="spread", is_open=True, words=lambda: "0").reason


@pytest.mark.parametrize(
    ("share", "text"),
    [(Decimal("0.05"), "5 %"), (0.0, "0 %"), (0.00123456, "0.1235 %"), (-0.0001, "-0.01 %")],
)
def test_shares_are_written_as_people_read_them(share: Decimal | float, text: str) -> None:
    assert percent(share) == text
