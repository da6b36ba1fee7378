"""From an approved decision to the entry's orders: whole where it may be, even slices else."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from noctule.domain import values
from noctule.domain.order import ClientOrderId, Leg, OrderKind, TimeInForce
from noctule.domain.signals import Direction
from noctule.domain.values import Side
from noctule.orders.plan import EntryTerms, entry_side, slices
from tests.builders import instrument, lot
from tests.fakes.bracket_desk import name_of, plan

MARKET, LIMIT = OrderKind.MARKET, OrderKind.LIMIT


def all_names() -> Iterator[ClientOrderId]:
    return (name_of(f"e{number}") for number in range(9))


def test_a_market_entry_is_one_order_without_a_time_in_force() -> None:
    terms = EntryTerms(quantity=values.quantity("0.120"))
    (request,) = plan().entries(terms, instrument(), all_names())
    assert (request.leg, request.side, request.kind) == (Leg.ENTRY, Side.BUY, MARKET)
    assert (request.quantity, request.price) == (Decimal("0.120"), None)
    assert request.time_in_force is None


def test_a_limit_entry_rests_at_its_price() -> None:
    terms = EntryTerms(quantity=values.quantity("0.120"), kind=LIMIT, price=values.price("9990"))
    (request,) = plan(Direction.SHORT).entries(terms, instrument(), all_names())
    assert (request.side, request.price) == (Side.SELL, Decimal(9990))
    assert request.time_in_force is TimeInForce.GTC


def test_what_is_larger_than_the_lot_goes_in_even_slices_under_names_of_their_own() -> None:
    small = instrument(market_lot=lot(quantity_max="0.050"))
    terms = EntryTerms(quantity=values.quantity("0.110"))
    requests = [*plan().entries(terms, small, all_names())]
    assert [each.quantity for each in requests] == [
        Decimal("0.037"),
        Decimal("0.037"),
        Decimal("0.036"),
    ]
    assert [each.client_order_id for each in requests] == [*map(name_of, ("e0", "e1", "e2"))]


@pytest.mark.parametrize(
    ("quantity", "largest", "expected"),
    [
        ("0.120", "120", ["0.120"]),
        ("0.1209", "120", ["0.120"]),  # less than a step is left
        ("0.0005", "120", []),  # less than the smallest lot is nothing
        ("0.101", "0.050", ["0.034", "0.034", "0.033"]),
        ("0.100", "0.050", ["0.050", "0.050"]),
    ],
)
def test_slices_add_up_to_all_that_can_be_sent(
    quantity: str, largest: str, expected: list[str]
) -> None:
    rules = instrument(market_lot=lot(quantity_max=largest))
    assert [str(each) for each in slices(rules, Decimal(quantity), MARKET)] == expected


def test_there_are_no_more_slices_than_a_leg_has_names() -> None:
    rules = instrument(market_lot=lot(quantity_max="0.001"))
    assert [*slices(rules, Decimal("1.000"), MARKET)] == [Decimal("0.001")] * 36


def test_each_kind_of_order_is_cut_by_its_own_lot() -> None:
    rules = instrument(market_lot=lot(quantity_max="0.050"))
    assert [*slices(rules, Decimal("0.100"), LIMIT)] == [Decimal("0.100")]


def test_flat_is_no_position_to_plan() -> None:
    with pytest.raises(AssertionError, match="flat is no position"):
        plan(Direction.FLAT)


def test_a_position_is_entered_on_its_own_side() -> None:
    assert entry_side(Direction.LONG) is Side.BUY
    assert entry_side(Direction.SHORT) is Side.SELL
