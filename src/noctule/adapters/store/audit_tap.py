"""From the bus to the audit trail: every order of ours, every answer, and who wanted what."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Protocol, assert_never

import msgspec

from noctule.adapters.store.audit import AuditEvent
from noctule.domain.events.base import Event
from noctule.domain.events.desk import (
    CancelAccepted,
    CancelFailed,
    ExitRequested,
    OrderHeldBack,
    OrderReported,
    QuestionFailed,
    StopMoveRequested,
)
from noctule.domain.events.order import (
    CommandReceived,
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderOutcomeUnknown,
    OrderRejected,
    OrderRequested,
    OrderSubmitted,
    OrderTriggered,
    TradingHalted,
    TradingResumed,
)
from noctule.domain.events.signal import StrategyDisabled
from noctule.domain.ids import belongs_to_account
from noctule.domain.report import OrderReport
from noctule.domain.values import plain_text

__all__ = ["AuditTap", "WriteAudit"]

_US: Final = "noctule"
_EXCHANGE: Final = "exchange"
_ANSWERS: Final[Mapping[type[Event], tuple[str, str]]] = {  # whose word it is, and the word
    OrderAccepted: (_EXCHANGE, "accepted"),
    OrderRejected: (_EXCHANGE, "rejected"),
    OrderHeldBack: (_US, "held back"),
    OrderOutcomeUnknown: (_US, "unknown"),
    OrderFilled: (_EXCHANGE, "filled"),
    OrderTriggered: (_EXCHANGE, "triggered"),
    OrderCanceled: (_EXCHANGE, "canceled"),
    OrderExpired: (_EXCHANGE, "expired"),
    CancelAccepted: (_EXCHANGE, "cancel accepted"),
    CancelFailed: (_US, "cancel failed"),
    OrderReported: (_EXCHANGE, "reported"),
    QuestionFailed: (_US, "no answer"),
}
_Fields = dict[str, object]


class WriteAudit(Protocol):
    """How the trail takes an action; it never makes anyone wait."""

    def __call__(self, event: AuditEvent, actor: str, /, **fields: object) -> None:
        """Take what somebody did."""
        ...


class AuditTap:
    """A tap of the bus: orders of ours, their answers and control actions become lines."""

    def __init__(self, write: WriteAudit, *, account: str | None) -> None:
        self._write = write
        self._account = account  # the tag of our orders; None: none is ours

    def see(self, event: Event) -> None:
        """Write a line for this event if it belongs into the trail."""
        match event:
            case OrderRequested():
                fields = {**_fields(event.request), "strategy": event.strategy}
                self._note(event, AuditEvent.ORDER_REQUESTED, _US, fields)
            case OrderSubmitted():
                self._note(event, AuditEvent.ORDER_SENT, _US, _fields(event))
            case CommandReceived() | ExitRequested() | StopMoveRequested():
                self._note(event, AuditEvent.CONTROL, *_wish(event))
            case StrategyDisabled():
                named = {"strategy": event.strategy, "symbols": ", ".join(event.symbols)}
                fields = {"action": "disable strategy", **named, "reason": event.reason}
                self._note(event, AuditEvent.CONTROL, _US, fields)
            case TradingHalted():
                fields = {"cause": event.cause, "ends_ms": event.ends_ms}
                self._note(event, AuditEvent.TRADING_HALTED, event.actor, fields)
            case TradingResumed():
                self._note(event, AuditEvent.TRADING_RESUMED, event.actor, {})
            case _ if type(event) in _ANSWERS:
                self._note_answer(event)
            case _:
                pass

    def _note_answer(self, event: Event) -> None:
        """Write down what became of an order, unless it is somebody else's."""
        actor, word = _ANSWERS[type(event)]
        fields = _answer_fields(event)
        name = str(fields["client_order_id"])
        if self._account is not None and belongs_to_account(name, self._account):
            self._note(event, AuditEvent.ORDER_ANSWERED, actor, {"answer": word, **fields})

    def _note(self, event: Event, kind: AuditEvent, actor: str, fields: _Fields) -> None:
        self._write(kind, actor, trace=event.trace, **fields)


def _wish(event: CommandReceived | ExitRequested | StopMoveRequested) -> tuple[str, _Fields]:
    """Return who wanted something, and what."""
    match event:
        case CommandReceived(command=command):
            fields = {"action": command.word, **_fields(command)}
        case ExitRequested():
            fields = {"action": "exit", **_fields(event)}
        case StopMoveRequested():
            fields = {"action": "move stop", "actor": _US, **_fields(event)}
        case _:
            assert_never(event)
    return str(fields.pop("actor")), fields


def _answer_fields(event: Event) -> _Fields:
    """Return what an answer says, in one layer."""
    match event:
        case OrderFilled(fill=fill):
            return {**_fields(fill), "remaining": plain_text(event.remaining)}
        case OrderReported(report=None):
            return {**_fields(event), "report": "no such order"}
        case OrderReported(report=OrderReport() as report):
            return _fields(report)
        case _:
            return _fields(event)


def _fields(value: msgspec.Struct) -> _Fields:
    """Return the fields of a value by name, without those that every line or event has."""
    named = msgspec.structs.asdict(value)
    return {
        name: plain_text(content) if isinstance(content, Decimal) else content
        for name, content in named.items()
        if name not in _COMMON
    }


_COMMON: Final = frozenset({*Event.__struct_fields__, "updated_ms"})
