from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.domain.order import Leg, OrderState
from noctule.domain.report import OrderReport
from noctule.domain.signals import Direction
from noctule.domain.values import Side, Symbol
from noctule.reconcile.ownership import (
    NOBODY,
    Entered,
    Origin,
    claim,
    is_unexplained,
    key_of,
    origin_of,
    strategy_of,
)
from tests.reconcile_builders import (
    OWNERS,
    TERMS,
    case,
    held,
    key,
    name,
    remembered,
    report,
    stop,
    target,
)


def traded(signed: str, leg: Leg | None = Leg.ENTRY) -> OrderReport:
    """Return an order that is over: ours with a leg, the owner's without."""
    return report(
        OWNERS if leg is None else name(leg),
        side=Side.BUY if Decimal(signed) > 0 else Side.SELL,
        state=OrderState.FILLED,
        filled=signed.removeprefix("-"),
    )


NOTHING_FILLED = report(name(Leg.ENTRY, 1), state=OrderState.CANCELED)
HISTORIES: dict[str, tuple[list[OrderReport], Entered, str | None]] = {
    "nothing told": ([], Entered.UNTOLD, None),
    "nothing filled": ([NOTHING_FILLED], Entered.UNTOLD, None),
    "we entered": ([traded("0.010")], Entered.BY_US, "0.010"),
    "we entered in two": ([traded("0.004"), traded("0.006")], Entered.BY_US, "0.010"),
    "we entered more, and left some": (
        [traded("0.030"), traded("-0.020", Leg.CLOSE)],
        Entered.BY_US,
        "0.010",
    ),
    "the owner added": ([traded("0.004"), traded("0.006", None)], Entered.BY_US, "0.004"),
    "the owner took some": ([traded("0.030"), traded("-0.020", None)], Entered.BY_US, "0.030"),
    "the owner entered": ([traded("0.010", None)], Entered.BY_OTHERS, "0"),
    "the owner entered after ours was stopped": (
        [traded("0.020"), traded("-0.020", Leg.STOP), traded("0.010", None)],
        Entered.BY_OTHERS,
        "0",
    ),
    "we entered after the owner had left": (
        [traded("0.020", None), traded("-0.020", None), traded("0.010")],
        Entered.BY_US,
        "0.010",
    ),
    "the owner turned ours round": (
        [traded("-0.020"), traded("0.030", None)],
        Entered.BY_OTHERS,
        "0",
    ),
    "we turned the owner's round": (
        [traded("-0.020", None), traded("0.030")],
        Entered.BY_US,
        "0.010",
    ),
    "it is older than what is told": ([traded("-0.020", Leg.CLOSE)], Entered.UNTOLD, None),
    "we added to what is older": ([traded("0.005")], Entered.BY_US, None),
}


@pytest.mark.parametrize(("history", "entered", "explained"), HISTORIES.values(), ids=HISTORIES)
def test_orders_tell_who_entered_since_it_was_flat(
    history: list[OrderReport], entered: Entered, explained: str | None
) -> None:
    found = case(held("0.010"), history=history)

    expected = None if explained is None else Decimal(explained)
    assert origin_of(found) == Origin(entered=entered, explained=expected)


def test_a_position_is_ours_for_one_of_four_reasons() -> None:
    assert claim(case(held(), stop())) == "orders of ours guard it"
    assert claim(case(held(), history=[traded("0.010")])) == "orders of ours entered it"
    assert claim(case(held(), report(filled="0.010", quantity="1"))) == "an entry of ours fills"
    assert claim(case(held(), memory=remembered())) == "it is remembered"


def test_a_position_is_not_ours_by_orders_that_did_not_make_it() -> None:
    assert claim(case(held())) is None
    assert claim(case(held(), report())) is None
    assert claim(case(held(), stop(side=Side.BUY))) is None
    assert claim(case(held("-0.010"), memory=remembered())) is None
    assert claim(case(held(), memory=remembered(), history=[traded("0.010", None)])) is None


