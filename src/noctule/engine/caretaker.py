"""Who sees that account and books agree: at the start, after every doubt, and each minute."""

import asyncio
from typing import Final

from noctule.domain.errors import VenueError
from noctule.domain.memory import DeskMemory
from noctule.domain.order import ClientOrderId
from noctule.domain.signals import Reason
from noctule.domain.values import MINUTE_MS, Symbol
from noctule.engine.account_check import AccountCheck
from noctule.engine.deeds import BooksTakenUp, TellDeed, TransfersTold, tell_nobody
from noctule.engine.halts import Halts
from noctule.engine.outcome import is_fatal, outcome_of
from noctule.engine.recovery import Recovery, incomes_since_midnight
from noctule.ports.clock import Clock
from noctule.ports.venue import Venue
from noctule.positions.account_book import AccountBook
from noctule.reconcile.plan import RecoveryPlan
from noctule.telemetry.logs import get_log

__all__ = ["Caretaker"]

_log = get_log(__name__)
_SECOND_BOT = "second bot"
_UNTOLD = "today's bookings"
_SOON_MS: Final = 2_000  # what is held and may be ours is asked about again; the pause doubles


class Caretaker:
    """Recovers once, then waits for a doubt or for the minute to pass; never in anyone's way."""

    def __init__(  # noqa: PLR0913  # what it stands on
        self,
        *,
        recovery: Recovery,
        check: AccountCheck,
        book: AccountBook,
        venue: Venue,
        halts: Halts,
        clock: Clock,
        every_ms: int = MINUTE_MS,
    ) -> None:
        self.on_deed: TellDeed = tell_nobody
        self._recovery = recovery
        self._check = check
        self._book = book
        self._venue = venue
        self._halts = halts
        self._clock = clock
        self._every_ms = every_ms
        self._causes: set[str] = set()  # why to look before the minute is over
        self._nudged = asyncio.Event()
        self._doubtful_looks = 0  # in a row, after which something held might be ours still
        self._memory = DeskMemory()
        self._lost_wallet_ms: int | None = None  # transfers after this were not told

    async def begin(self, memory: DeskMemory) -> None:
        """Take over what a dead process left, guard it, and take up its books."""
        self._memory = memory
        self._judge(await self._recovery.begin(memory))
        await self._take_up_books()
        if self._recovery.is_untold:
            self._nudged.set()  # who keeps watch already sleeps for a minute

    @property
    def compared_ms(self) -> int | None:
        """Return the elapsed time at which account and books were compared last."""
        return self._check.compared_ms

    def nudge(self, cause: str) -> None:
        """Ask for a look soon; asking twice is asking once."""
        self._causes.add(cause)
        self._nudged.set()

    def note_stray(self, symbol: Symbol, name: ClientOrderId) -> None:
        """Hear of an order with our mark that this process did not derive."""
        _log.warning("order with our mark that we did not derive", symbol=symbol, order=name)
        self.nudge(f"{name} is not known")

    def note_unled(self, symbol: Symbol) -> None:
        """Hear of a position that no bracket leads: ours after all was over, or a stranger's."""
        self.nudge(f"{symbol} is held by nobody")

    def note_lost_feed(self) -> None:
        """Remember until when transfers were told."""
        if self._lost_wallet_ms is None and self._book.is_told:
            self._lost_wallet_ms = self._book.wallet_ms

    def note_restored_feed(self) -> None:
        """Look at everything after the account stream was away."""
        self.nudge("the private stream was lost")

    async def keep_watch(self) -> None:
        """Look after each nudge and each minute, until cancelled, whatever a look ended in.

        Only a bug of ours, or a failure whose class says so, ends it: it stops the bot.
        """
        while True:
            await self._wait()
            causes, self._causes = self._causes, set()
            failure = await outcome_of(self._look(causes))
            if failure is None:
                continue
            if is_fatal(failure):
                raise failure
            self._causes |= causes  # the next look is theirs
            _log.exception("caretaker failed", failure, again_in_ms=self._every_ms)

    async def _wait(self) -> None:
        if not self._recovery.is_untold:
            self._doubtful_looks = 0
        try:
            async with asyncio.timeout(self._pause_ms() / 1000):
                await self._nudged.wait()
        except TimeoutError:
            self._doubtful_looks += self._recovery.is_untold
        self._nudged.clear()

    def _pause_ms(self) -> int:
        """Return how long to wait: less, while what is held may be ours and stand unguarded."""
        if not self._recovery.is_untold:
            return self._every_ms
        return min(self._every_ms, _SOON_MS << min(self._doubtful_looks, 10))

    async def _look(self, causes: set[str]) -> None:
        if self._lost_wallet_ms is not None and causes:
            await self._hear_of_transfers(self._lost_wallet_ms)
        if causes:
            try:
                self._judge(await self._recovery.again(", ".join(sorted(causes))))
            except VenueError as exc:
                _log.warning("account not recovered", cause=str(exc))
        self._judge(await self._check.run())
        if _UNTOLD in {each.check for each in self._halts.reasons(self._clock.now_ms())}:
            await self._take_up_books()

    async def _take_up_books(self) -> None:
        """Know what the day began with; without it a day's loss could not be limited."""
        try:
            incomes = await incomes_since_midnight(
                self._venue, self._memory, now_ms=self._clock.now_ms()
            )
        except VenueError as exc:
            _log.warning("bookings not told", cause=str(exc))
            self._halts.observe(Reason(check=_UNTOLD, text=f"they are not known: {exc}"))
            return
        now_ms = self._clock.now_ms()
        self.on_deed(BooksTakenUp(incomes=tuple(incomes), at_ms=now_ms))
        self._book.recover(self._memory, incomes, at_ms=now_ms)
        self._halts.lift(_UNTOLD)

    async def _hear_of_transfers(self, since_ms: int) -> None:
        try:
            incomes = await self._venue.income_since(since_ms)
        except VenueError as exc:
            _log.warning("transfers not told", cause=str(exc))
            return
        self.on_deed(TransfersTold(incomes=tuple(incomes), after_ms=since_ms))
        self._book.move_by(incomes, after_ms=since_ms)
        self._lost_wallet_ms = None

    def _judge(self, plan: RecoveryPlan) -> None:
        """Open nothing beside another bot that trades with our key."""
        if plan.strangers:
            names = ", ".join(plan.strangers[:3])
            text = f"orders with our mark that we did not send ({names}): stop the other bot"
            _log.error("second bot", orders=names)
            self._halts.observe(Reason(check=_SECOND_BOT, text=text))
