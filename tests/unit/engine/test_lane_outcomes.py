"""Every failure means one thing for what was asked: not executed, refused, or unknown."""

import pytest

from noctule.domain.errors import (
    BudgetExhausted,
    CredentialsRefused,
    DuplicateClientId,
    OrderUnknown,
    OutcomeUnknown,
    VenueError,
    VenueRefused,
    VenueUnreachable,
)
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.desk import CancelFailed, LookFailed, QuestionFailed
from noctule.domain.events.order import OrderOutcomeUnknown, OrderRejected
from noctule.domain.order import OrderKind
from noctule.engine.lane_outcomes import failed
from noctule.engine.lane_queue import Errand, urgency_of
from noctule.orders.steps import Ask, Cancel, CountDown, Look, Send, Step
from tests.builders import BTCUSDT
from tests.fakes.lane_orders import A, held_back, stop

SEND = Send(request=stop("a"))
CANCEL = Cancel(client_order_id=A, kind=OrderKind.MARKET)
ASK = Ask(client_order_id=A, kind=OrderKind.MARKET)


def told(step: Step, failure: VenueError) -> OrderEvent | None:
    errand = Errand(
        symbol=BTCUSDT,
        step=step,
        trace="t",
        urgency=urgency_of(step),
    )
    return failed(errand, failure, at_ms=0, retry_ms=500)


def rejected(code: int) -> OrderRejected:
    return OrderRejected(
        at_ms=0, trace="t", symbol=BTCUSDT, client_order_id=A, code=code, message="no"
    )


def unknown(cause: str) -> OrderOutcomeUnknown:
    return OrderOutcomeUnknown(at_ms=0, trace="t", symbol=BTCUSDT, client_order_id=A, cause=cause)


def not_cancelled(cause: str, *, is_gone: bool, retry_ms: int = 500) -> CancelFailed:
    return CancelFailed(
        at_ms=0,
        trace="t",
        symbol=BTCUSDT,
        client_order_id=A,
        is_gone=is_gone,
        cause=cause,
        retry_after_ms=retry_ms,
    )


@pytest.mark.parametrize(
    ("failure", "meaning"),
    [
        (VenueUnreachable("no route"), held_back(A, "no route", retry_ms=0)),
        (
            BudgetExhausted("banned", retry_after_ms=9_000),
            held_back(A, "banned", retry_ms=9_000),
        ),
        (VenueRefused("no", code=-2021), rejected(-2021)),
        (CredentialsRefused("no", code=-2015), rejected(-2015)),
        (DuplicateClientId("known", code=-4116), unknown("-4116: known")),
        (OutcomeUnknown("reset"), unknown("reset")),
        (VenueError("who knows"), unknown("who knows")),
    ],
)
def test_an_order_was_not_executed_refused_or_may_exist(
    failure: VenueError, meaning: OrderEvent
) -> None:
    assert told(SEND, failure) == meaning


@pytest.mark.parametrize(
    ("failure", "meaning"),
    [
        (OrderUnknown("none", code=-2011), not_cancelled("-2011: none", is_gone=True)),
        (VenueRefused("no", code=-1), not_cancelled("-1: no", is_gone=False)),
        (OutcomeUnknown("reset"), not_cancelled("reset", is_gone=False)),
        (
            BudgetExhausted("banned", retry_after_ms=9_000),
            not_cancelled("banned", is_gone=False, retry_ms=9_000),
        ),
    ],
)
def test_an_order_that_was_not_cancelled_is_gone_or_may_rest(
    failure: VenueError, meaning: OrderEvent
) -> None:
    assert told(CANCEL, failure) == meaning


def test_a_question_without_answer_may_be_asked_again() -> None:
    failure = OutcomeUnknown("reset")
    assert told(ASK, failure) == QuestionFailed(
        at_ms=0,
        trace="t",
        symbol=BTCUSDT,
        client_order_id=A,
        cause="reset",
        retry_after_ms=500,
    )
    assert told(Look(), failure) == LookFailed(
        at_ms=0, trace="t", symbol=BTCUSDT, cause="reset", retry_after_ms=500
    )


@pytest.mark.parametrize("timeout_ms", [30_000, 0])
def test_nobody_hears_of_a_countdown_that_failed_for_what_it_takes_out_is_told(
    timeout_ms: int,
) -> None:
    assert told(CountDown(timeout_ms=timeout_ms), OutcomeUnknown("reset")) is None
