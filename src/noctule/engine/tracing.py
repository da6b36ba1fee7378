"""Whose a held position is: the orders that led to it are asked for, but not for long."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from noctule.domain.errors import VenueError
from noctule.domain.memory import DeskMemory
from noctule.domain.order import ClientOrderId
from noctule.domain.report import OrderReport
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from noctule.engine.patiently import Persistence, patiently
from noctule.ports.clock import Clock
from noctule.ports.venue import Venue
from noctule.reconcile.case import Evidence, SymbolCase, case_of
from noctule.reconcile.guards import is_naked
from noctule.reconcile.ownership import claim, is_unexplained
from noctule.telemetry.logs import get_log

__all__ = ["OVERLAP_MS", "TracePatience", "Tracing", "history_of"]

OVERLAP_MS: Final = 10 * MINUTE_MS  # of memory and orders: it is written a moment later

_log = get_log(__name__)
_LOOKED_BACK_MS: Final = 3 * Timeframe.D1.ms  # what a lost memory is rebuilt from


class TracePatience(Struct, frozen=True, kw_only=True):
    """How long to ask and to wait; real times, but for those of orders."""

    history: Persistence = Persistence(span_ms=1_500)  # without it memory and stops must do
    naked: Persistence = Persistence(span_ms=750)  # the same where they would do, and time runs
    late_order_ms: int = 500  # an order may be told of a little after what it did
    late_orders_max: int = 3  # looks for one
    late_order_age_ms: int = MINUTE_MS  # a position older than this has no late orders


class Tracing:
    """Completes a case by its history; symbols may be traced side by side."""

    def __init__(
        self,
        *,
        venue: Venue,
        clock: Clock,
        account: str,
        strangers_among: Callable[[Sequence[OrderReport]], frozenset[ClientOrderId]],
        patience: TracePatience,
    ) -> None:
        self._venue = venue
        self._clock = clock
        self._account = account
        self._strangers_among = strangers_among
        self._patience = patience

    async def trace(self, case: SymbolCase, evidence: Evidence) -> SymbolCase:
        """Ask for the orders that led to what is held; a fresh position's may be told late."""
        if case.position.is_flat:
            return case
        youngest_ms = self._clock.now_ms() - self._patience.late_order_age_ms
        for _ in range(self._patience.late_orders_max):
            told = await self._with_history(case, evidence)
            if told is None:
                break
            case = told
            if not is_unexplained(case) or case.position.updated_ms < youngest_ms:
                break
            await self._clock.sleep_ms(self._patience.late_order_ms)
        return case

    async def _with_history(self, case: SymbolCase, evidence: Evidence) -> SymbolCase | None:
        """Return the case with its orders, ended ones too; None where nobody tells them."""
        symbol, patience = case.symbol, self._patience
        is_urgent = is_naked(case) and claim(case) is not None
        try:
            history = await patiently(
                lambda: history_of(
                    self._venue, symbol, evidence.memory, now_ms=self._clock.now_ms()
                ),
                clock=self._clock,
                persistence=patience.naked if is_urgent else patience.history,
            )
        except VenueError as exc:
            _log.warning("orders not told", symbol=symbol, cause=str(exc))
            return None
        known = replace(
            evidence,
            history={symbol: history},
            strangers=evidence.strangers | self._strangers_among(history),
        )
        return case_of(symbol, known, self._account)


async def history_of(
    venue: Venue, symbol: Symbol, memory: DeskMemory, *, now_ms: int
) -> Sequence[OrderReport]:
    """Return a symbol's orders since the memory was saved, or of the last days."""
    saved_ms = min(memory.saved_ms, now_ms) - OVERLAP_MS
    return await venue.orders_since(symbol, max(saved_ms, now_ms - _LOOKED_BACK_MS))
