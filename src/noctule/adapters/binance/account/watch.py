"""When the account is asked for: first, after every gap, in doubt, and at the latest in so long."""

import asyncio
from contextlib import suppress
from typing import Final

from noctule.adapters.binance.account.audit import AccountAudit, Audit, Scope
from noctule.adapters.binance.account.feed import AccountFeed
from noctule.adapters.binance.account.pulse import AccountPulse
from noctule.adapters.binance.account.settings import AccountSettings
from noctule.domain.beat import until_beat_ms
from noctule.domain.errors import BudgetExhausted, VenueError, VenueRefused
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["AccountWatch"]

_DOUBLINGS_MAX: Final = 5
_MS_PER_SECOND: Final = 1_000

_log = get_log(__name__)


class AccountWatch:
    """The private stream has no heartbeat, so silence proves nothing: REST is asked instead."""

    def __init__(
        self, feed: AccountFeed, audit: AccountAudit, *, clock: Clock, settings: AccountSettings
    ) -> None:
        self._feed = feed
        self._audit = audit
        self._pulse = AccountPulse(feed.merge, audit.positions, clock=clock, settings=settings)
        self._clock = clock
        self._settings = settings
        self._since_ms = clock.now_ms()  # market time up to which trades are known
        self._funded_since_ms = self._since_ms
        self._audited_ms = 0  # elapsed time of the last audit that asked what rests …
        self._audited_whole_ms = 0  # … and of the last in which no symbol was left out
        self._not_before_ms = 0
        self._failures = 0

    @property
    def answered_ms(self) -> int:
        """Return the elapsed time at which REST last told what is held."""
        return self._pulse.answered_ms

    async def begin(self) -> None:
        """Take the first snapshot once the stream is up, or, begun before, tell what was missed.

        Refusals are raised, the rest is tried again.
        """
        while not await self._has_begun():
            await self._clock.sleep_ms(self._not_before_ms - self._clock.elapsed_ms())

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await self._nap()
            self._judge()
            scope = self._due()
            if scope is not None:
                await self._try(scope)
            elif self._may_ask and self._pulse.is_due:
                await self._pulse.beat()

    async def _nap(self) -> None:
        """Sleep to the next tick, or where all is well to the one at which something is due."""
        elapsed_ms, tick_ms = self._clock.elapsed_ms(), self._settings.tick_ms
        ticks = -(-self._due_ms // tick_ms)  # rounded up
        if ticks * tick_ms - elapsed_ms > tick_ms:
            self._feed.stirred.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout((ticks * tick_ms - elapsed_ms) / _MS_PER_SECOND):
                    await self._feed.stirred.wait()
            elapsed_ms = self._clock.elapsed_ms()
            if elapsed_ms >= ticks * tick_ms:
                return
        await self._clock.sleep_ms(until_beat_ms(elapsed_ms, tick_ms))

    @property
    def _due_ms(self) -> int:
        """Return the elapsed time before which nothing has to be asked, unless the stream stirs."""
        feed, doubts = self._feed, self._feed.merge.doubts
        is_well = feed.connected.is_set() and not feed.has_gap and not feed.is_full
        if not is_well or doubts.since_ms is not None or doubts.owed_since_ms is not None:
            return 0
        due_ms = min(self._audited_whole_ms + self._settings.flat_audit_ms, self._pulse.due_ms)
        if feed.merge.is_exposed:
            due_ms = min(due_ms, self._audited_ms + self._settings.exposed_audit_ms)
        return max(due_ms, self._not_before_ms)

    def _judge(self) -> None:
        """Give up a stream that keeps back what REST told long ago."""
        since_ms = self._feed.merge.doubts.owed_since_ms
        if since_ms is None or not self._feed.connected.is_set():
            return
        if self._clock.elapsed_ms() - since_ms >= self._settings.proof_ms:
            self._feed.replace("it does not tell what REST tells")

    @property
    def _may_ask(self) -> bool:
        """Tell whether somebody reads what we tell, and the last question is long enough ago."""
        return self._clock.elapsed_ms() >= self._not_before_ms and not self._feed.is_full

    def _due(self) -> Scope | None:
        """Return what to ask for now; None where nothing has to be."""
        feed, settings = self._feed, self._settings
        if not self._may_ask:
            return None
        now_ms = self._clock.elapsed_ms()
        if feed.has_gap and feed.connected.is_set():
            return Scope.GAP
        if now_ms - self._audited_whole_ms >= settings.flat_audit_ms:
            return Scope.WHOLE
        is_due = now_ms - self._audited_ms >= settings.exposed_audit_ms
        if is_due and feed.merge.is_exposed:
            return Scope.EXPOSED
        return self._doubted(now_ms)

    def _doubted(self, now_ms: int) -> Scope | None:
        """Return what settles the doubts there are; None without one that is old enough."""
        doubts = self._feed.merge.doubts
        if doubts.since_ms is None or now_ms - doubts.since_ms < self._settings.patience_ms:
            return None
        if doubts.are_of_funding and self._feed.connected.is_set():
            return Scope.GAP
        return Scope.WHOLE if doubts.are_general else Scope.DOUBT

    async def _has_begun(self) -> bool:
        await self._feed.connected.wait()
        try:
            await self._ask(Scope.GAP if self._feed.has_begun else Scope.FIRST)
        except VenueRefused:
            raise
        except VenueError as exc:
            self._note_failure(exc)
            return False
        return True

    async def _try(self, scope: Scope) -> None:
        try:
            await self._ask(scope)
        except VenueError as exc:
            self._note_failure(exc)

    async def _ask(self, scope: Scope) -> None:
        """Ask, and merge what is answered; raises what the exchange fails with."""
        began_ms = self._clock.now_ms()
        if scope is Scope.FIRST:
            self._since_ms = self._funded_since_ms = began_ms
        self._feed.begin_audit()
        audit = await self._take(scope)
        if scope is Scope.FIRST:
            self._feed.begin(audit)
        else:
            self._feed.end_audit(audit)
        if scope.is_of_all_symbols and not audit.postponed:
            self._since_ms = began_ms
        if scope is Scope.GAP:
            self._funded_since_ms = began_ms
        self._note_success(scope)

    async def _take(self, scope: Scope) -> Audit:
        return await self._audit.take(
            scope,
            self._feed.merge,
            since_ms=self._since_ms,
            funded_since_ms=self._funded_since_ms,
        )

    def _note_success(self, scope: Scope) -> None:
        self._failures = 0
        self._pulse.note_audit()
        if scope is not Scope.DOUBT:
            self._audited_ms = self._clock.elapsed_ms()
        if scope.is_of_all_symbols:
            self._audited_whole_ms = self._clock.elapsed_ms()
        if scope is Scope.DOUBT or (scope is not Scope.FIRST and self._feed.has_gap):
            self._not_before_ms = self._clock.elapsed_ms() + self._settings.doubt_gap_ms

    def _note_failure(self, failure: VenueError) -> None:
        _log.warning("account not asked", cause=str(failure))
        doublings = min(self._failures, _DOUBLINGS_MAX)
        self._failures += 1
        retry_ms = self._settings.retry_ms << doublings
        if isinstance(failure, BudgetExhausted):
            retry_ms = max(retry_ms, failure.retry_after_ms)
        self._not_before_ms = self._clock.elapsed_ms() + retry_ms
