"""The start after whatever happened, and every later doubt: ask the venue, plan, hand over.

The order matters: what is naked is asked for first, what is held before what is flat, and each
symbol is handed over as soon as its own orders were told. A symbol that a bracket leads is never
adopted again: `AccountCheck` makes its bracket ask.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import Reconciled
from noctule.domain.ids import trace_of
from noctule.domain.instrument import Instrument
from noctule.domain.memory import DeskMemory
from noctule.domain.order import ClientOrderId
from noctule.domain.position import AccountSnapshot, Income
from noctule.domain.report import OrderReport
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from noctule.engine.outcome import outcome_of
from noctule.engine.patiently import Persistence, patiently
from noctule.engine.tracing import OVERLAP_MS, TracePatience, Tracing
from noctule.ports.clock import Clock
from noctule.ports.venue import Venue
from noctule.reconcile.case import Evidence, RecoveryTerms, SymbolCase, cases_of
from noctule.reconcile.ownership import is_unexplained
from noctule.reconcile.plan import Action, Adoption, RecoveryPlan, Sweep, SymbolPlan
from noctule.reconcile.planning import plan_symbol, urgency
from noctule.reconcile.strangers import Strangers
from noctule.telemetry.logs import get_log

__all__ = ["Recovery", "RecoveryPatience", "Successor", "incomes_since_midnight"]

_log = get_log(__name__)


class RecoveryPatience(Struct, frozen=True, kw_only=True):
    """How long a recovery asks and waits; real times, but for those of orders."""

    snapshot: Persistence = Persistence(span_ms=60_000)  # without it nothing can be done
    trace: TracePatience = TracePatience()
    again_max: int = 3  # checks that look again at a position that nothing explains
    memory_ms: int = MINUTE_MS  # what a dead process remembered counts for so long
    grace_ms: int = 10_000  # what a dead process sent has arrived by then


class _Taken(Struct, frozen=True, kw_only=True):
    """What became of one symbol."""

    plan: SymbolPlan
    strangers: frozenset[ClientOrderId]


class Successor(Protocol):
    """Who takes over what is found: the desk."""

    def knows(self, client_order_id: ClientOrderId) -> bool:
        """Tell whether an order was sent or adopted by this process."""
        ...

    def has_bracket(self, symbol: Symbol) -> bool:
        """Tell whether a symbol is led already."""
        ...

    async def believe(self, snapshot: AccountSnapshot, *, asked_ms: int) -> None:
        """Take the account as the venue tells it; market time before the question."""
        ...

    async def adopt(self, adoption: Adoption) -> None:
        """Begin a bracket with a position and orders, and let it decide at once."""
        ...

    def sweep(self, sweep: Sweep) -> None:
        """Take out an order that no bracket leads."""
        ...

    def note_foreign(self, symbol: Symbol, text: str | None) -> None:
        """Keep entries off a symbol for what is not ours there; None: nothing any more."""
        ...


class Recovery:
    """Asks and hands over; `begin` at the start, `again` whenever the account is in doubt."""

    def __init__(  # noqa: PLR0913  # what it stands on
        self,
        *,
        venue: Venue,
        clock: Clock,
        successor: Successor,
        instrument_of: Callable[[Symbol], Instrument | None],
        publish: Callable[[OrderEvent], Awaitable[None]],
        terms: RecoveryTerms,
        patience: RecoveryPatience | None = None,
    ) -> None:
        self._venue = venue
        self._clock = clock
        self._successor = successor
        self._instrument_of = instrument_of
        self._publish = publish
        self._terms = terms
        self._patience = patience or RecoveryPatience()
        self._strangers = Strangers(terms.account, knows=successor.knows)
        self._tracing = Tracing(
            venue=venue,
            clock=clock,
            account=terms.account,
            strangers_among=self.strangers_among,
            patience=self._patience.trace,
        )
        self._memory = DeskMemory()
        self._began_ms: int | None = None  # market
        self._memory_until_ms = 0  # elapsed
        self._noted: set[Symbol] = set()  # whose entries are off for what is not ours there
        self._puzzles: Counter[Symbol] = Counter()  # how often an answer did not explain
        self._untold: set[Symbol] = set()  # of those, whose orders nobody has told yet

    async def begin(
        self, memory: DeskMemory, snapshot: AccountSnapshot | None = None
    ) -> RecoveryPlan:
        """Recover at the start; raise a VenueError where the venue does not answer for long.

        A snapshot that is given has been believed already.
        """
        self._memory = memory
        self._memory_until_ms = self._clock.elapsed_ms() + self._patience.memory_ms
        return await self._recover("start", snapshot)

    async def again(self, cause: str, symbols: Collection[Symbol] | None = None) -> RecoveryPlan:
        """Recover what no bracket leads, of these symbols or of all."""
        return await self._recover(cause, None, symbols)

    def strangers_among(self, reports: Sequence[OrderReport]) -> frozenset[ClientOrderId]:
        """Return the orders of another bot that trades with our key."""
        if self._began_ms is None:
            return frozenset()
        recently_ms = self._clock.now_ms() - OVERLAP_MS
        since_ms = max(self._began_ms + self._patience.grace_ms, recently_ms)
        return self._strangers.among(reports, since_ms=since_ms)

    @property
    def puzzles(self) -> frozenset[Symbol]:
        """Return the positions that nothing explained yet, and that are worth another look."""
        again_max = self._patience.again_max
        return frozenset(each for each, times in self._puzzles.items() if times <= again_max)

    @property
    def is_untold(self) -> bool:
        """Tell whether something is held of which nobody could say whose it is: it may be ours."""
        return bool(self._untold)

    def note_foreign(self, notes: Mapping[Symbol, str]) -> None:
        """Say what is not ours on each symbol, and of all others that nothing is any more."""
        for symbol in sorted(self._noted | notes.keys()):
            self._note(symbol, notes.get(symbol))

    # How it goes

    async def _recover(
        self,
        cause: str,
        snapshot: AccountSnapshot | None,
        symbols: Collection[Symbol] | None = None,
    ) -> RecoveryPlan:
        while snapshot is None:
            asked_ms = self._clock.now_ms()
            told = await patiently(
                self._venue.snapshot, clock=self._clock, persistence=self._patience.snapshot
            )
            if self._clock.now_ms() >= asked_ms:  # else that was no time: it has been set right
                snapshot = told
                await self._successor.believe(told, asked_ms=asked_ms)
        if self._began_ms is None:  # by a clock that the answer has proven right
            self._began_ms = self._clock.now_ms()
        evidence = self._evidence(snapshot)
        cases = [
            each
            for each in sorted(cases_of(evidence, self._terms.account), key=urgency)
            if symbols is None or each.symbol in symbols
        ]
        flat = [each for each in cases if each.position.is_flat]
        taken = await self._take_over_all((each for each in cases if each not in flat), evidence)
        taken += await self._take_over_all(flat, evidence)
        held = {each.symbol for each in cases if each not in flat}
        self._forget_answered(held, symbols)
        strangers = evidence.strangers.union(*(each.strangers for each in taken))
        plan = RecoveryPlan(
            symbols=tuple(each.plan for each in taken), strangers=tuple(sorted(strangers))
        )
        await self._tell(plan, cause)
        return plan

    def _forget_answered(self, held: set[Symbol], symbols: Collection[Symbol] | None) -> None:
        """Puzzle no more over what is flat by now, or led."""
        for symbol in sorted(self._untold):
            is_gone = symbol not in held and (symbols is None or symbol in symbols)
            if is_gone or self._successor.has_bracket(symbol):
                self._untold.discard(symbol)
                del self._puzzles[symbol]

    async def _take_over_all(self, cases: Iterable[SymbolCase], evidence: Evidence) -> list[_Taken]:
        """Take over side by side, so that nobody waits for another symbol, or fails with it."""
        unled = [each for each in cases if not self._successor.has_bracket(each.symbol)]
        taken: dict[Symbol, _Taken] = {}

        async def take_over(case: SymbolCase) -> None:
            taken[case.symbol] = await self._take_over(case, evidence)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(outcome_of(take_over(each))) for each in unled]
        failures = [failure for each in tasks if (failure := each.result()) is not None]
        for failure in failures:
            _log.exception("not taken over", failure)
        if failures:
            raise failures[0]
        return [taken[each.symbol] for each in unled]

    def _evidence(self, snapshot: AccountSnapshot) -> Evidence:
        is_recent = self._clock.elapsed_ms() < self._memory_until_ms
        memory = self._memory if is_recent else DeskMemory()
        told = {each.symbol for each in snapshot.positions}
        told |= {each.symbol for each in snapshot.orders}
        rules = {symbol: self._instrument_of(symbol) for symbol in told}
        return Evidence(
            snapshot=snapshot,
            instruments={symbol: each for symbol, each in rules.items() if each is not None},
            memory=memory,
            strangers=self.strangers_among(snapshot.orders),
        )

    async def _take_over(self, case: SymbolCase, evidence: Evidence) -> _Taken:
        """Hand one symbol over as soon as its own orders were told."""
        traced = await self._tracing.trace(case, evidence)
        return _Taken(plan=await self._hand_over(traced), strangers=traced.strangers)

    async def _hand_over(self, case: SymbolCase) -> SymbolPlan:
        """Let the desk lead from here on, unless somebody has begun to while we asked."""
        successor, plan = self._successor, plan_symbol(case, self._terms)
        if successor.has_bracket(case.symbol):
            return SymbolPlan(symbol=case.symbol)
        if plan.adoption is not None:
            await successor.adopt(plan.adoption)
        for each in plan.sweeps:
            successor.sweep(each)
        self._note(case.symbol, plan.foreign)
        self._untold.discard(case.symbol)
        if is_unexplained(case):
            self._puzzles[case.symbol] += case.is_traced  # a look that showed nothing counts
            if not case.is_traced:
                self._untold.add(case.symbol)
        else:
            del self._puzzles[case.symbol]
        return plan

    def _note(self, symbol: Symbol, text: str | None) -> None:
        self._successor.note_foreign(symbol, text)
        if text is None:
            self._noted.discard(symbol)
        else:
            self._noted.add(symbol)

    async def _tell(self, plan: RecoveryPlan, cause: str) -> None:
        for item in plan.items:
            is_routine = item.action is Action.ADOPT and not item.is_discrepancy
            log = _log.info if is_routine else _log.warning
            log(
                "recovery",
                symbol=item.symbol,
                action=item.action.value,
                what=item.what,
                reason=item.reason,
            )
        at_ms, counts = self._clock.now_ms(), plan.counts
        await self._publish(
            Reconciled(
                at_ms=at_ms,
                trace=trace_of(cause, at_ms),
                adopted=counts.adopted,
                protected=counts.protected,
                swept=counts.swept,
                discrepancies=counts.discrepancies,
            )
        )


async def incomes_since_midnight(
    venue: Venue, memory: DeskMemory, *, now_ms: int
) -> Sequence[Income]:
    """Return what the account book recovers the day from, and what came or went since it knew."""
    today_ms = Timeframe.D1.open_of(now_ms)
    knows_today = memory.day_equity is not None and memory.day == today_ms // Timeframe.D1.ms
    known_ms = memory.wallet_ms or memory.saved_ms
    if not known_ms:
        return await venue.income_since(today_ms)
    return await venue.income_since(known_ms if knows_today else min(known_ms, today_ms))
