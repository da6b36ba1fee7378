"""What a refusal or an end means to the bracket whose order it was (facts 2.5 and 6)."""

from typing import Final

from noctule.domain.order import Leg
from noctule.domain.trade import ExitReason
from noctule.orders.leaving import note_failed_close
from noctule.orders.machine import OrderFact
from noctule.orders.news import Alarmed
from noctule.orders.state import BracketState, Goal
from noctule.orders.ticket import Ticket

__all__ = ["note_doubt", "note_end", "note_held_back", "note_refusal"]

_TRIGGERS_AT_ONCE: Final = (-2021, -4142)
_NOT_HELD: Final = (-4509, -2022)  # closePosition while flat; reduce-only with nothing to reduce
_STOP_EXISTS: Final = -4130
_BLOCKED: Final = -4118  # by reduce-only orders in the book: a target may have fired unheard
_OUT_OF_BAND: Final = -4131
_EXCUSES_MAX: Final = 3  # stops held back in a row, and not for a ban, that are nobody's fault


def note_end(state: BracketState, ticket: Ticket, fact: OrderFact, now_ms: int) -> None:
    """Draw the consequences of an end that was not a fill."""
    was_our_wish, ticket.is_cancel_sent = ticket.is_cancel_sent, False
    if not ticket.apply(fact):
        return
    if ticket.leg in (Leg.CLOSE, Leg.FLATTEN):
        state.closes.pause(now_ms)  # it did not take everything
    elif ticket.is_stop and not was_our_wish:
        state.lose_stop(ticket, fact, now_ms)


def note_doubt(state: BracketState, ticket: Ticket) -> None:
    """Let the next of its kind not follow too soon: the first question may miss it already.

    The pause runs since it was wanted, for an answer that was waited for was a pause, too.
    """
    if ticket.is_stop:
        state.stops.pause(ticket.since_ms)
    elif ticket.leg in (Leg.CLOSE, Leg.FLATTEN):
        note_failed_close(state, ticket.since_ms, "no answer")


def note_refusal(
    state: BracketState, ticket: Ticket, message: str, now_ms: int, *, had_rested: bool
) -> None:
    """Draw the consequences of a definite no; what comes next is decided with everything else."""
    if ticket.code in (*_NOT_HELD, _STOP_EXISTS):
        state.wants_look = True
    if ticket.code == _BLOCKED:
        for each in state.working(Leg.TARGET):
            if each.service.is_conditional:
                each.ask_at(now_ms)
    match ticket.leg:
        case Leg.STOP | Leg.PROTECT:
            _stop_refused(state, ticket, message, now_ms, had_rested=had_rested)
        case Leg.TARGET:
            _target_refused(state, ticket, now_ms, had_rested=had_rested)
        case Leg.CLOSE | Leg.FLATTEN:
            state.band_refusals += ticket.code == _OUT_OF_BAND
            note_failed_close(state, now_ms, message)
        case _:
            text = f"{state.plan.symbol}: the entry was refused: {ticket.code} {message}"
            state.news.append(Alarmed(text=text, is_urgent=False))


def note_held_back(
    state: BracketState, ticket: Ticket, cause: str, now_ms: int, *, wait_ms: int
) -> None:
    """Try again later; while the venue takes nothing at all, the naked limit does not run."""
    match ticket.leg:
        case Leg.STOP | Leg.PROTECT:
            state.stops.pause(now_ms, at_least_ms=wait_ms)
            if state.naked_since_ms is not None and _is_excused(state, wait_ms):
                state.naked_since_ms = now_ms + wait_ms
        case Leg.TARGET:
            state.targets.pause(now_ms, at_least_ms=wait_ms)
        case Leg.CLOSE | Leg.FLATTEN:
            note_failed_close(state, now_ms, cause, wait_ms=wait_ms)
        case _:
            text = f"{state.plan.symbol}: the entry was not sent: {cause}"
            state.news.append(Alarmed(text=text, is_urgent=False))


def _is_excused(state: BracketState, wait_ms: int) -> bool:
    """Tell whether the venue takes nothing at all; else only stops, and then a close may pass."""
    return wait_ms >= state.patience.naked_ms or state.stops.failures <= _EXCUSES_MAX


def _stop_refused(
    state: BracketState, ticket: Ticket, message: str, now_ms: int, *, had_rested: bool
) -> None:
    """Close at once where the stop's price is passed already; else try the other form."""
    if had_rested or ticket.code in _TRIGGERS_AT_ONCE:
        state.stops.pause(now_ms)  # should the close fail, too
        if state.is_urgent:
            return
        text = f"{state.plan.symbol}: the stop cannot rest ({ticket.code} {message})"
        state.news.append(Alarmed(text=f"{text}: closing at market", is_urgent=True))
        state.leave(ExitReason.STOP, now_ms, leg=Leg.CLOSE, is_urgent=True)
        return
    state.stops.climb()
    if state.stops.rung > 1:  # both forms were refused
        state.stops.pause(now_ms)


def _target_refused(state: BracketState, ticket: Ticket, now_ms: int, *, had_rested: bool) -> None:
    """Take the profit where the target's price is passed already; else try the other form."""
    if (had_rested or ticket.code in _TRIGGERS_AT_ONCE) and state.goal is Goal.HOLD:
        state.leave(ExitReason.TARGET, now_ms, leg=Leg.CLOSE, is_urgent=True)
        return
    state.targets.climb()
    state.targets.pause(now_ms)
