"""How a bracket gets flat: what stands in the way is cancelled, and the position closed.

A close is always reduce-only, for it races the stop, which rests until the position is gone.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from noctule.domain.order import Leg, OrderKind, OrderRequest, OrderState, TimeInForce
from noctule.domain.values import Price
from noctule.orders.news import Alarmed
from noctule.orders.plan import slices
from noctule.orders.protecting import note_cover, place_stop
from noctule.orders.state import BracketState, Goal, Scene
from noctule.orders.steps import Step
from noctule.orders.ticket import Ticket
from noctule.orders.withdrawing import cancel

__all__ = ["be_flat", "leave", "note_failed_close"]

_BAND_REFUSALS_MAX: Final = 2  # -4131 so often: then a limit at the edge of the band
_FAILURES_BEFORE_STOP: Final = 2  # a close that fails so often needs a stop beside it
_ALARM_EVERY: Final = 5


def leave(state: BracketState, scene: Scene, held: Decimal) -> Iterator[Step]:
    """Close what is held, once nothing is in its way or has been waited for long enough."""
    note_cover(state, scene, held)
    in_the_way = [*_in_the_way(state)]
    for each in in_the_way:
        yield from cancel(state, each, scene)
    if _needs_stop(state, scene):
        yield from place_stop(state, scene, held)
    waits_until_ms = state.leaving_since_ms + state.patience.cancel_ms
    if in_the_way and not state.is_urgent and scene.now_ms < waits_until_ms:
        state.alarm(waits_until_ms)
        return
    yield from _end_stalled(state, scene)
    if any(_is_awaited(state, each, scene) for each in state.closes_live()):
        return  # an answer or a trade is owed
    if scene.now_ms < state.closes.not_before_ms:
        state.alarm(state.closes.not_before_ms)
        return
    requests = [*_closing_requests(state, scene, held)]
    if not requests:
        yield from _keep_dust(state, scene, held)
    for request in requests:
        yield state.send(request, scene.now_ms)


def _keep_dust(state: BracketState, scene: Scene, held: Decimal) -> Iterator[Step]:
    """Leave what is less than the smallest lot to a stop that closes whatever there is."""
    if not state.is_dust_told:
        state.is_dust_told = True
        text = f"{state.plan.symbol}: {held} is held, and no order may close so little"
        state.news.append(Alarmed(text=f"{text}: its stop stays, close it by hand", is_urgent=True))
    if not state.is_protected:
        yield from place_stop(state, scene, held)


def _needs_stop(state: BracketState, scene: Scene) -> bool:
    """Tell whether closes take too long for a position that no stop guards."""
    if state.is_protected:
        return False
    assert state.naked_since_ms is not None, "naked since never"
    limit_ms = max(
        state.naked_since_ms + state.patience.naked_ms,
        state.leaving_since_ms + state.patience.cancel_ms,
    )
    if state.closes.failures >= _FAILURES_BEFORE_STOP or scene.now_ms >= limit_ms:
        return True
    state.alarm(limit_ms)
    return False


def _is_awaited(state: BracketState, close: Ticket, scene: Scene) -> bool:
    """Tell whether another close has to wait for this one: all are reduce-only, so not for long."""
    is_owed = close.is_on_its_way or close.is_resting
    if close.is_overtaken or not is_owed:
        return False
    if close.state is not OrderState.UNKNOWN:
        return True  # questions see to it
    until_ms = close.since_ms + state.patience.naked_ms
    if scene.now_ms >= until_ms:
        return False
    state.alarm(until_ms)
    return True


def be_flat(state: BracketState, scene: Scene) -> Iterator[Step]:
    """Wait for the entry, or sweep what is left; it is over when nothing is left to hear."""
    if state.goal is Goal.HOLD and state.is_entering and not state.was_held:
        return
    if not _may_sweep(state, scene):
        return  # and hold on, should it be held after all
    if state.goal is Goal.HOLD:
        state.goal = Goal.LEAVE
        state.leaving_since_ms = scene.now_ms
    for each in state.working():
        yield from cancel(state, each, scene)
    if not state.working():
        state.is_over = _has_heard_all(state, scene)


def _may_sweep(state: BracketState, scene: Scene) -> bool:
    """Keep the stop until both books are flat, or the venue, asked since, said so; or for long."""
    if state.both_books(scene).agrees or not state.was_held:
        return True
    assert state.flat_since_ms is not None, "flat since never"
    if state.seen_ms is not None and state.seen_ms >= state.flat_since_ms:
        return True
    until_ms = state.flat_since_ms + state.patience.farewell_ms
    if scene.now_ms >= until_ms:
        return True
    state.alarm(until_ms)
    return False


def _has_heard_all(state: BracketState, scene: Scene) -> bool:
    """Tell whether trades explain that it is flat; they are waited for, but not for ever.

    What answers told is not enough: the trade's price and fees are in its trades alone.
    """
    assert state.flat_since_ms is not None, "flat since never"
    until_ms = state.flat_since_ms + state.patience.farewell_ms
    is_told = scene.held.agrees and not any(each.untold for each in state.tickets)
    if is_told or scene.now_ms >= until_ms:
        return True
    state.alarm(until_ms)
    return False


def note_failed_close(state: BracketState, scene_ms: int, cause: str, *, wait_ms: int = 0) -> None:
    """Wait before the next close, and say it loudly when there have been many."""
    state.closes.pause(scene_ms, at_least_ms=wait_ms)
    if state.closes.failures % _ALARM_EVERY == 0:
        text = f"{state.plan.symbol} could not be closed {state.closes.failures} times: {cause}"
        state.news.append(Alarmed(text=text, is_urgent=True))


def _end_stalled(state: BracketState, scene: Scene) -> Iterator[Step]:
    """Cancel a close that should have traded long ago; another one follows."""
    for each in state.closes_live():
        until_ms = each.since_ms + state.patience.naked_ms
        if not each.is_resting:
            continue
        if scene.now_ms < until_ms:
            state.alarm(until_ms)
        else:
            yield from cancel(state, each, scene)


def _in_the_way(state: BracketState) -> Iterator[Ticket]:
    """Yield entries, and targets in the book: a full one blocks the close (-4118, facts 6)."""
    yield from state.working(Leg.ENTRY)
    yield from (each for each in state.working(Leg.TARGET) if not each.service.is_conditional)


def _closing_requests(state: BracketState, scene: Scene, held: Decimal) -> Iterator[OrderRequest]:
    band = _band_price(state, scene)
    kind = OrderKind.MARKET if band is None else OrderKind.LIMIT
    for quantity in slices(state.instrument, abs(held), kind):
        yield OrderRequest(
            client_order_id=state.next_name(state.exit_leg, scene),
            symbol=state.plan.symbol,
            side=state.exit_side,
            kind=kind,
            leg=state.exit_leg,
            quantity=quantity,
            price=band,
            time_in_force=None if band is None else TimeInForce.IOC,
            reduces_only=True,
        )


def _band_price(state: BracketState, scene: Scene) -> Price | None:
    """Return the price of a limit close, where the venue takes no market order (-4131)."""
    if state.band_refusals < _BAND_REFUSALS_MAX:
        return None
    mark = scene.mark()
    return None if mark is None else state.instrument.worst_price(state.exit_side, mark)
