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


def test_what_nothing_explains_may_be_explained_later() -> None:
    assert is_unexplained(case(held()))
    assert not is_unexplained(case())
    assert not is_unexplained(case(held(), stop()))
    assert not is_unexplained(case(held(), history=[traded("0.010", None)]))


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
