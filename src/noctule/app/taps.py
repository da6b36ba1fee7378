"""Who listens to the bus without taking part: the trade log and the audit trail."""

from collections.abc import Mapping

from noctule.adapters.store.audit_tap import AuditTap
from noctule.adapters.store.trade_tap import TradeTap
from noctule.app.records import Records
from noctule.domain.values import Symbol
from noctule.engine.bus import EventBus
from noctule.engine.desk import Desk

__all__ = ["add_taps"]


def add_taps(
    bus: EventBus, records: Records, desks: Mapping[Symbol, Desk], *, account: str | None
) -> None:
    """Let both see every event; `account` is the tag of our orders, None where there are none."""

    def strategy_of(symbol: Symbol) -> str | None:
        desk = desks.get(symbol)
        return None if desk is None else desk.label

    trades = TradeTap(records.trades.write, account=account, strategy_of=strategy_of)
    bus.add_tap(trades.see, is_patient=True)
    bus.add_tap(AuditTap(records.audit.write, account=account).see, is_patient=True)
