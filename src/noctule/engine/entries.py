"""From a signal to a reserved entry, or to every reason against it."""

from collections.abc import Sequence

from msgspec import structs

from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import TradingAuthorized
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.order import Leg, OrderKey, OrderRequest
from noctule.domain.signals import Approved, Refused
from noctule.engine.cases import Cases
from noctule.engine.order_desk import OrderDesk
from noctule.engine.settings import TradingSettings
from noctule.orders.plan import BracketPlan, EntryTerms
from noctule.ports.clock import Clock
from noctule.risk.case import EntryCase
from noctule.risk.manager import RiskManager, Weighed

__all__ = ["Entries"]


class Entries:
    """Weighs a wish and, approved, reserves its orders before anything else can happen."""

    def __init__(
        self,
        *,
        cases: Cases,
        risk: RiskManager,
        desk: OrderDesk,
        clock: Clock,
        trading: TradingSettings,
    ) -> None:
        self._cases = cases
        self._risk = risk
        self._desk = desk
        self._clock = clock
        self._timeout_ms = trading.entry_timeout_seconds * 1_000
        self.tells_gates = True  # of an approval, too: off where nobody reads them

    def enter(self, event: SignalGenerated) -> Sequence[OrderEvent] | Refused:
        """Return what is to be published: what every gate said, and the orders; or the refusal."""
        case = self._cases.case_of(event)
        if isinstance(case, Refused):
            return case
        weighed = self._risk.weigh(case)
        verdict = weighed.verdict
        if isinstance(verdict, Refused):
            return structs.replace(verdict, gates=weighed.told())
        self._cases.note_entry(event)
        requests = self._desk.begin(_plan(event, verdict), self._terms(case, verdict))
        return (*requests, self._authorized(event, weighed))

    def rehearse(self, event: SignalGenerated) -> OrderRequest | None:
        """Go the same way and leave no trace of it; None where it would be refused."""
        case = self._cases.case_of(event)
        if isinstance(case, Refused):
            return None
        weighed = self._risk.weigh(case)
        verdict = weighed.verdict
        weighed.told()
        if isinstance(verdict, Refused):
            return None
        return self._desk.draw_up(_plan(event, verdict), self._terms(case, verdict))

    def _terms(self, case: EntryCase, verdict: Approved) -> EntryTerms:
        return EntryTerms(
            quantity=verdict.quantity,
            kind=case.wish.kind,
            price=case.wish.limit_price,
            timeout_ms=self._timeout_ms,
        )

    def _authorized(self, event: SignalGenerated, weighed: Weighed) -> TradingAuthorized:
        return TradingAuthorized(
            at_ms=self._clock.now_ms(),
            trace=event.trace,
            symbol=event.symbol,
            strategy=event.strategy,
            direction=event.signal.direction,
            reason=event.signal.reason,
            gates=weighed.told() if self.tells_gates else {},
        )


def _plan(event: SignalGenerated, verdict: Approved) -> BracketPlan:
    return BracketPlan(
        symbol=event.symbol,
        strategy=event.strategy,
        trace=event.trace,
        key=OrderKey(close_ms=event.close_ms, timeframe=event.timeframe, leg=Leg.ENTRY, attempt=0),
        direction=verdict.direction,
        stop=verdict.stop,
        target=verdict.target,
        signal_price=event.price,
        received_ms=event.received_ms,
    )
