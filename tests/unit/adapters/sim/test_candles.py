"""A candle knows whether it can be true."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.fakes.sim_market import candle


def test_a_candle_as_it_should_be_has_no_flaw() -> None:
    assert candle().flaw() is None


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"low": Decimal(101)}, "low 101 is not the lowest of 100 110 105"),
        ({"low": Decimal(0)}, "low 0 is not the lowest of 100 110 105"),
        ({"high": Decimal(104)}, "high 104 is not the highest of 100 95 105"),
        ({"taker_buy_volume": Decimal(2)}, "takers bought 2 of a volume of 1.003"),
        ({"taker_buy_quote": Decimal(999)}, "takers paid 999 of a quote volume of 101.57381"),
        ({"count": -1}, "count is -1"),
    ],
)
def test_an_impossible_candle_says_why(change: dict[str, Decimal | int], flaw: str) -> None:
    assert replace(candle(), **change).flaw() == flaw


def test_a_candle_is_idle_when_nobody_traded_in_it() -> None:
    assert candle("100 100 100 100", volume="0", count=0).is_idle
    assert not candle(count=0).is_idle
