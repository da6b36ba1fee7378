"""What a bracket tells becomes an event, and each fact of an order reaches the bracket."""

from decimal import Decimal
from typing import Any, cast

import pytest
from msgspec.structs import replace

from noctule.domain.events.base import OrderEvent
from noctule.domain.events.desk import PositionProtected, StopMoved
from noctule.domain.events.order import AlertRaised, OrderRequested
from noctule.domain.values import Price, quantity
from noctule.engine.bracket_events import HEARD, told
from noctule.orders.bracket import Bracket
from noctule.orders.machine import OrderFact
from noctule.orders.news import Alarmed, BracketNews, Moved, Protected
from tests.builders import BTCUSDT, START_MS
from tests.fakes import desk_events
from tests.fakes.desk_events import OURS, STRATEGY, TRACE
from tests.fakes.floor import plan

NOW_MS = 7
STOP, LOWER = Price(Decimal(59_500)), Price(Decimal(59_000))
ACCEPTED, REJECTED = desk_events.accepted(OURS), desk_events.rejected(OURS)
ANSWER = desk_events.reported(desk_events.REPORT)


class Listening:
    """Stands where a bracket does, and notes what it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, tuple[object, ...], dict[str, object]]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: self.heard.append((name, args, kwargs))


@pytest.mark.parametrize(
    ("news", "event"),
    [
        (
            Protected(stop=STOP, target=None, naked_ms=12),
            PositionProtected(
                at_ms=START_MS,
                trace=TRACE,
                symbol=BTCUSDT,
                strategy=STRATEGY,
                stop=STOP,
                target=None,
                naked_ms=12,
            ),
        ),
        (
            Moved(stop=STOP, previous_stop=LOWER, reason="break even"),
            StopMoved(
                at_ms=START_MS,
                trace=TRACE,
                symbol=BTCUSDT,
                strategy=STRATEGY,
                stop=STOP,
                previous_stop=LOWER,
                reason="break even",
            ),
        ),
        (
            Alarmed(text="naked", is_urgent=True),
            AlertRaised(at_ms=START_MS, trace=TRACE, text="naked", is_urgent=True),
        ),
    ],
)
def test_what_a_bracket_tells_becomes_an_event(news: BracketNews, event: OrderEvent) -> None:
    assert told(news, plan(), at_ms=START_MS) == event


@pytest.mark.parametrize(
    ("event", "name", "args", "kwargs"),
    [
        (desk_events.SUBMITTED, "on_sent", (OURS,), {}),
        (ACCEPTED, "on_accepted", (OURS, NOW_MS), {}),
        (REJECTED, "on_refused", (OURS, REJECTED.code, REJECTED.message, NOW_MS), {}),
        (desk_events.HELD_BACK, "on_held_back", (OURS, "banned", NOW_MS), {"wait_ms": 5}),
        (desk_events.UNKNOWN, "on_doubted", (OURS, NOW_MS), {}),
        (
            replace(desk_events.CANCELED, filled=quantity("0.004")),
            "on_ended",
            (OURS, OrderFact.CANCELED, NOW_MS),
            {"filled": quantity("0.004")},
        ),
        (desk_events.EXPIRED, "on_ended", (OURS, OrderFact.EXPIRED, NOW_MS), {"filled": None}),
        (desk_events.TRIGGERED, "on_triggered", (OURS, NOW_MS), {}),
        (ANSWER, "on_answer", (OURS, ANSWER.report, NOW_MS), {}),
        (
            desk_events.NO_ANSWER,
            "on_no_answer",
            (OURS, NOW_MS),
            {"wait_ms": desk_events.NO_ANSWER.retry_after_ms},
        ),
        (desk_events.CANCEL_ACCEPTED, "on_cancel_accepted", (OURS, NOW_MS), {}),
        (
            desk_events.CANCEL_FAILED,
            "on_cancel_failed",
            (OURS, NOW_MS),
            {
                "is_gone": desk_events.CANCEL_FAILED.is_gone,
                "wait_ms": desk_events.CANCEL_FAILED.retry_after_ms,
            },
        ),
    ],
)
def test_each_fact_of_an_order_reaches_its_bracket(
    event: OrderEvent, name: str, args: tuple[object, ...], kwargs: dict[str, object]
) -> None:
    bracket = Listening()
    HEARD[type(event)](cast("Bracket", bracket), event, NOW_MS)  # it has whatever is called
    assert bracket.heard == [(name, args, kwargs)]


def test_no_fact_of_an_order_is_overlooked() -> None:
    facts = {
        kind for kind in OrderEvent.__subclasses__() if "client_order_id" in kind.__struct_fields__
    }
    assert facts == set(HEARD)
    assert OrderRequested not in HEARD