def test_a_forgotten_order_of_ours_does_not_make_the_owners_position_ours() -> None:
    forgotten = stop(quantity="0.010")  # it is not cancelled with its position (facts 2.5)
    by_hand = [traded("0.010"), traded("-0.010", None), traded("0.500", None)]

    assert claim(case(held("0.500"), forgotten, history=by_hand)) is None
    assert claim(case(held("0.500"), forgotten, history=by_hand, memory=remembered())) is None


def test_what_others_traded_after_the_position_was_told_did_not_make_it() -> None:
    meanwhile = replace(traded("0.020", None), updated_ms=held().updated_ms + 1_001)

    assert origin_of(case(held(), stop(), history=[meanwhile])).entered is Entered.UNTOLD
    assert claim(case(held(), stop(), history=[meanwhile])) == "orders of ours guard it"


def test_a_moment_between_the_stamps_of_order_and_position_means_nothing() -> None:
    entered = replace(traded("0.010", None), updated_ms=held().updated_ms + 1_000)
    unstamped = replace(held(), updated_ms=0)

    assert origin_of(case(held(), history=[entered])).entered is Entered.BY_OTHERS
    assert origin_of(case(unstamped, history=[entered])).entered is Entered.BY_OTHERS


def test_an_entry_of_ours_that_filled_on_after_the_position_was_told_made_it() -> None:
    entered = replace(traded("0.020"), updated_ms=held().updated_ms + 5_000)

    assert origin_of(case(held(), history=[entered])).entered is Entered.BY_US


def test_what_ours_added_to_the_owners_is_guarded_by_ours() -> None:
    added = [traded("0.010", None), traded("0.010", Leg.CLOSE)]

    assert claim(case(held("0.020"), stop(), history=added)) == "orders of ours guard it"


def test_an_entry_that_fills_is_ours_though_its_end_is_not_told_yet() -> None:
    filling = report(filled="0.010", quantity="1")

    assert claim(case(held(), filling, history=[traded("0.010", None)])) == "an entry of ours fills"


def test_what_nothing_explains_may_be_explained_later() -> None:
    assert is_unexplained(case(held()))
    assert not is_unexplained(case())
    assert not is_unexplained(case(held(), stop()))
    assert not is_unexplained(case(held(), history=[traded("0.010", None)]))


def test_orders_that_ended_before_the_position_changed_last_do_not_explain_it() -> None:
    earlier = replace(traded("0.010", None), updated_ms=held().updated_ms - 1)

    assert is_unexplained(case(held(), stop(), history=[earlier]))


def test_the_strategy_is_remembered_or_told_by_the_names_of_orders() -> None:
    breakout = stop("59000", name(Leg.STOP, strategy="breakout"))
    forgotten = stop("59000", name(Leg.STOP, strategy="long gone"))

    assert strategy_of(case(held(), memory=remembered()), TERMS, Direction.LONG) == "sma_cross"
    assert strategy_of(case(held(), breakout), TERMS, Direction.LONG) == "breakout"
    assert strategy_of(case(held(), forgotten), TERMS, Direction.LONG) == "sma_cross"


def test_what_no_strategy_of_today_trades_has_none() -> None:
    sol = Symbol("SOLUSDT")
    found = case(held(symbol=sol), stop("59000", name(Leg.STOP, strategy="gone", symbol=sol)))

    elsewhere = replace(TERMS, strategies={})
    assert strategy_of(found, elsewhere, Direction.LONG) == NOBODY


def test_names_go_on_from_the_entry_of_the_position() -> None:
    assert key_of(case(held(), memory=remembered()), Direction.LONG) == key()
    assert key_of(case(held(), target(), stop()), Direction.LONG) == key()
    assert key_of(case(held(), history=[traded("0.010")]), Direction.LONG) == key()
