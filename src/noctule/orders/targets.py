"""Where the profit is taken: beside the stop, and as large as the position where it has a size."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from noctule.domain.order import Leg, OrderKind, OrderRequest, TimeInForce
from noctule.domain.values import Price, Quantity
from noctule.orders.news import Alarmed
from noctule.orders.plan import slices
from noctule.orders.state import BracketState, Goal, Scene
from noctule.orders.steps import Step
from noctule.orders.ticket import Ticket, remaining_of
from noctule.orders.withdrawing import cancel

__all__ = ["settle_target"]

_TARGETS_MAX: Final = 4  # refusals after which a position goes on without a target


def settle_target(state: BracketState, scene: Scene, held: Decimal) -> Iterator[Step]:
    """See that the target rests, and that a limit one is as large as the position."""
    working = state.working(Leg.TARGET)
    if state.target is None or state.goal is Goal.LEAVE:
        return
    if any(each.is_on_its_way for each in working):
        return
    resting = [each for each in working if each.is_resting]
    if resting:
        yield from _fit_targets(state, scene, held, resting)
        return
    if working:
        return  # one is being cancelled, or in doubt
    if scene.now_ms < state.targets.not_before_ms:
        state.alarm(state.targets.not_before_ms)
        return
    if state.targets.rung >= _TARGETS_MAX:
        text = f"{state.plan.symbol}: the target at {state.target} was refused again and again"
        state.news.append(Alarmed(text=f"{text}: going on without it", is_urgent=False))
        state.target = None
        return
    for request in _target_requests(state, scene, held, state.target):
        yield state.send(request, scene.now_ms)


def _fit_targets(
    state: BracketState, scene: Scene, held: Decimal, resting: list[Ticket]
) -> Iterator[Step]:
    if any(each.closes_position for each in resting):
        return
    if not state.both_books(scene).agrees:
        return  # the position is told before the trade that makes the target smaller (facts 3.2)
    must_change = remaining_of(resting) != abs(held)
    # While an entry rests its count-down would take a regular target out with it.
    must_change = must_change and not state.is_entering
    if must_change:
        for each in resting:
            yield from cancel(state, each, scene)


def _target_requests(
    state: BracketState, scene: Scene, held: Decimal, target: Price
) -> Iterator[OrderRequest]:
    """Yield the target's orders, in the owner's form and, refused, in the other."""
    is_limit = state.words.has_limit_target
    kind = OrderKind.TAKE_PROFIT_MARKET
    if is_limit:
        kind = OrderKind.TAKE_PROFIT if state.is_entering else OrderKind.LIMIT
    sizes: list[Quantity | None] = [None]
    if is_limit or state.targets.rung % 2:
        sizes = [*slices(state.instrument, abs(held), kind)]
    for quantity in sizes:
        yield OrderRequest(
            client_order_id=state.next_name(Leg.TARGET, scene),
            symbol=state.plan.symbol,
            side=state.exit_side,
            kind=kind,
            leg=Leg.TARGET,
            quantity=quantity,
            price=target if is_limit else None,
            trigger_price=target if kind.is_conditional else None,
            time_in_force=TimeInForce.GTC if is_limit else None,
            working_type=state.words.working_type if kind.is_conditional else None,
            reduces_only=quantity is not None,
        )
