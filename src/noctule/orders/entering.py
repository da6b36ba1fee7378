"""How a bracket enters, and what keeps a resting entry safe: its end, and the count-down."""

from collections.abc import Iterator

from noctule.domain.order import ClientOrderId, Leg, OrderKind
from noctule.orders.plan import EntryTerms
from noctule.orders.state import BracketState, Scene
from noctule.orders.steps import CountDown, Send, Step
from noctule.orders.withdrawing import cancel

__all__ = ["enter", "keep_entry"]


def enter(state: BracketState, terms: EntryTerms, scene: Scene) -> list[Send]:
    """Reserve the entry's orders; one that rests does so only under a count-down."""
    countdown_ms = None
    state.entry_expires_ms = scene.now_ms + state.patience.life_ms  # should a market one stall
    if terms.kind is OrderKind.LIMIT:
        countdown_ms = state.patience.countdown_ms
        state.entry_expires_ms = scene.now_ms + terms.timeout_ms
        _count_down(state, scene)
    requests = state.plan.entries(terms, state.instrument, _names(state, scene))
    return [state.send(each, scene.now_ms, countdown_ms=countdown_ms) for each in requests]


def keep_entry(state: BracketState, scene: Scene) -> Iterator[Step]:
    """Renew the count-down of a resting entry, or take the entry out when its time is over."""
    if state.countdown_ms is not None:
        yield from _keep_counting(state, scene, state.countdown_ms)
    if state.entry_expires_ms is None or not state.is_entering:
        return
    if scene.now_ms < state.entry_expires_ms:
        state.alarm(state.entry_expires_ms)
        return
    for each in state.working(Leg.ENTRY):
        yield from cancel(state, each, scene)


def _keep_counting(state: BracketState, scene: Scene, due_ms: int) -> Iterator[Step]:
    if not state.has_resting_limit_entry:
        yield from _call_off(state, scene)
        return
    if state.is_calling_off or scene.now_ms >= due_ms:
        due_ms = _count_down(state, scene)
        yield CountDown(timeout_ms=state.patience.countdown_ms)
    state.alarm(due_ms)


def _count_down(state: BracketState, scene: Scene) -> int:
    """Begin to count; return when that is to be renewed."""
    state.is_calling_off = False
    state.countdown_ms = scene.now_ms + state.patience.renewal_ms
    state.countdown_ends_ms = scene.now_ms + state.patience.countdown_ms
    return state.countdown_ms


def _call_off(state: BracketState, scene: Scene) -> Iterator[Step]:
    """Call the count-down off, again and again until it has run out by itself.

    Nobody tells whether the venue heard, and a limit target that rests would go with it. One that
    went all the same is sent again, as any target that is missing.
    """
    assert state.countdown_ms is not None, "no count-down to call off"
    if scene.now_ms >= state.countdown_ends_ms:
        state.countdown_ms = None
        return
    if not state.is_calling_off or scene.now_ms >= state.countdown_ms:
        state.is_calling_off = True
        state.countdown_ms = scene.now_ms + state.patience.renewal_ms
        yield CountDown(timeout_ms=0)
    state.alarm(min(state.countdown_ms, state.countdown_ends_ms))


def _names(state: BracketState, scene: Scene) -> Iterator[ClientOrderId]:
    while True:
        yield state.next_name(Leg.ENTRY, scene)
