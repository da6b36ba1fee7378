"""That a strategy is asked no more is a control action, whoever it was."""

from collections.abc import Mapping

from noctule.adapters.store.audit import AuditEvent
from noctule.adapters.store.audit_tap import AuditTap
from noctule.domain.commands import EnableStrategy
from noctule.domain.events.order import CommandReceived
from noctule.domain.events.signal import StrategyDisabled
from noctule.domain.values import Symbol
from tests.builders import BTCUSDT, START_MS


def test_who_turned_a_strategy_off_or_on_stands_in_the_trail() -> None:
    lines: list[tuple[AuditEvent, str, Mapping[str, object]]] = []

    def write(event: AuditEvent, actor: str, /, **fields: object) -> None:
        lines.append((event, actor, fields))

    tap = AuditTap(write, account=None)
    tap.see(
        StrategyDisabled(
            at_ms=START_MS,
            trace="t",
            strategy="trend",
            symbols=(BTCUSDT, Symbol("ETHUSDT")),
            reason="failed 3 times in a row",
            remedy="correct it",
        )
    )
    enable = EnableStrategy(actor="ana", origin="control socket", strategy="trend")
    tap.see(CommandReceived(at_ms=START_MS, trace="t", command=enable))
    assert lines == [
        (
            AuditEvent.CONTROL,
            "noctule",
            {
                "trace": "t",
                "action": "disable strategy",
                "strategy": "trend",
                "symbols": "BTCUSDT, ETHUSDT",
                "reason": "failed 3 times in a row",
            },
        ),
        (
            AuditEvent.CONTROL,
            "ana",
            {
                "trace": "t",
                "action": "enable strategy",
                "origin": "control socket",
                "strategy": "trend",
            },
        ),
    ]
