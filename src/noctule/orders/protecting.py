"""What a held position needs: a stop before all, then a target, and the stop where it belongs.

The stop has two forms that stand in for each other: closePosition, which covers whatever there
is, and reduce-only with a quantity. Two closePosition stops may not coexist (-4130), so a stop
that cannot be placed in one form is tried in the other, and a stop that moves changes its form:
the new one rests before the old one goes.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from noctule.domain.order import Leg, OrderKind, OrderRequest
from noctule.domain.trade import ExitReason
from noctule.domain.values import Quantity
from noctule.orders.news import Alarmed, Moved, Protected
from noctule.orders.plan import slices
from noctule.orders.state import BracketState, Goal, Scene
from noctule.orders.steps import Step
from noctule.orders.targets import settle_target
from noctule.orders.ticket import Ticket, remaining_of
from noctule.orders.withdrawing import cancel

__all__ = ["note_cover", "place_stop", "protect"]

_FAILURES_BEFORE_ALARM: Final = 3


def protect(state: BracketState, scene: Scene, held: Decimal) -> Iterator[Step]:
    """Answer what is missing; a position that stays naked too long is left."""
    fired_ms = [each.fired_ms for each in state.stops_live() if each.fired_ms is not None]
    if fired_ms:
        _await_trades(state, scene, min(fired_ms))
        return
    was_protected = state.is_protected
    note_cover(state, scene, held)
    if not state.is_protected:
        yield from _cover(state, scene, held)
        return
    if not was_protected:
        _tell_protection(state, scene)
    yield from _settle_stop(state, scene, held)
    yield from settle_target(state, scene, held)


def note_cover(state: BracketState, scene: Scene, held: Decimal) -> None:
    """Follow since when stops guard all that is held, or since when they do not.

    A stop that ends as soon as it rests has guarded nothing, and the naked limit runs on.
    """
    if _is_covered(state, held):
        if state.protected_since_ms is None:
            state.protected_since_ms = scene.now_ms
        return
    if state.has_guarded(scene.now_ms):
        state.naked_since_ms = None
    state.protected_since_ms = None
    if state.naked_since_ms is None:
        state.naked_since_ms = scene.now_ms


def place_stop(state: BracketState, scene: Scene, held: Decimal) -> Iterator[Step]:
    """Send the stop in the form whose turn it is, unless one is under way or it has to wait."""
    if any(each.is_on_its_way for each in state.stops_live()):
        return
    not_before_ms = state.stops.not_before_ms
    if state.goal is Goal.HOLD:
        not_before_ms = max(not_before_ms, state.yields_until_ms)
    if scene.now_ms < not_before_ms:
        state.alarm(not_before_ms)
        return
    yield from _send_stop(state, scene, held)


# The stop


def _await_trades(state: BracketState, scene: Scene, fired_ms: int) -> None:
    """Give a stop that fired its time to trade, and leave when it does not."""
    until_ms = fired_ms + state.patience.naked_ms
    if scene.now_ms < until_ms:
        state.alarm(until_ms)
        return
    text = f"{state.plan.symbol}: the stop fired {scene.now_ms - fired_ms} ms ago and is not filled"
    state.news.append(Alarmed(text=f"{text}: closing at market", is_urgent=True))
    state.leave(ExitReason.STOP, scene.now_ms, leg=Leg.CLOSE, is_urgent=True)


def _is_covered(state: BracketState, held: Decimal) -> bool:
    """Tell whether stops that rest, ours or another's, would end the whole position."""
    if state.foreign_stops:
        return True
    covered = Decimal(0)
    for each in state.stops_live():
        if not each.is_resting or each.fired_ms is not None:
            continue
        if each.closes_position:
            return True
        covered += each.order.remaining or Decimal(0)
    return covered >= abs(held)


def _cover(state: BracketState, scene: Scene, held: Decimal) -> Iterator[Step]:
    """Place a stop, or, when that took too long, leave."""
    assert state.naked_since_ms is not None, "naked since never"
    limit_ms = state.naked_since_ms + state.patience.naked_ms
    if scene.now_ms >= limit_ms:
        text = f"{state.plan.symbol} had no stop for {scene.now_ms - state.naked_since_ms} ms"
        state.news.append(Alarmed(text=f"{text}: closing it at market", is_urgent=True))
        state.leave(ExitReason.STOP, scene.now_ms, leg=Leg.CLOSE, is_urgent=True)
        return
    state.alarm(limit_ms)
    yield from place_stop(state, scene, held)


