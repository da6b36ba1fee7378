"""Whatever is found: nobody else's order is touched, ours ends guarded, and once is enough."""

from collections.abc import Iterator
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from noctule.domain import values
from noctule.domain.memory import BracketMemory
from noctule.domain.order import ClientOrderId, Leg, OrderKind, OrderState
from noctule.domain.report import OrderReport
from noctule.domain.signals import Direction
from noctule.domain.values import Side
from noctule.orders.plan import BracketPlan
from noctule.reconcile.case import SymbolCase
from noctule.reconcile.guards import is_naked
from noctule.reconcile.plan import Action, SymbolPlan
from noctule.reconcile.planning import plan_symbol
from tests.reconcile_builders import TERMS, case, held, name, remembered, report, stop, target

QUANTITIES = st.sampled_from(("0.004", "0.010", "0.020"))
PRICES = st.sampled_from(("58000", "59400", "60000", "61200"))
SIDES = st.sampled_from(Side)
NAMES = st.one_of(
    st.builds(name, st.sampled_from(Leg), st.integers(0, 3)),
    st.sampled_from([ClientOrderId("ios_1"), ClientOrderId("web_2"), ClientOrderId("")]),
)


@st.composite
def _resting(draw: st.DrawFn) -> OrderReport:
    kind = draw(st.sampled_from(OrderKind))
    size = draw(QUANTITIES)
    may_close_all = kind in (OrderKind.STOP_MARKET, OrderKind.TAKE_PROFIT_MARKET)
    return report(
        draw(NAMES),
        kind=kind,
        side=draw(SIDES),
        quantity=None if may_close_all and draw(st.booleans()) else size,
        filled=draw(st.sampled_from(("0", "0.001"))),
        price=draw(st.none() | PRICES),
        trigger=draw(st.none() | PRICES),
    )


@st.composite
def _ended(draw: st.DrawFn) -> OrderReport:
    quantity = draw(QUANTITIES)
    return report(
        draw(NAMES),
        side=draw(SIDES),
        state=OrderState.FILLED,
        quantity=quantity,
        filled=quantity,
    )


@st.composite
def _cases(draw: st.DrawFn) -> SymbolCase:
    signed = draw(st.sampled_from(("0", "0.004", "0.010", "-0.010", "-0.020")))
    directions = st.sampled_from((Direction.LONG, Direction.SHORT))
    memories = st.builds(remembered, stop=PRICES, target=st.none() | PRICES, direction=directions)
    orders = draw(st.lists(_resting(), max_size=5, unique_by=lambda each: each.client_order_id))
    return case(
        None if signed == "0" else held(signed),
        *orders,
        memory=draw(st.none() | memories),
        history=draw(st.lists(_ended(), max_size=4)),
        has_rules=draw(st.integers(0, 9)) > 0,
    )


@given(_cases())
def test_nobody_elses_order_is_ever_led_or_taken_out(found: SymbolCase) -> None:
    plan = plan_symbol(found, TERMS)

    assert _touched(plan) <= {each.client_order_id for each in found.ours}


@given(_cases())
def test_once_a_plan_is_carried_out_there_is_nothing_left_to_do(found: SymbolCase) -> None:
    plan = plan_symbol(found, TERMS)

    again = plan_symbol(_carried_out(found, plan), TERMS)

    deeds = (Action.PROTECT, Action.RE_ARM, Action.CANCEL)
    assert [each for each in again.items if each.action in deeds] == []
    assert again.sweeps == ()


@given(_cases())
def test_what_is_led_is_guarded_in_the_end(found: SymbolCase) -> None:
    plan = plan_symbol(found, TERMS)

    if plan.adoption is not None and not found.position.is_flat:
        assert not is_naked(_carried_out(found, plan))


@given(_cases())
def test_every_order_of_ours_is_led_or_taken_out_and_none_is_both(found: SymbolCase) -> None:
    plan = plan_symbol(found, TERMS)

    swept = {each.client_order_id for each in plan.sweeps}
    assert not swept & _led(plan)
    if found.instrument is not None:
        assert _touched(plan) == {each.client_order_id for each in found.ours}


def _led(plan: SymbolPlan) -> set[ClientOrderId]:
    orders = () if plan.adoption is None else plan.adoption.orders
    return {each.request.client_order_id for each in orders}


def _touched(plan: SymbolPlan) -> set[ClientOrderId]:
    return _led(plan) | {each.client_order_id for each in plan.sweeps}


def _carried_out(found: SymbolCase, plan: SymbolPlan) -> SymbolCase:
    """Return what the venue tells after a bracket has done what the plan says."""
    if found.position.is_flat or plan.adoption is None:
        touched = _touched(plan)
        left = (each for each in found.orders if each.client_order_id not in touched)
        return replace(found, orders=tuple(left), memory=None)
    cancelled = [each.what for each in plan.items if each.action is Action.CANCEL]
    left = (
        each
        for each in found.orders
        if not any(each.client_order_id and each.client_order_id in what for what in cancelled)
    )
    bracket = plan.adoption.plan
    return replace(
        found,
        orders=(*left, *_placed(plan, bracket, found.position.signed_quantity)),
        memory=_memory_of(bracket),
    )


def _placed(plan: SymbolPlan, bracket: BracketPlan, held: Decimal) -> Iterator[OrderReport]:
    side = Side.SELL if held > 0 else Side.BUY
    actions = [each.action for each in plan.items]
    if Action.PROTECT in actions:
        protecting = name(Leg.PROTECT, 9)
        yield stop(values.plain_text(bracket.stop), protecting, side=side)
    if Action.RE_ARM in actions:
        assert bracket.target is not None
        yield target(values.plain_text(bracket.target), name(Leg.TARGET, 9), side=side)


def _memory_of(bracket: BracketPlan) -> BracketMemory:
    return BracketMemory(
        symbol=bracket.symbol,
        strategy=bracket.strategy,
        trace=bracket.trace,
        key=bracket.key,
        direction=bracket.direction,
        stop=bracket.stop,
        target=bracket.target,
        signal_price=bracket.signal_price,
    )
