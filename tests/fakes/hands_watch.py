"""What the exchange itself saw: every event and request, and how long a position stood naked."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.account import Account
from noctule.app.storm.scene import is_covered
from tests.fakes.hands_clock import LeapingClock

__all__ = ["FairTime", "NakedSpan", "Note", "Watch"]

_BEAT_S: Final = 0.005
_BEAT_MS_MAX: Final = 20.0  # a longer one was the machine's, unless we used it for ourselves
_PATIENCE_MS: Final = 1_000.0  # after a ban: how long until somebody asks again


class FairTime:
    """Milliseconds that this process had: a machine that is busy with others takes none of them."""

    def __init__(self) -> None:
        self._sum_ms = 0.0
        self._real_s, self._cpu_s = time.perf_counter(), time.process_time()

    def now_ms(self) -> float:
        """Return how many have passed."""
        real_s, cpu_s = time.perf_counter(), time.process_time()
        worked_ms = (cpu_s - self._cpu_s) * 1_000
        self._sum_ms += min((real_s - self._real_s) * 1_000, _BEAT_MS_MAX + worked_ms)
        self._real_s, self._cpu_s = real_s, cpu_s
        return self._sum_ms

    async def beat(self) -> None:
        """Count, until cancelled."""
        while True:
            await asyncio.sleep(_BEAT_S)
            self.now_ms()


class Note(Struct, frozen=True):
    """Something that was seen, and when."""

    market_ms: int
    who: str
    text: str


class NakedSpan(Struct, kw_only=True):
    """From when to when a position had no stop, in fair milliseconds."""

    symbol: str
    began_ms: float
    ended_ms: float | None = None
    heard_bot: bool = True  # that something was asked meanwhile: else the exchange acts by itself

    @property
    def lasted_ms(self) -> float:
        """Return how long it was; without end, if it has none."""
        return float("inf") if self.ended_ms is None else self.ended_ms - self.began_ms


class Watch:
    """Looks at the account after everything that happens to it."""

    def __init__(self, clock: LeapingClock) -> None:
        self.fair = FairTime()
        self.notes: list[Note] = []
        self.spans: list[NakedSpan] = []
        self.outages: list[list[float]] = []  # from, to
        self.struck_ms = float("-inf")  # when something was last made to go wrong
        self._clock = clock
        self._naked: dict[str, NakedSpan] = {}
        self._requests = 0  # of the bot
        self._asked: dict[str, int] = {}  # those until somebody became naked

    def note(self, who: str, text: str) -> None:
        """Remember a line of the story."""
        self.notes.append(Note(self._clock.now_ms(), who, text))
        self._requests += who == "bot"

    def forget(self) -> None:
        """Begin a new story; who is naked still is so."""
        self.notes.clear()
        self.spans[:] = self._naked.values()
        self.outages.clear()

    def strike(self, text: str) -> None:
        """Remember that something goes wrong here."""
        self.struck_ms = self.fair.now_ms()
        self.note("trap", text)

    def look(self, account: Account) -> None:
        """See who is naked now."""
        now_ms = self.fair.now_ms()
        held = {leg.symbol: leg.amount for leg in account.held()}
        for symbol, amount in held.items():
            if is_covered(account, symbol, amount):
                self._dress(symbol, now_ms)
            elif symbol not in self._naked:
                span = self._naked[symbol] = NakedSpan(symbol=symbol, began_ms=now_ms)
                self.spans.append(span)
                self._asked[symbol] = self._requests
                self.note("watch", f"{symbol} {amount:f} is naked")
        for symbol in self._naked.keys() - held.keys():
            self._dress(symbol, now_ms)

    @property
    def is_naked(self) -> bool:
        """Tell whether some position has no stop now."""
        return bool(self._naked)

    def begin_outage(self, *, for_ms: float) -> None:
        """Count no naked time for so long, unless an order is answered before."""
        now_ms = self.fair.now_ms()
        self.outages.append([now_ms, now_ms + for_ms + _PATIENCE_MS])

    def end_outage(self) -> None:
        """Count again, and from the beginning: an order was answered."""
        now_ms = self.fair.now_ms()
        for outage in self.outages:
            outage[1] = min(outage[1], max(now_ms, outage[0]))

    @property
    def is_out(self) -> bool:
        """Tell whether the exchange may still answer no orders."""
        now_ms = self.fair.now_ms()
        return any(from_ms <= now_ms < to_ms for from_ms, to_ms in self.outages)

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Count no naked time while this lasts."""
        self.begin_outage(for_ms=float("inf"))
        yield
        self.end_outage()

    def longest_naked_ms(self) -> float:
        """Return how long the longest span lasted without an outage in it."""
        return max((piece for span in self.spans for piece in self._pieces(span)), default=0.0)

    def _pieces(self, span: NakedSpan) -> Iterator[float]:
        began_ms = span.began_ms
        ended_ms = self.fair.now_ms() if span.ended_ms is None else span.ended_ms
        for from_ms, to_ms in sorted(self.outages):
            if to_ms > began_ms and from_ms < ended_ms:
                yield max(0.0, from_ms - began_ms)
                began_ms = to_ms
        yield max(0.0, ended_ms - began_ms)

    def _dress(self, symbol: str, now_ms: float) -> None:
        span = self._naked.pop(symbol, None)
        if span is not None:
            span.ended_ms = now_ms
            span.heard_bot = self._requests > self._asked.pop(symbol)
            self.note("watch", f"{symbol} was naked for {now_ms - span.began_ms:.0f} ms")