def _tell_protection(state: BracketState, scene: Scene) -> None:
    since_ms = state.naked_since_ms if state.naked_since_ms is not None else scene.now_ms
    places = (each.request.trigger_price for each in state.stops_live() if each.is_resting)
    state.told_stop = next(places, None) or state.stop
    state.news.append(
        Protected(stop=state.told_stop, target=state.target, naked_ms=scene.now_ms - since_ms)
    )


def _settle_stop(state: BracketState, scene: Scene, held: Decimal) -> Iterator[Step]:
    """See that the stop rests where it belongs, and only there."""
    resting = [each for each in state.stops_live() if each.is_resting]
    if not resting:
        return  # a foreign stop guards, or ours has fired
    keep = _enough(_at_its_place(state, resting), abs(held))
    if not keep and _stays(state, resting):
        keep = _enough(_at_its_place(state, resting), abs(held))
    if not keep:
        yield from place_stop(state, scene, held)
        return
    if state.has_guarded(scene.now_ms):
        state.stops.succeed()
    elif state.stops.failures and state.guards_from_ms is not None:
        state.alarm(state.guards_from_ms)
    for each in resting:
        if each not in keep:
            yield from cancel(state, each, scene)
    _tell_move(state, keep)


def _at_its_place(state: BracketState, stops: list[Ticket]) -> list[Ticket]:
    return [each for each in stops if each.request.trigger_price == state.stop]


def _enough(stops: list[Ticket], held: Decimal) -> list[Ticket]:
    """Return the fewest that suffice: one that closes the position, or the largest ones."""
    closing = [each for each in stops if each.closes_position]
    if closing:
        return closing[:1]
    kept: list[Ticket] = []
    for each in sorted(stops, key=lambda stop: remaining_of([stop]), reverse=True):
        if remaining_of(kept) < held:
            kept.append(each)
    return kept if remaining_of(kept) >= held else []


def _stays(state: BracketState, resting: list[Ticket]) -> bool:
    """Give up moving the stop when that failed too often, and let it belong where it is."""
    places = (each.request.trigger_price for each in resting)
    old = next((each for each in places if each != state.stop), None)
    if old is None or state.stops.failures < _FAILURES_BEFORE_ALARM:
        return False
    text = f"{state.plan.symbol}: the stop could not be moved and stays at {old}"
    state.news.append(Alarmed(text=text, is_urgent=False))
    state.stop = old
    return True


def _tell_move(state: BracketState, kept: list[Ticket]) -> None:
    """Tell once that the stop rests elsewhere, when no other one is left."""
    before = state.told_stop
    if before is None or before == state.stop or len(state.stops_live()) > len(kept):
        return
    state.told_stop = state.stop
    state.news.append(
        Moved(stop=state.stop, previous_stop=before, reason=state.move_reason or "corrected")
    )


def _closing_stop(state: BracketState) -> bool:
    """Tell whether a closePosition stop of ours is there, or may be."""
    return any(each.closes_position for each in state.stops_live())


def _send_stop(state: BracketState, scene: Scene, held: Decimal) -> Iterator[Step]:
    kind = OrderKind.STOP_MARKET
    sizes: list[Quantity | None] = [None]
    if state.stops.rung % 2 or _closing_stop(state):
        sizes = [*slices(state.instrument, abs(held), kind)] or sizes
    for quantity in sizes:
        request = OrderRequest(
            client_order_id=state.next_name(_stop_leg(state), scene),
            symbol=state.plan.symbol,
            side=state.exit_side,
            kind=kind,
            leg=_stop_leg(state),
            quantity=quantity,
            trigger_price=state.stop,
            working_type=state.words.working_type,
            reduces_only=quantity is not None,
        )
        yield state.send(request, scene.now_ms)


def _stop_leg(state: BracketState) -> Leg:
    return Leg.PROTECT if state.is_recovered else Leg.STOP
