from decimal import Decimal

import pytest

from noctule.domain.order import Leg
from noctule.domain.position import AccountSnapshot
from noctule.domain.report import OrderReport, SymbolLook
from noctule.domain.values import Symbol
from noctule.reconcile.diff import Belief, confirmed, differences, looks_of
from tests.builders import BTCUSDT, START_MS
from tests.reconcile_builders import ACCOUNT, OWNERS, held, name, stop, target

STOP = name(Leg.STOP)
GUARDED = Belief(
    signed_quantity=Decimal("0.010"), resting=frozenset({STOP}), live=frozenset({STOP})
)


@pytest.mark.parametrize(
    ("quantity", "orders", "found"),
    [
        ("0.010", [stop()], []),
        ("0.010", [stop(), stop("59000", OWNERS)], []),
        ("0.020", [stop()], ["the exchange holds 0.02 for us, and we believe in 0.01"]),
        ("0.010", [], [f"{STOP} should rest, and is not told of"]),
        (
            "0.010",
            [stop(), target()],
            [f"{name(Leg.TARGET)} rests, and is not in our book"],
        ),
    ],
    ids=["alike", "with the owner's", "more held", "missing", "too many"],
)
def test_what_one_book_knows_and_the_other_does_not_is_a_difference(
    quantity: str, orders: list[OrderReport], found: list[str]
) -> None:
    (look,) = looks_of(_snapshot(quantity, orders), [])

    assert [each.text for each in differences(GUARDED, look, ACCOUNT)] == found


def test_an_order_that_may_rest_is_not_missed() -> None:
    belief = Belief(signed_quantity=Decimal("0.010"), live=frozenset({STOP}))
    for orders in ([], [stop()]):
        (look,) = looks_of(_snapshot("0.010", orders), [])
        assert list(differences(belief, look, ACCOUNT)) == []


def test_a_position_whose_end_nobody_told_is_a_difference() -> None:
    belief = Belief(told=Decimal("0.010"))
    (flat,) = looks_of(_nothing_held(), [BTCUSDT])
    (held_still,) = looks_of(_snapshot("0.010", []), [])

    assert [each.text for each in differences(belief, flat, ACCOUNT)] == [
        "the exchange holds 0 for us, and told of 0.01 last"
    ]
    assert [each.text for each in differences(belief, held_still, ACCOUNT)] == [
        "the exchange holds 0.01 for us, and we believe in 0"
    ]


def test_a_difference_counts_when_it_is_seen_twice() -> None:
    first = [*differences(GUARDED, _look("0.020", []), ACCOUNT)]
    second = [*differences(GUARDED, _look("0.030", [stop()]), ACCOUNT)]

    assert [each.text for each in confirmed(first, second)] == [
        "the exchange holds 0.03 for us, and we believe in 0.01"
    ]
    assert confirmed([], second) == ()


def test_a_snapshot_tells_of_flat_symbols_by_not_telling() -> None:
    eth = Symbol("ETHUSDT")
    flat, long = [*looks_of(_snapshot("0.010", []), [eth])][::-1]

    assert (long.symbol, long.signed_quantity) == (BTCUSDT, Decimal("0.010"))
    assert (flat.symbol, flat.signed_quantity, flat.entry_price) == (eth, Decimal(0), None)


def _nothing_held() -> AccountSnapshot:
    return AccountSnapshot(at_ms=START_MS, balances=(), positions=())


def _snapshot(quantity: str, orders: list[OrderReport]) -> AccountSnapshot:
    return AccountSnapshot(
        at_ms=START_MS, balances=(), positions=(held(quantity),), orders=tuple(orders)
    )


def _look(quantity: str, orders: list[OrderReport]) -> SymbolLook:
    (look,) = looks_of(_snapshot(quantity, orders), [])
    return look
