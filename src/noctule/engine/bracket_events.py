"""What a bracket tells, as events; and what events tell a bracket: two tables."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from noctule.domain.events.base import OrderEvent
from noctule.domain.events.desk import (
    CancelAccepted,
    CancelFailed,
    OrderHeldBack,
    OrderReported,
    PositionProtected,
    QuestionFailed,
    StopMoved,
)
from noctule.domain.events.order import (
    AlertRaised,
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderOutcomeUnknown,
    OrderRejected,
    OrderSubmitted,
    OrderTriggered,
)
from noctule.orders.bracket import Bracket
from noctule.orders.machine import OrderFact
from noctule.orders.news import Alarmed, BracketNews, Moved, Protected
from noctule.orders.plan import BracketPlan

__all__ = ["HEARD", "told"]


def told(news: BracketNews, plan: BracketPlan, *, at_ms: int) -> OrderEvent:
    """Return a bracket's news as an event."""
    match news:
        case Protected(stop=stop, target=target, naked_ms=naked_ms):
            return PositionProtected(
                at_ms=at_ms,
                trace=plan.trace,
                symbol=plan.symbol,
                strategy=plan.strategy,
                stop=stop,
                target=target,
                naked_ms=naked_ms,
            )
        case Moved(stop=stop, previous_stop=previous_stop, reason=reason):
            return StopMoved(
                at_ms=at_ms,
                trace=plan.trace,
                symbol=plan.symbol,
                strategy=plan.strategy,
                stop=stop,
                previous_stop=previous_stop,
                reason=reason,
            )
        case Alarmed(text=text, is_urgent=is_urgent):
            return AlertRaised(at_ms=at_ms, trace=plan.trace, text=text, is_urgent=is_urgent)


def _submitted(bracket: Bracket, event: OrderSubmitted, _now_ms: int) -> None:
    bracket.on_sent(event.client_order_id)


def _accepted(bracket: Bracket, event: OrderAccepted, now_ms: int) -> None:
    bracket.on_accepted(event.client_order_id, now_ms)


def _rejected(bracket: Bracket, event: OrderRejected, now_ms: int) -> None:
    bracket.on_refused(event.client_order_id, event.code, event.message, now_ms)


def _held_back(bracket: Bracket, event: OrderHeldBack, now_ms: int) -> None:
    bracket.on_held_back(event.client_order_id, event.cause, now_ms, wait_ms=event.retry_after_ms)


def _unknown(bracket: Bracket, event: OrderOutcomeUnknown, now_ms: int) -> None:
    bracket.on_doubted(event.client_order_id, now_ms)


def _canceled(bracket: Bracket, event: OrderCanceled, now_ms: int) -> None:
    bracket.on_ended(event.client_order_id, OrderFact.CANCELED, now_ms, filled=event.filled)


def _expired(bracket: Bracket, event: OrderExpired, now_ms: int) -> None:
    bracket.on_ended(event.client_order_id, OrderFact.EXPIRED, now_ms, filled=event.filled)


def _triggered(bracket: Bracket, event: OrderTriggered, now_ms: int) -> None:
    bracket.on_triggered(event.client_order_id, now_ms)


def _reported(bracket: Bracket, event: OrderReported, now_ms: int) -> None:
    bracket.on_answer(event.client_order_id, event.report, now_ms)


def _question_failed(bracket: Bracket, event: QuestionFailed, now_ms: int) -> None:
    bracket.on_no_answer(event.client_order_id, now_ms, wait_ms=event.retry_after_ms)


def _cancel_accepted(bracket: Bracket, event: CancelAccepted, now_ms: int) -> None:
    bracket.on_cancel_accepted(event.client_order_id, now_ms)


def _cancel_failed(bracket: Bracket, event: CancelFailed, now_ms: int) -> None:
    bracket.on_cancel_failed(
        event.client_order_id, now_ms, is_gone=event.is_gone, wait_ms=event.retry_after_ms
    )


# Each function takes the event class it stands beside, which a mapping's type cannot say.
HEARD: Final[Mapping[type[OrderEvent], Callable[[Bracket, Any, int], None]]] = {
    OrderSubmitted: _submitted,
    OrderAccepted: _accepted,
    OrderRejected: _rejected,
    OrderHeldBack: _held_back,
    OrderOutcomeUnknown: _unknown,
    OrderCanceled: _canceled,
    OrderExpired: _expired,
    OrderTriggered: _triggered,
    OrderReported: _reported,
    QuestionFailed: _question_failed,
    CancelAccepted: _cancel_accepted,
    CancelFailed: _cancel_failed,
}
