"""When an order is asked for: whatever should have been heard of by now, and was not."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from noctule.domain.order import Leg, OrderKind, OrderState
from noctule.domain.report import OrderReport
from noctule.orders.machine import OrderFact
from noctule.orders.patience import Patience
from noctule.orders.state import BracketState, Scene
from noctule.orders.steps import Ask, Look, Step
from noctule.orders.ticket import Ticket

__all__ = ["answered", "expect", "look", "may_have_filled", "pause_ms", "question", "unanswered"]

# An enum's members are slow to look up.
_UNSENT: Final = (OrderState.RESERVED, OrderState.SENDING)
_THERE: Final = (OrderState.OPEN, OrderState.PARTIALLY_FILLED)
_UNKNOWN: Final = OrderState.UNKNOWN
_DOUBTFUL: Final = (OrderState.UNKNOWN, OrderState.CANCELING)
_MARKET: Final = OrderKind.MARKET
_ENTRY: Final = Leg.ENTRY
_CLOSES: Final = (Leg.CLOSE, Leg.FLATTEN)
_DOUBLINGS_MAX: Final = 5
_MISSES_MIN: Final = 3  # an order that rested is given up after so many questions


def question(state: BracketState, scene: Scene) -> Iterator[Step]:
    """Ask for every order whose time has come."""
    for ticket in state.working():
        if ticket.is_asking or ticket.question_ms is None:
            continue
        if scene.now_ms < ticket.question_ms:
            state.alarm(ticket.question_ms)
            continue
        ticket.is_asking = True
        ticket.questions += 1
        if _must_have_filled(ticket):
            state.wants_look = True  # by two ways at once: one of the answers may be lost
        yield Ask(client_order_id=ticket.name, kind=ticket.kind)


def look(state: BracketState, scene: Scene) -> Iterator[Step]:
    """Ask for the whole symbol, where somebody wants that and the last time is not too near."""
    if not state.wants_look or state.is_looking:
        return
    if scene.now_ms < state.looks.not_before_ms:
        state.alarm(state.looks.not_before_ms)
        return
    state.wants_look = False
    state.is_looking = True
    state.look_sent_ms = scene.now_ms
    yield Look()


def expect(ticket: Ticket, now_ms: int, patience: Patience) -> None:
    """Set when to ask for an order, by what it is and what was heard of it last."""
    ticket.ask_at(_question_ms(ticket, now_ms, patience))


def may_have_filled(ticket: Ticket, filled: Decimal | None) -> bool:
    """Tell whether an entry that ended may have brought in more than its trades told so far.

    Nobody asks so of what only reduces: at worst the next order for the same is too large.
    """
    if ticket.leg is not Leg.ENTRY or not ticket.may_trade:
        return False
    return filled is None or filled > ticket.order.filled


def answered(state: BracketState, ticket: Ticket, report: OrderReport | None, now_ms: int) -> None:
    """Take in an answer; an order that the venue does not know for long enough never was."""
    ticket.is_asking = False
    if report is not None:
        ticket.missed_ms = None
        ticket.report(report)
        if report.child_order_id is not None and ticket.fired_ms is None:
            ticket.fired_ms = now_ms
    else:
        _miss(state, ticket, now_ms)
    expect(ticket, now_ms, state.patience)


def unanswered(ticket: Ticket, now_ms: int, patience: Patience, *, wait_ms: int) -> None:
    """Ask again later."""
    ticket.is_asking = False
    ticket.ask_at(now_ms + max(wait_ms, pause_ms(ticket, patience)))


def pause_ms(ticket: Ticket, patience: Patience) -> int:
    """Return how long to wait before asking again; longer each time."""
    doubled_ms = patience.question_ms << min(max(ticket.questions - 1, 0), _DOUBLINGS_MAX)
    return min(doubled_ms, patience.question_ms_max)


def _must_have_filled(ticket: Ticket) -> bool:
    """Tell whether a market entry was acknowledged, and nobody said what became of it."""
    is_silent = ticket.state is OrderState.OPEN and ticket.questions == 1
    return is_silent and ticket.leg is Leg.ENTRY and ticket.kind is OrderKind.MARKET


def _miss(state: BracketState, ticket: Ticket, now_ms: int) -> None:
    """Believe that there is no such order only when it cannot be a lag (facts 2.5, point 7)."""
    if ticket.missed_ms is None:
        ticket.missed_ms = now_ms
    if not _is_looked_for(state, ticket, now_ms):
        return
    if ticket.is_gone:
        ticket.apply(OrderFact.CANCELED)
    elif now_ms - _doubted_ms(ticket, ticket.missed_ms) >= state.patience.life_ms:
        ticket.apply(OrderFact.ABSENT)
        if ticket.may_trade and ticket.questions >= _MISSES_MIN:
            ticket.apply(OrderFact.EXPIRED)


def _doubted_ms(ticket: Ticket, missed_ms: int) -> int:
    """Return since when it is in doubt: one that rested may have done so for hours before."""
    has_rested = ticket.leg is _ENTRY and ticket.state is not _UNKNOWN
    return missed_ms if has_rested else ticket.since_ms


def _is_looked_for(state: BracketState, ticket: Ticket, now_ms: int) -> bool:
    """Tell whether what is held was asked for late enough to prove that an entry never was.

    That is believed only beside the position that it would have made: given up for lost, a fill
    that nobody told of would stand without a stop. Where it is not known, a look is wanted.
    """
    if ticket.leg is not _ENTRY:
        return True
    assert ticket.missed_ms is not None, f"{ticket.name} is not missed"
    proof_ms = ticket.missed_ms
    if ticket.state is _UNKNOWN:  # until then it may be on its way, and fill yet
        proof_ms = max(proof_ms, ticket.since_ms + state.patience.life_ms)
    if state.seen_ms is not None and state.seen_ms >= proof_ms:
        return True
    is_blind = state.seen_ms is None or state.seen_ms < ticket.missed_ms
    state.wants_look = state.wants_look or is_blind or now_ms >= proof_ms
    return False


def _question_ms(ticket: Ticket, now_ms: int, patience: Patience) -> int | None:
    state = ticket.state
    if state in _THERE and not ticket.is_cancel_sent:
        return _resting_question_ms(ticket, now_ms, patience)
    if state in _THERE or state in _UNSENT:
        return now_ms + patience.life_ms // 2
    if state is _UNKNOWN and not ticket.questions:
        return now_ms
    return now_ms + pause_ms(ticket, patience) if state in _DOUBTFUL else None


def _resting_question_ms(ticket: Ticket, now_ms: int, patience: Patience) -> int | None:
    """Ask soon for what trades at once, and now and then for a resting entry, lest it be missed."""
    has_fired = ticket.fired_ms is not None and ticket.kind.trades_at_market
    if has_fired or ticket.kind is _MARKET or ticket.leg in _CLOSES:
        return now_ms + max(patience.first_question_ms, pause_ms(ticket, patience))
    if ticket.leg is _ENTRY:
        return now_ms + patience.resting_question_ms
    return None
