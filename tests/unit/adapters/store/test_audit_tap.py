"""Whoever reads the audit trail sees every order, every answer, and who wanted what."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.adapters.store.audit import AuditEvent, AuditLogger
from noctule.adapters.store.audit_tap import AuditTap
from noctule.domain.commands import Flatten, Pause
from noctule.domain.events.base import Event
from noctule.domain.events.order import CommandReceived
from noctule.domain.order import ClientOrderId, Leg, OrderKind, OrderState
from noctule.domain.trade import ExitReason
from noctule.domain.values import Side
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.writer import Runner
from tests.builders import BTCUSDT, START_MS, candle
from tests.fakes import desk_events
from tests.fakes.desk_events import (
    ACCOUNT,
    FOREIGN,
    OURS,
    STRATEGY,
    TRACE,
    accepted,
    filled,
    rejected,
    reported,
)
from tests.fakes.feed import closed

Line = tuple[AuditEvent, str, Mapping[str, object]]


def written(*events: Event, account: str | None = ACCOUNT) -> list[Line]:
    lines: list[Line] = []

    def write(event: AuditEvent, actor: str, /, **fields: object) -> None:
        lines.append((event, actor, fields))

    tap = AuditTap(write, account=account)
    for event in events:
        tap.see(event)
    return lines


def answered(event: Event) -> tuple[str, Mapping[str, object]]:
    """Return whose answer it is, and what it says."""
    ((kind, actor, fields),) = written(event)
    assert kind is AuditEvent.ORDER_ANSWERED
    assert fields["trace"] == TRACE
    assert fields["client_order_id"] == OURS
    said = {"trace", "symbol", "client_order_id"}
    return actor, {name: value for name, value in fields.items() if name not in said}


def test_an_order_is_written_down_whole_before_it_is_sent_and_again_when_it_is() -> None:
    assert written(desk_events.REQUESTED, desk_events.SUBMITTED) == [
        (
            AuditEvent.ORDER_REQUESTED,
            "noctule",
            {
                "trace": TRACE,
                "client_order_id": OURS,
                "symbol": BTCUSDT,
                "side": Side.SELL,
                "kind": OrderKind.STOP_MARKET,
                "leg": Leg.STOP,
                "quantity": None,
                "price": None,
                "trigger_price": "59000.1",
                "callback_share": None,
                "time_in_force": None,
                "working_type": None,
                "reduces_only": False,
                "good_till_ms": None,
                "strategy": STRATEGY,
            },
        ),
        (
            AuditEvent.ORDER_SENT,
            "noctule",
            {"trace": TRACE, "symbol": BTCUSDT, "client_order_id": OURS},
        ),
    ]


@pytest.mark.parametrize(
    ("event", "actor", "fields"),
    [
        (accepted(), "exchange", {"answer": "accepted", "venue_order_id": "8886774"}),
        (
            rejected(),
            "exchange",
            {"answer": "rejected", "code": -2019, "message": "Margin is insufficient."},
        ),
        (
            desk_events.HELD_BACK,
            "noctule",
            {"answer": "held back", "cause": "banned", "retry_after_ms": 5},
        ),
        (
            desk_events.UNKNOWN,
            "noctule",
            {"answer": "unknown", "cause": "time-out"},
        ),
        (
            filled(),
            "exchange",
            {
                "answer": "filled",
                "venue_order_id": "283194212",
                "trade_id": 4711,
                "side": Side.BUY,
                "price": "60000",
                "quantity": "0.01",
                "fee": "0.3",
                "fee_asset": "USDT",
                "is_maker": False,
                "realized_pnl": "0",
                "remaining": "0.002",
            },
        ),
        (
            desk_events.TRIGGERED,
            "exchange",
            {"answer": "triggered", "child_order_id": "99"},
        ),
        (
            desk_events.CANCELED,
            "exchange",
            {"answer": "canceled", "filled": None},
        ),
        (
            desk_events.EXPIRED,
            "exchange",
            {"answer": "expired", "cause": "IOC", "filled": None},
        ),
        (
            desk_events.CANCEL_ACCEPTED,
            "exchange",
            {"answer": "cancel accepted"},
        ),
        (
            desk_events.CANCEL_FAILED,
            "noctule",
            {
                "answer": "cancel failed",
                "is_gone": True,
                "cause": "-2011: Unknown order sent.",
                "retry_after_ms": 0,
            },
        ),
        (
            reported(desk_events.REPORT),
            "exchange",
            {
                "answer": "reported",
                "venue_order_id": "8886774",
                "side": Side.BUY,
                "kind": OrderKind.MARKET,
                "state": OrderState.FILLED,
                "quantity": "0.01",
                "filled": "0.01",
                "price": None,
                "trigger_price": None,
                "average_price": "60000.1",
                "reduces_only": False,
                "child_order_id": None,
            },
        ),
        (reported(None), "exchange", {"answer": "reported", "report": "no such order"}),
        (
            desk_events.NO_ANSWER,
            "noctule",
            {"answer": "no answer", "cause": "time-out", "retry_after_ms": 7},
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Event) else "",
)
def test_every_answer_is_a_line_that_says_whose_word_it_is(
    event: Event, actor: str, fields: Mapping[str, object]
) -> None:
    assert answered(event) == (actor, fields)


@pytest.mark.parametrize(("name", "account"), [(FOREIGN, ACCOUNT), (OURS, None)])
def test_orders_that_are_not_ours_are_no_business_of_the_trail(
    name: ClientOrderId, account: str | None
) -> None:
    assert written(accepted(name), rejected(name), filled(name), account=account) == []


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            CommandReceived(
                at_ms=START_MS,
                trace="command:1",
                command=Flatten(actor="owner", origin="control socket", symbol=BTCUSDT),
            ),
            (
                AuditEvent.CONTROL,
                "owner",
                {
                    "trace": "command:1",
                    "action": "flatten",
                    "origin": "control socket",
                    "symbol": BTCUSDT,
                },
            ),
        ),
        (
            CommandReceived(
                at_ms=START_MS,
                trace="command:2",
                command=Pause(actor="kill switch", origin="logs/state/STOP", reason="holidays"),
            ),
            (
                AuditEvent.CONTROL,
                "kill switch",
                {
                    "trace": "command:2",
                    "action": "pause",
                    "origin": "logs/state/STOP",
                    "reason": "holidays",
                },
            ),
        ),
        (
            desk_events.EXIT_REQUESTED,
            (
                AuditEvent.CONTROL,
                STRATEGY,
                {
                    "trace": TRACE,
                    "action": "exit",
                    "symbol": BTCUSDT,
                    "reason": ExitReason.SIGNAL,
                },
            ),
        ),
        (
            desk_events.MOVE_REQUESTED,
            (
                AuditEvent.CONTROL,
                "noctule",
                {
                    "trace": TRACE,
                    "action": "move stop",
                    "symbol": BTCUSDT,
                    "stop": "60010",
                    "reason": "break-even",
                },
            ),
        ),
        (
            desk_events.HALTED,
            (
                AuditEvent.TRADING_HALTED,
                "risk",
                {"trace": "", "cause": "daily loss", "ends_ms": 5},
            ),
        ),
        (
            desk_events.RESUMED,
            (AuditEvent.TRADING_RESUMED, "owner", {"trace": ""}),
        ),
    ],
)
def test_every_control_action_is_a_line_with_who_and_from_where(event: Event, line: Line) -> None:
    assert written(event) == [line]


def test_candles_are_not_audited() -> None:
    assert written(closed(candle())) == []


def test_no_field_takes_the_name_of_a_key_of_the_trail(tmp_path: Path) -> None:
    audit = AuditLogger(
        VirtualClock(START_MS),
        tmp_path / "audit.jsonl",
        redactor=Redactor(),
        runner=Runner.INLINE,
    )
    audit.start()
    tap = AuditTap(audit.write, account=ACCOUNT)
    for event in (desk_events.REQUESTED, accepted(), filled(), reported(desk_events.REPORT)):
        tap.see(event)
    assert audit.close(10_000)
    assert len((tmp_path / "audit.jsonl").read_text().splitlines()) == 4
