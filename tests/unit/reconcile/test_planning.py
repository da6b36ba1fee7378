from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from noctule.domain.order import Leg, OrderKind, OrderState
from noctule.domain.values import Side, Symbol
from noctule.reconcile.case import SymbolCase
from noctule.reconcile.planning import plan_recovery, plan_symbol
from tests.reconcile_builders import (
    OWNERS,
    TERMS,
    case,
    evidence,
    held,
    name,
    remembered,
    report,
    stop,
    target,
)

ENTERED = report(state=OrderState.FILLED, filled="0.010")
STOPPED = report(
    name(Leg.STOP), side=Side.SELL, state=OrderState.FILLED, quantity=None, filled="0.010"
)
BY_HAND = report(OWNERS, state=OrderState.FILLED, filled="0.010")
RESTING = report(kind=OrderKind.LIMIT, price="59000")
OWNERS_STOP = stop("59700", OWNERS)
ALL = (stop(), target())

CASES: dict[str, tuple[SymbolCase, list[str]]] = {
    "nothing at all": (case(), []),
    "ours, and as it should be": (
        case(held(), *ALL, memory=remembered()),
        ["adopt", "adopt", "adopt"],
    ),
    "ours by what rests, with the store lost": (case(held(), *ALL), ["adopt", "adopt", "adopt"]),
    "ours by memory, and naked": (
        case(held(), memory=remembered()),
        ["adopt", "protect", "re-arm"],
    ),
    "ours by its entry, and naked": (
        case(held(), history=[ENTERED]),
        ["adopt", "protect", "re-arm"],
    ),
    "ours by a resting entry that fills": (
        case(held(), report(kind=OrderKind.LIMIT, price="60000", quantity="1", filled="0.010")),
        ["adopt", "protect", "re-arm", "cancel"],
    ),
    "ours, and its target is missing": (case(held(), stop()), ["adopt", "adopt", "re-arm"]),
    "ours, without a target by its memory": (
        case(held(), stop(), memory=remembered(target=None)),
        ["adopt", "adopt"],
    ),
    "ours, and its stop too small": (
        case(held("0.020"), stop(quantity="0.010"), target()),
        ["adopt", "adopt", "protect", "adopt"],
    ),
    "ours, with a stop of the owner's": (
        case(held(), OWNERS_STOP, target(), memory=remembered()),
        ["adopt", "adopt", "ignore"],
    ),
    "ours, with a target of the owner's": (
        case(held(), stop(), target("62000", OWNERS), memory=remembered()),
        ["adopt", "adopt", "ignore"],
    ),
    "ours, being closed": (
        case(
            held(),
            *ALL,
            report(name(Leg.CLOSE), kind=OrderKind.LIMIT, side=Side.SELL, price="60000"),
        ),
        ["adopt", "adopt", "adopt", "adopt"],
    ),
    "ours, with an order that cannot be led": (
        case(held(), *ALL, stop(kind=OrderKind.TRAILING_STOP_MARKET, trigger="1")),
        ["adopt", "adopt", "adopt", "cancel"],
    ),
    "ours, and no rules are told": (case(held(), memory=remembered(), has_rules=False), ["ignore"]),
    "somebody else's": (case(held()), ["ignore"]),
    "somebody else's by its orders": (case(held(), history=[BY_HAND]), ["ignore"]),
    "somebody else's after ours was stopped": (
        case(held(), memory=remembered(), history=[ENTERED, STOPPED, BY_HAND]),
        ["ignore"],
    ),
    "somebody else's, the other way": (
        case(held("-0.010"), memory=remembered()),
        ["ignore"],
    ),
    "somebody else's, beside an entry of ours": (case(held(), RESTING), ["ignore", "cancel"]),
    "flat, with orphans": (case(None, *ALL), ["cancel", "cancel"]),
    "flat, with an entry": (case(None, RESTING), ["cancel"]),
    "flat, with an orphan and no rules": (case(None, stop(), has_rules=False), ["cancel"]),
    "flat, though remembered": (case(memory=remembered()), ["ignore"]),
    "flat, with an order of the owner's": (case(None, OWNERS_STOP), ["ignore"]),
}


@pytest.mark.parametrize(("found", "actions"), CASES.values(), ids=CASES)
def test_every_finding_has_its_action(found: SymbolCase, actions: Sequence[str]) -> None:
    plan = plan_symbol(found, TERMS)

    assert [item.action.value for item in plan.items] == actions


@pytest.mark.parametrize("found", [found for found, _ in CASES.values()], ids=CASES)
def test_nothing_foreign_is_ever_led_or_taken_out(found: SymbolCase) -> None:
    plan = plan_symbol(found, TERMS)

    touched = {each.client_order_id for each in plan.sweeps}
    if plan.adoption is not None:
        touched |= {each.request.client_order_id for each in plan.adoption.orders}
    assert touched <= {each.client_order_id for each in found.ours}


def test_the_naked_come_first_and_of_them_the_largest() -> None:
    eth, sol = Symbol("ETHUSDT"), Symbol("SOLUSDT")
    plan = plan_recovery(
        evidence(
            [held(), held("3", "2000", symbol=eth), held("1", "100", symbol=sol)],
            [stop()],
            memory=[remembered(), remembered(symbol=eth), remembered(symbol=sol)],
        ),
        TERMS,
    )

    assert [each.symbol for each in plan.symbols] == ["ETHUSDT", "SOLUSDT", "BTCUSDT"]


def test_the_stop_of_an_earlier_trade_is_not_placed_for_a_later_one() -> None:
    memory = remembered(stop="70000", target="71000")
    earlier = replace(memory, key=replace(memory.key, close_ms=memory.key.close_ms - 36_000_000))

    plan = plan_symbol(case(held(), memory=earlier, history=[ENTERED]), TERMS)

    assert plan.adoption is not None
    assert plan.adoption.plan.stop == 59_400
    assert plan.adoption.plan.target == 61_200
    assert plan.adoption.plan.key == memory.key


def test_of_the_naked_those_of_ours_come_before_larger_ones_of_nobody() -> None:
    eth = Symbol("ETHUSDT")
    plan = plan_recovery(
        evidence([held("9", symbol=eth), held("0.010")], memory=[remembered()]), TERMS
    )

    assert [each.symbol for each in plan.symbols] == ["BTCUSDT", "ETHUSDT"]


def test_a_plan_counts_what_it_does() -> None:
    plan = plan_recovery(
        evidence(
            [held()],
            [report(kind=OrderKind.LIMIT, price="2000", symbol=Symbol("ETHUSDT"))],
            memory=[remembered()],
        ),
        TERMS,
    )

    assert (plan.counts.adopted, plan.counts.protected, plan.counts.swept) == (1, 1, 1)
