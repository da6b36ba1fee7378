"""Every minute a look whether the account is as we believe it to be.

The first difference makes us read again, the second makes us act: on a symbol that a bracket
leads the bracket asks, or an order too many is taken out; on any other the symbol is recovered.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from noctule.domain.errors import VenueError
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import DiscrepancyFound
from noctule.domain.ids import trace_of
from noctule.domain.order import ClientOrderId, OrderKind
from noctule.domain.position import AccountSnapshot
from noctule.domain.report import SymbolLook
from noctule.domain.values import Symbol
from noctule.engine.recovery import Recovery, Successor
from noctule.ports.clock import Clock
from noctule.ports.venue import Venue
from noctule.reconcile.case import Evidence, cases_of
from noctule.reconcile.diff import (
    Belief,
    Difference,
    DifferenceKind,
    confirmed,
    differences,
    looks_of,
)
from noctule.reconcile.foreign import foreign_notes
from noctule.reconcile.plan import RecoveryPlan, Sweep
from noctule.telemetry.logs import get_log

__all__ = ["AccountCheck", "Doubter"]

_log = get_log(__name__)
_REREAD_MS = 1_000


class Doubter(Protocol):
    """Whose book is compared, and who asks: the desk."""

    def beliefs(self) -> Mapping[Symbol, Belief]:
        """Return what is believed of every symbol that is held, led or has orders of ours."""
        ...

    async def ask(self, symbol: Symbol, client_order_id: ClientOrderId) -> None:
        """Let the symbol's bracket ask what became of an order."""
        ...

    async def look_at(self, symbol: Symbol) -> None:
        """Let somebody ask what is held of a symbol."""
        ...


class AccountCheck:
    """Compares; it stands beside the recovery, and hands over to the same successor."""

    def __init__(  # noqa: PLR0913  # what it stands on
        self,
        *,
        venue: Venue,
        clock: Clock,
        recovery: Recovery,
        successor: Successor,
        doubter: Doubter,
        publish: Callable[[OrderEvent], Awaitable[None]],
        account: str,
        reread_ms: int = _REREAD_MS,
    ) -> None:
        self._venue = venue
        self._clock = clock
        self._recovery = recovery
        self._successor = successor
        self._doubter = doubter
        self._publish = publish
        self._account = account
        self._reread_ms = reread_ms
        self.compared_ms: int | None = None  # elapsed time at which both books were seen last

    async def run(self) -> RecoveryPlan:
        """Check once; a venue that does not answer is asked again the next time."""
        try:
            return await self._run()
        except VenueError as exc:
            _log.warning("account not checked", cause=str(exc))
            return RecoveryPlan()

    async def _run(self) -> RecoveryPlan:
        snapshot = await self._venue.snapshot()
        self.compared_ms = self._clock.elapsed_ms()
        strangers = self._recovery.strangers_among(snapshot.orders)
        self._note_foreign(snapshot, strangers)
        first = self._compare(*looks_of(snapshot, self._doubter.beliefs()), besides=strangers)
        if first:
            await self._clock.sleep_ms(self._reread_ms)
        found: list[Difference] = []
        for symbol in sorted({each.symbol for each in first}):
            look = await self._venue.look(symbol)
            strangers |= self._recovery.strangers_among(look.orders)
            seen_twice = confirmed(first, self._compare(look, besides=strangers))
            await self._act(seen_twice, look)
            found += seen_twice
        for each in found:
            await self._tell(each)
        plan = await self._recover({each.symbol for each in found} | self._recovery.puzzles)
        return RecoveryPlan(
            symbols=plan.symbols, strangers=tuple(sorted(strangers.union(plan.strangers)))
        )

    def _compare(self, *looks: SymbolLook, besides: frozenset[ClientOrderId]) -> list[Difference]:
        """Return what differs; another bot's orders are another matter."""
        beliefs = self._doubter.beliefs()
        return [
            each
            for look in looks
            for each in differences(beliefs.get(look.symbol, Belief()), look, self._account)
            if each.client_order_id not in besides
        ]

    async def _act(self, found: Sequence[Difference], look: SymbolLook) -> None:
        """Act on what was seen twice, where a bracket leads.

        What may guard a position is not taken out before both books agree on what is held.
        """
        if not self._successor.has_bracket(look.symbol):
            return
        kinds = {each.client_order_id: each.kind for each in look.orders}
        is_in_doubt = any(each.kind is DifferenceKind.POSITION for each in found)
        for each in found:
            is_spare = each.kind is DifferenceKind.UNEXPECTED
            if not (is_spare and is_in_doubt and look.signed_quantity):
                await self._act_on(each, kinds)

    async def _act_on(
        self, difference: Difference, kinds: Mapping[ClientOrderId, OrderKind]
    ) -> None:
        symbol, name = difference.symbol, difference.client_order_id
        if name is None:
            await self._doubter.look_at(symbol)
        elif difference.kind is DifferenceKind.MISSING:
            await self._doubter.ask(symbol, name)
        else:
            self._successor.sweep(Sweep(symbol=symbol, client_order_id=name, kind=kinds[name]))

    async def _recover(self, symbols: set[Symbol]) -> RecoveryPlan:
        unled = {each for each in symbols if not self._successor.has_bracket(each)}
        if not unled:
            return RecoveryPlan()
        return await self._recovery.again("check", unled)

    async def _tell(self, difference: Difference) -> None:
        _log.warning("discrepancy", symbol=difference.symbol, text=difference.text)
        at_ms = self._clock.now_ms()
        await self._publish(
            DiscrepancyFound(
                at_ms=at_ms,
                trace=trace_of("check", at_ms),
                symbol=difference.symbol,
                text=difference.text,
            )
        )

    def _note_foreign(self, snapshot: AccountSnapshot, strangers: frozenset[ClientOrderId]) -> None:
        """Say anew what is not ours, symbol by symbol, and what is gone."""
        evidence = Evidence(snapshot=snapshot, instruments={}, strangers=strangers)
        cases = cases_of(evidence, self._account)
        led = {each.symbol for each in cases if self._successor.has_bracket(each.symbol)}
        self._recovery.note_foreign(foreign_notes(cases, led=led))
