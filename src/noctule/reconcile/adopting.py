"""What a bracket needs in order to lead what somebody before us began."""

from collections.abc import Iterable, Iterator

from noctule.domain.ids import candle_trace, parse_client_order_id
from noctule.domain.order import Order, OrderKey
from noctule.domain.report import OrderReport
from noctule.domain.signals import Direction
from noctule.domain.values import Price
from noctule.orders.plan import BracketPlan
from noctule.reconcile.case import RecoveryTerms, SymbolCase
from noctule.reconcile.guards import ending_stops
from noctule.reconcile.ownership import key_of, strategy_of
from noctule.reconcile.plan import Adoption, Sweep
from noctule.reconcile.rebuild import rebuilt

__all__ = ["adoption_of", "sweeps_of"]


def adoption_of(
    case: SymbolCase,
    terms: RecoveryTerms,
    *,
    direction: Direction,
    stop: Price,
    target: Price | None,
) -> Adoption:
    """Return the position, if there is one, and every order of ours that can be led."""
    memory, key = case.remembers(direction), key_of(case, direction)
    held = case.position
    plan = BracketPlan(
        symbol=case.symbol,
        strategy=strategy_of(case, terms, direction),
        trace=candle_trace(case.symbol, key.timeframe, key.close_ms)
        if memory is None
        else memory.trace,
        key=key,
        direction=direction,
        stop=stop,
        target=target,
        signal_price=None if memory is None else memory.signal_price,
    )
    return Adoption(
        symbol=case.symbol,
        plan=plan,
        orders=tuple(_led(case.ours)),
        ended=tuple(_led(_ended(case, key))),
        signed_quantity=held.signed_quantity,
        entry_price=held.entry_price,
        foreign_stops=len(ending_stops(case.others, held.signed_quantity)),
        told_ms=held.updated_ms,
    )


def sweeps_of(reports: Iterable[OrderReport]) -> tuple[Sweep, ...]:
    """Return orders to take out without a bracket."""
    return tuple(
        Sweep(symbol=each.symbol, client_order_id=each.client_order_id, kind=each.kind)
        for each in reports
    )


def _ended(case: SymbolCase, key: OrderKey) -> Iterator[OrderReport]:
    """Yield the orders of ours that are over, and whose names the bracket would derive again."""
    for each in case.history:
        if each.state.is_final and case.is_ours(each):
            theirs = parse_client_order_id(each.client_order_id)
            if theirs and (theirs.close_ms, theirs.timeframe) == (key.close_ms, key.timeframe):
                yield each


def _led(reports: Iterable[OrderReport]) -> Iterator[Order]:
    for each in reports:
        order = rebuilt(each)
        if order is not None:
            yield order
