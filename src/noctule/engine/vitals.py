"""What must not stand still in a bot that is alive, and how long it may (docs/operations.md).

Budgets are minutes where the world may be the cause: a restart mends nothing of that, and is the
last resort. They are seconds where only we can be.
"""

from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct

from noctule.domain.values import Symbol
from noctule.engine.freshness import Freshness
from noctule.engine.heartbeat import Heartbeat
from noctule.engine.queue_watch import QueueWatch
from noctule.ports.clock import Clock
from noctule.telemetry.health import Budget, Part, Role

__all__ = [
    "FEED",
    "LOOP_LAG",
    "PRIVATE_STREAM",
    "QUEUE_PROGRESS",
    "RECONCILIATION",
    "AccountVitals",
    "Vital",
    "Vitals",
]

FEED: Final = Budget(well_ms=30_000, most_ms=300_000)  # a mark price comes every few seconds
PRIVATE_STREAM: Final = Budget(well_ms=60_000, most_ms=300_000)  # REST tells every ten seconds
RECONCILIATION: Final = Budget(well_ms=150_000, most_ms=300_000)  # it is done each minute
LOOP_LAG: Final = Budget(well_ms=1_000, most_ms=10_000)  # a strategy's turn is over by then
QUEUE_PROGRESS: Final = Budget(well_ms=2_000, most_ms=30_000)
_SYMBOL_MOST_MS: Final = 300_000


class Vital(Struct, frozen=True, kw_only=True):
    """One thing, how long ago or how late it is, and how long it may be."""

    name: str
    age_ms: int
    budget: Budget
    wrong: str  # what it is when it takes too long
    role: Role = Role.VITAL

    @property
    def part(self) -> Part:
        """Return what it is worth, and why no more."""
        score = self.budget.score(self.age_ms)
        age, most = _seconds(self.age_ms), _seconds(self.budget.most_ms)
        text = f"{self.wrong} for {age}, {most} at most" if score < 100 else ""
        return Part(name=self.name, score=score, text=text, role=self.role)


class AccountVitals(Struct, frozen=True, kw_only=True):
    """What is known of an account's freshness; who has no account has none of it."""

    silence_ms: Callable[[], int | None]  # since the stream or REST told anything of it
    compared_ms: Callable[[], int | None]  # elapsed time of the last comparison of both books
    banned_ms: Callable[[], int]  # how long the exchange wants to be asked nothing


class Vitals:
    """Reads them all. Before `begin` only the machine itself is judged: the world is not heard."""

    def __init__(  # noqa: PLR0913  # what is watched
        self,
        *,
        clock: Clock,
        freshness: Freshness,
        symbols: Iterable[Symbol],
        stale_ms: int,
        heartbeat: Heartbeat,
        queues: QueueWatch,
        account: AccountVitals | None,
    ) -> None:
        self._clock = clock
        self._freshness = freshness
        self._symbols = tuple(symbols)
        self._stale = Budget(well_ms=stale_ms, most_ms=max(_SYMBOL_MOST_MS, 2 * stale_ms))
        self._heartbeat = heartbeat
        self._queues = queues
        self._account = account
        self._begun_ms: int | None = None
        self._banned_until_ms = 0  # elapsed: what the account's ages are counted from, at least

    def begin(self) -> None:
        """Know that the start is over: from now on all must be heard of."""
        self._begun_ms = self._clock.elapsed_ms()

    def read(self) -> tuple[Vital, ...]:
        """Return them as they are now; called about once a second."""
        return (*self._machine(), *self._world())

    def _machine(self) -> Iterable[Vital]:
        lag_ms = self._heartbeat.take_worst_ms()
        yield Vital(name="event loop", age_ms=lag_ms, budget=LOOP_LAG, wrong="held up")
        for name, stuck_ms in self._queues.stuck_ms().items():
            yield Vital(name=f"{name} queue", age_ms=stuck_ms, budget=QUEUE_PROGRESS, wrong="stuck")

    def _world(self) -> Iterable[Vital]:
        if self._begun_ms is None:
            return
        ages = {symbol: self._silent_ms(symbol) for symbol in self._symbols}
        if ages:
            age_ms = min(ages.values())
            yield Vital(name="feed", age_ms=age_ms, budget=FEED, wrong="silent")
        for symbol, age_ms in ages.items():
            yield Vital(
                name=f"feed {symbol}",
                age_ms=age_ms,
                budget=self._stale,
                wrong="silent",
                role=Role.BESIDE,  # the others are traded, and its own entries are off
            )
        if self._account is not None:
            yield from self._account_vitals(self._account)

    def _account_vitals(self, account: AccountVitals) -> Iterable[Vital]:
        """Judge what REST has to tell; while it may not be asked, nothing is late.

        A restart in the midst of a ban would be blind until its end, and we are not.
        """
        now_ms, banned_ms = self._clock.elapsed_ms(), account.banned_ms()
        if banned_ms:
            self._banned_until_ms = now_ms + banned_ms
        silence_ms = account.silence_ms()
        heard_ms = None if silence_ms is None else now_ms - silence_ms
        yield Vital(
            name="private stream",
            age_ms=self._since(heard_ms),
            budget=PRIVATE_STREAM,
            wrong="silent",
        )
        yield Vital(
            name="reconciliation",
            age_ms=self._since(account.compared_ms()),
            budget=RECONCILIATION,
            wrong="not done",
        )

    def _silent_ms(self, symbol: Symbol) -> int:
        silent_ms = self._freshness.silent_ms(symbol)
        assert self._begun_ms is not None, "nothing is heard before the start is over"
        since_begun_ms = self._clock.elapsed_ms() - self._begun_ms
        return since_begun_ms if silent_ms is None else min(silent_ms, since_begun_ms)

    def _since(self, at_ms: int | None) -> int:
        """Return how long ago that was, but no longer than the start or the end of a ban."""
        assert self._begun_ms is not None, "nothing is heard before the start is over"
        since_ms = max(at_ms or 0, self._begun_ms, self._banned_until_ms)
        return max(0, self._clock.elapsed_ms() - since_ms)


def _seconds(age_ms: int) -> str:
    return f"{age_ms / 1000:.1f} s" if age_ms < 10_000 else f"{age_ms // 1000} s"
