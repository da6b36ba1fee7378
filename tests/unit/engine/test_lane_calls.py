"""Each errand is one question to the venue, and a yes is told in one event."""

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.domain.errors import BudgetExhausted, OutcomeUnknown, VenueError, VenueUnreachable
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.desk import CancelAccepted, OrderReported, SymbolReported
from noctule.domain.order import OrderKind
from noctule.engine.lane_calls import LaneCalls
from noctule.engine.lane_queue import Errand, urgency_of
from noctule.orders.steps import Ask, Cancel, CountDown, Look, Send, Step
from tests.builders import BTCUSDT
from tests.fakes.lane_desk import LaneDesk, flat_look
from tests.fakes.lane_orders import A, B, accepted, entry, submitted

LATE = Send(request=entry("a"), countdown_ms=30_000)


def errand(step: Step) -> Errand:
    return Errand(
        symbol=BTCUSDT,
        step=step,
        trace="t",
        urgency=urgency_of(step),
    )


async def made(desk: LaneDesk, *steps: Step) -> list[OrderEvent]:
    """Return what is told of these steps, one after the other."""
    told: list[OrderEvent] = []
    calls = LaneCalls(executor=desk, venue=desk, clock=VirtualClock(0), tell=told.append)
    for step in steps:
        await calls.make(errand(step))
    return told


async def test_cancels_questions_and_looks_are_answered() -> None:
    desk = LaneDesk()
    told = await made(
        desk,
        Cancel(client_order_id=A, kind=OrderKind.MARKET),
        CountDown(timeout_ms=30_000),
        Ask(client_order_id=B, kind=OrderKind.MARKET),
        Look(),
    )
    assert desk.calls == ["cancel a", "count down 30000 BTCUSDT", "query b", "look BTCUSDT"]
    assert told == [
        CancelAccepted(at_ms=0, trace="t", symbol=BTCUSDT, client_order_id=A),
        OrderReported(at_ms=0, trace="t", symbol=BTCUSDT, client_order_id=B, report=None),
        SymbolReported(at_ms=0, trace="t", look=flat_look(BTCUSDT)),
    ]


async def test_an_order_with_a_countdown_is_sent_after_the_promise_to_cancel_it() -> None:
    desk = LaneDesk()
    told = await made(desk, LATE)
    assert desk.calls == ["count down 30000 BTCUSDT", "place a"]
    assert told == [submitted(A), accepted(A)]


@pytest.mark.parametrize(
    ("failure", "raised"),
    [
        (OutcomeUnknown("reset"), VenueUnreachable),  # the order itself was not sent
        (BudgetExhausted("banned", retry_after_ms=5), BudgetExhausted),
    ],
)
async def test_without_that_promise_it_is_not_sent(
    failure: VenueError, raised: type[VenueError]
) -> None:
    desk = LaneDesk()
    desk.script(BTCUSDT, failure)
    with pytest.raises(raised):
        await made(desk, LATE)
    assert desk.calls == ["count down 30000 BTCUSDT"]
