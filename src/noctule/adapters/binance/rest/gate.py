"""The one way out: past the breaker, whatever stop the exchange told us, and the budget."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from noctule.adapters.binance.rest.bans import Bans
from noctule.adapters.binance.rest.breaker import Breaker
from noctule.adapters.binance.rest.budget import Budget, Cost, Ticket, Wait
from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.rest.client import Sending
from noctule.adapters.binance.rest.failures import Throttled
from noctule.adapters.binance.transport.road import HttpAnswer
from noctule.domain.errors import (
    BudgetExhausted,
    OutcomeUnknown,
    VenueError,
    VenueRefused,
    VenueUnreachable,
)
from noctule.ports.clock import Clock

__all__ = ["Gate", "Patience"]

_ASKING = Cost()  # what a question costs that costs little
_NAP_MS = 250  # how late somebody may learn that there is room again


class Patience(Struct, frozen=True, kw_only=True):
    """How long a lane waits for room before it is refused."""

    read_ms: int = 65_000  # a window of a minute, and some
    audit_ms: int = 20_000
    entry_ms: int = 2_000
    guard_ms: int = 10_000
    guard_order_ms: int = 1_000  # who would wait longer decides anew, and the neediest goes first

    def of(self, lane: Lane, cost: Cost) -> int:
        """Return a lane's; an order of the guard's is no use when it is late."""
        if lane is Lane.GUARD and cost.orders:
            return min(self.guard_order_ms, self.guard_ms)
        waits = {
            Lane.READ: self.read_ms,
            Lane.AUDIT: self.audit_ms,
            Lane.ENTRY: self.entry_ms,
            Lane.GUARD: self.guard_ms,
        }
        return waits[lane]


class Gate:
    """Let requests out when they may go, and learn from what comes back."""

    def __init__(
        self,
        *,
        clock: Clock,
        budget: Budget,
        bans: Bans,
        breaker: Breaker,
        patience: Patience | None = None,
    ) -> None:
        self.budget = budget
        self.bans = bans
        self.breaker = breaker
        self._clock = clock
        self._patience = patience or Patience()

    async def send(
        self, ask: Callable[[], Sending], *, cost: Cost, lane: Lane
    ) -> tuple[Sending, HttpAnswer]:
        """Wait until it may go, make the request and send it.

        Raises ExchangeDown or BudgetExhausted if it may not go within the lane's patience, and
        what the transport raises.
        """
        ticket = await self._admit(cost, lane)
        try:
            sending = ask()  # not before: its timestamp must be fresh
            answer = await sending
        except VenueUnreachable:
            ticket.put_back()
            self.breaker.outage(self._clock.elapsed_ms())
            raise
        except OutcomeUnknown:
            self.breaker.outage(self._clock.elapsed_ms())
            raise
        finally:
            now_ms = self._clock.elapsed_ms()
            ticket.land(now_ms)
        ticket.hear(answer.headers, now_ms)
        return sending, answer

    def banned_ms(self) -> int:
        """Return how long the exchange wants to be asked nothing at all; 0 where it does not."""
        return self.bans.wait(_ASKING, Lane.GUARD).ms

    def usage(self) -> Mapping[str, tuple[int, int]]:
        """Return how much of every limit is used, and the limit."""
        return self.budget.usage(self._clock.elapsed_ms())

    def learn(self, failure: VenueError | None) -> None:
        """Draw the consequences of what an answer said."""
        match failure:
            case None | VenueRefused():
                self.breaker.sign_of_life()
            case Throttled():
                self.bans.note(failure)
            case _:
                self.breaker.outage(self._clock.elapsed_ms())

    async def _admit(self, cost: Cost, lane: Lane) -> Ticket:
        began_ms = now_ms = self._clock.elapsed_ms()
        self.breaker.admit(lane, began_ms)
        while (wait := self._wait(cost, lane, now_ms)).ms:
            if now_ms + wait.ms > began_ms + self._patience.of(lane, cost):
                raise BudgetExhausted(wait.reason, retry_after_ms=wait.ms)
            await self._clock.sleep_ms(min(wait.ms, _NAP_MS))
            now_ms = self._clock.elapsed_ms()
        return self.budget.take(cost)

    def _wait(self, cost: Cost, lane: Lane, now_ms: int) -> Wait:
        banned = self.bans.wait(cost, lane)
        spent = self.budget.wait(cost, lane, now_ms)
        return banned if banned.ms > spent.ms else spent
