"""A round trip's numbers follow from its fills, fees and funding."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.domain.signals import Direction
from noctule.domain.trade import ExitReason
from noctule.domain.values import price
from tests.fakes.desk_events import CLOSED

TRADE = CLOSED.trade  # short 0.010 from 59999, decided at 60000.5


def test_net_is_gross_less_fees_with_funding() -> None:
    assert TRADE.net_pnl == Decimal("9.29")


def test_it_was_held_from_the_first_fill_to_the_last() -> None:
    assert TRADE.held_seconds == 60.5


@pytest.mark.parametrize(
    ("direction", "slippage"), [(Direction.SHORT, "0.0150"), (Direction.LONG, "-0.0150")]
)
def test_slippage_is_what_the_entry_cost_against_the_price_it_was_decided_at(
    direction: Direction, slippage: str
) -> None:
    assert replace(TRADE, direction=direction).slippage == Decimal(slippage)


def test_without_a_signal_nothing_slipped() -> None:
    assert replace(TRADE, signal_price=None, entry_price=price("1")).slippage == 0


def test_the_reasons_are_the_words_of_the_trade_log() -> None:
    assert [each.value for each in ExitReason] == [
        "stop",
        "target",
        "signal",
        "flatten",
        "liquidation",
        "external",
    ]
