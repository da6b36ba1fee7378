"""The simulated world: a source of events, the exchange they move, the tape that remembers them.

What rests on the exchange is filled before anybody is told of the tick that filled it.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.market_updates import MarketUpdate
from noctule.adapters.sim.model import ZERO
from noctule.adapters.sim.source import Instant, MarketEvent, Source
from noctule.adapters.sim.tape import Tape

__all__ = ["Moved", "World", "held_by"]


class Moved(Protocol):
    """What the market moves: the exchange."""

    @property
    def now_ms(self) -> int:
        """Return the market's time."""
        ...

    def advance(self, now_ms: int) -> None:
        """Let everything happen that was due by now."""
        ...

    def tick(self, tick: Tick) -> None:
        """Let trades at one price meet what rests."""
        ...

    def mark(self, mark: MarkTick) -> None:
        """Take mark and index price."""
        ...


class World:
    """Step from event to event; what step() returns is to be told to whoever listens.

    The next event is drawn only when somebody asks for it, so that a source which looks at what
    is held – the worse happens first – sees what was traded until then.
    """

    def __init__(self, exchange: Moved, tape: Tape, source: Source) -> None:
        self.steps = 0  # how many events have happened; lock-step acknowledges by this number
        self._exchange = exchange
        self._tape = tape
        self._source = source
        self._drawn: MarketEvent | None = None
        self._flaw: BadData | None = None  # what ended the source before its time

    @property
    def now_ms(self) -> int:
        """Return the market's time."""
        return self._exchange.now_ms

    @property
    def next_ms(self) -> int | None:
        """Return when the next event is due; None once the source has ended."""
        if self._drawn is None:
            self._drawn = self._draw()
        return None if self._drawn is None else max(self._drawn.time_ms, self.now_ms)

    def happen(self, event: MarketEvent) -> Sequence[MarketUpdate]:
        """Let something happen that the source does not know of; return what is to be told."""
        return self._happen(event)

    def step(self) -> Sequence[MarketUpdate] | None:
        """Let the next event happen and return what it causes to be told; None at the end."""
        event = self._draw() if self._drawn is None else self._drawn
        self._drawn = None
        return None if event is None else self._happen(event)

    def pass_time(self, now_ms: int) -> Sequence[MarketUpdate]:
        """Let time go on, up to the next event: candles end though nobody trades."""
        due_ms = self.next_ms
        until_ms = now_ms if due_ms is None else min(now_ms, due_ms)
        return self._happen(Instant(time_ms=until_ms)) if until_ms > self.now_ms else ()

    def run_until(self, time_ms: int) -> None:
        """Let everything before this instant happen, telling nobody: history to begin with."""
        while (due_ms := self.next_ms) is not None and due_ms < time_ms:
            self.step()

    def _draw(self) -> MarketEvent | None:
        """Draw the next event; bad data is told again and again, and never taken for the end."""
        if self._flaw is not None:
            raise self._flaw
        try:
            return next(self._source, None)
        except BadData as flaw:
            self._flaw = flaw
            raise

    def _happen(self, event: MarketEvent) -> Sequence[MarketUpdate]:
        self.steps += 1
        self._exchange.advance(event.time_ms)
        self._tape.see(event)
        if isinstance(event, Tick):
            self._exchange.tick(event)
        elif isinstance(event, MarkTick):
            self._exchange.mark(event)
        return self._tape.updates(event)


def held_by(accounts: Mapping[str, Account]) -> Callable[[str], Decimal]:
    """Return what tells how much of a symbol all accounts hold together, sold counted negative."""

    def held(symbol: str) -> Decimal:
        legs = (leg for account in accounts.values() for leg in account.legs(symbol))
        return sum((leg.amount for leg in legs), ZERO)

    return held
