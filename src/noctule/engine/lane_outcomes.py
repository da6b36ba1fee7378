"""What an answer, or the lack of one, means for an errand: the one table from errors to events."""

from typing import Final

from noctule.domain.errors import (
    BudgetExhausted,
    DuplicateClientId,
    OrderUnknown,
    VenueError,
    VenueRefused,
    VenueUnreachable,
)
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.desk import CancelFailed, LookFailed, OrderHeldBack, QuestionFailed
from noctule.domain.events.order import OrderOutcomeUnknown, OrderRejected
from noctule.domain.order import ClientOrderId
from noctule.engine.lane_queue import Errand
from noctule.orders.steps import Ask, Cancel, CountDown, Look, Send

__all__ = ["failed"]

_NOT_EXECUTED: Final = (VenueUnreachable, BudgetExhausted)


def failed(errand: Errand, failure: VenueError, *, at_ms: int, retry_ms: int) -> OrderEvent | None:
    """Say what a failure means; None when nobody needs to know.

    `retry_ms` is when to try again, unless the venue itself said when.
    """
    if isinstance(failure, BudgetExhausted):
        retry_ms = failure.retry_after_ms
    match errand.step:
        case Send(request=request):
            name = request.client_order_id
            return _not_placed(errand, name, failure, at_ms=at_ms)
        case Cancel(client_order_id=client_order_id):
            return CancelFailed(
                at_ms=at_ms,
                trace=errand.trace,
                symbol=errand.symbol,
                client_order_id=client_order_id,
                is_gone=isinstance(failure, OrderUnknown),
                cause=str(failure),
                retry_after_ms=retry_ms,
            )
        case Ask(client_order_id=client_order_id):
            return QuestionFailed(
                at_ms=at_ms,
                trace=errand.trace,
                symbol=errand.symbol,
                client_order_id=client_order_id,
                cause=str(failure),
                retry_after_ms=retry_ms,
            )
        case Look():
            return LookFailed(
                at_ms=at_ms,
                trace=errand.trace,
                symbol=errand.symbol,
                cause=str(failure),
                retry_after_ms=retry_ms,
            )
        case CountDown():
            # While an entry rests, the next one is told in time. One that was not called off takes
            # out in the end what rests there of regular orders: a bracket sends its target again.
            return None


def _not_placed(
    errand: Errand,
    client_order_id: ClientOrderId,
    failure: VenueError,
    *,
    at_ms: int,
) -> OrderEvent:
    """Say whether an order was not executed, refused, or may exist."""
    retry_ms = failure.retry_after_ms if isinstance(failure, BudgetExhausted) else 0
    if isinstance(failure, _NOT_EXECUTED):
        return OrderHeldBack(
            at_ms=at_ms,
            trace=errand.trace,
            symbol=errand.symbol,
            client_order_id=client_order_id,
            cause=str(failure),
            retry_after_ms=retry_ms,
        )
    if isinstance(failure, VenueRefused) and not isinstance(failure, DuplicateClientId):
        return OrderRejected(
            at_ms=at_ms,
            trace=errand.trace,
            symbol=errand.symbol,
            client_order_id=client_order_id,
            code=failure.code,
            message=failure.message,
        )
    return OrderOutcomeUnknown(  # also where its name is taken: it exists, and in which state?
        at_ms=at_ms,
        trace=errand.trace,
        symbol=errand.symbol,
        client_order_id=client_order_id,
        cause=str(failure),
    )
