"""A bracket's life on a clock that jumps: lane, stream and handler between it and a toy exchange.

What goes wrong is decided by numbers that Hypothesis draws: zero is always the good choice, and
when the numbers are used up all is good, so that what fails shrinks to what matters.
"""

import heapq
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from msgspec import structs

from noctule.domain.order import ClientOrderId, OrderRequest
from noctule.domain.values import Price
from noctule.orders.bracket import Bracket
from noctule.orders.held import Held
from noctule.orders.machine import OrderFact
from noctule.orders.patience import Patience
from noctule.orders.plan import EntryTerms
from noctule.orders.state import Scene
from tests.builders import START_MS
from tests.fakes.toy_exchange import ToyExchange
from tests.fakes.toy_lane import ToyLane
from tests.fakes.toy_orders import News, Told

__all__ = ["ToyDesk"]

NAKED_MS: Final = Patience().naked_ms + 1_500  # the limit, a time-out, and the way there and back
SWEPT_MS: Final = 5_000
_ENDS: Final = {Told.CANCELED: OrderFact.CANCELED, Told.EXPIRED: OrderFact.EXPIRED}


class ToyDesk:
    """Feeds a bracket as its handler would, and carries out what it wants as its lane would."""

    def __init__(self, bracket: Bracket, numbers: Iterable[int], *, mark: str = "100") -> None:
        self.now_ms = 0
        self.bracket = bracket
        self.log: list[str] = []  # what happened, to be read when a test fails
        self.entries = 0  # orders of the one entry
        self.fault_ms = 0  # until then something was amiss
        self.bare_ms: int | None = None  # since when the exchange holds a position without a stop
        self.left_ms: int | None = None  # since when it is flat again, and an order of ours rests
        self.exchange = ToyExchange(
            Decimal(mark), now_ms=lambda: self.market_ms, tell=self._stream, pick=self.pick
        )
        self.lane = ToyLane(self)
        self._numbers = iter(numbers)
        self._events: list[tuple[int, int, Callable[[], object]]] = []
        self._number = 0
        self._held = Held()
        self._heard_ms: dict[str, int] = {}  # by channel: each keeps its order

    @property
    def market_ms(self) -> int:
        return START_MS + self.now_ms

    @property
    def scene(self) -> Scene:
        return Scene(
            now_ms=self.now_ms,
            market_ms=self.market_ms,
            held=self._held,
            mark=lambda: Price(self.exchange.mark),
        )

    def pick(self, *choices: str) -> str:
        """Choose; the first choice is the good one, and the only one when luck is used up."""
        chosen = choices[next(self._numbers, 0) % len(choices)]
        if chosen != choices[0]:
            self.amiss(self.now_ms)
            self.note(f"   luck: {chosen}")
        return chosen

    # Time

    def after(self, delay_ms: int, happen: Callable[[], object]) -> None:
        """Let something happen later."""
        self._number += 1
        heapq.heappush(self._events, (self.now_ms + delay_ms, self._number, happen))

    def hear(self, delay_ms: int, what: str, happen: Callable[[], None]) -> None:
        """Let the bracket hear something later, and decide."""

        def heard() -> None:
            if self.bracket.is_over:
                return
            self.note(f"   heard: {what}")
            happen()
            self.decide()

        self.after(delay_ms, heard)

    def run(self, duration_ms: int) -> None:
        """Let time pass."""
        end_ms = self.now_ms + duration_ms
        while True:
            wake_ms = None if self.bracket.is_over else self.bracket.wake_ms
            next_ms = self._events[0][0] if self._events else end_ms + 1
            soonest_ms = min(next_ms, end_ms + 1 if wake_ms is None else wake_ms)
            if soonest_ms > end_ms:
                break
            self.now_ms = soonest_ms
            self.check()
            if next_ms == soonest_ms:
                heapq.heappop(self._events)[2]()
            else:
                self.decide()
            self.watch()
        self.now_ms = end_ms
        self.check()

    # The handler

    def enter(self, terms: EntryTerms) -> None:
        """Begin; and remember how many orders the entry was."""
        sends = self.bracket.enter(terms, self.scene)
        self.entries = len(sends)
        for step in sends:
            self.lane.do(step)
        self.decide()

    def decide(self) -> None:
        """Ask the bracket, and carry out its steps."""
        if self.bracket.is_over:
            return
        steps = self.bracket.decide(self.scene)
        again = self.bracket.decide(self.scene)
        assert not again, f"decided twice: {steps} and {again}"
        wake_ms = self.bracket.wake_ms
        assert wake_ms is None or wake_ms > self.now_ms, f"wakes at {wake_ms}, now {self.now_ms}"
        if not self.bracket.is_over:
            waits = wake_ms is not None or self.lane.owes(steps)
            assert waits or self.bracket.is_settled, "owes something, and sleeps"
        for news in self.bracket.take_news():
            self.note(f"   news: {news}")
        for step in steps:
            self.lane.do(step)

    # The stream

    def _stream(self, news: News) -> None:
        delay_ms = {"now": 5, "soon": 60, "late": 800, "very late": 4_000}[
            self.pick("now", "now", "now", "now", "now", "soon", "late", "very late")
        ]
        channel = self._channel(news)
        at_ms = max(self.now_ms + delay_ms, self._heard_ms.get(channel, 0))
        self._heard_ms[channel] = at_ms
        if at_ms > self.now_ms + 5:
            self.amiss(at_ms)
        self.hear(at_ms - self.now_ms, _said(news), lambda: self._tell(news))

    def _channel(self, news: News) -> str:
        if news.told is Told.POSITION:
            return "account"
        is_trade = news.told is Told.TRADED
        if is_trade and self.pick(*["heard"] * 6, "audited") == "audited":
            return "audit"  # the stream lost it, and somebody found it later
        order = None if news.name is None else self.exchange.orders[news.name]
        is_algo = order is not None and order.request.kind.is_conditional
        return "algo" if is_algo and not is_trade else "order"

    def _tell(self, news: News) -> None:
        name = news.name
        if news.told is Told.POSITION:
            self.hold(news.quantity, news.at_ms)
        if news.told is Told.TRADED:
            self._count(news)
        if name is not None:
            self._tell_of_ours(news, name)

    def _tell_of_ours(self, news: News, name: ClientOrderId) -> None:
        bracket = self.bracket
        match news.told:
            case Told.ACCEPTED:
                bracket.on_accepted(name, self.now_ms)
            case Told.TRADED:
                bracket.on_trade(name, news.quantity, news.remaining)
            case Told.CANCELED | Told.EXPIRED:
                filled = news.quantity if self.pick("summed", "silent") == "summed" else None
                bracket.on_ended(name, _ENDS[news.told], self.now_ms, filled=filled)
            case Told.REJECTED:
                bracket.on_refused(name, 0, "at its trigger", self.now_ms)
            case _:
                bracket.on_triggered(name, self.now_ms)

    def hold(self, signed: Decimal, at_ms: int) -> None:
        """Keep the venue's word, unless a later one was heard."""
        if at_ms >= self._held.venue_ms:
            self._held = structs.replace(self._held, by_venue=signed, venue_ms=at_ms)

    def _count(self, news: News) -> None:
        sign = 1
        if news.name is not None:
            sign = self.exchange.orders[news.name].request.side.sign
        self._held = structs.replace(
            self._held,
            by_trades=self._held.by_trades + news.quantity * sign,
            trades_ms=max(self._held.trades_ms, news.at_ms),
        )

    # What must hold at every moment

    def watch(self) -> None:
        """Follow since when the exchange has a position without a stop, or a stray order."""
        sign, exchange = self.bracket.plan.side.sign, self.exchange
        position = max(Decimal(0), exchange.position * sign)
        is_bare = position > exchange.covered(sign)
        self.bare_ms = (self.now_ms if self.bare_ms is None else self.bare_ms) if is_bare else None
        is_left = not position and exchange.entered > 0 and any(self.ours())
        self.left_ms = (self.now_ms if self.left_ms is None else self.left_ms) if is_left else None

    def check(self) -> None:
        """Assert what must hold at every moment; while something is amiss, the clocks stand."""
        bare_ms = self._since(self.bare_ms)
        assert bare_ms <= NAKED_MS, f"{bare_ms} ms without a stop"
        left_ms = self._since(self.left_ms)
        assert left_ms <= SWEPT_MS, f"{left_ms} ms flat with {self.ours()}"

    def _since(self, since_ms: int | None) -> int:
        return 0 if since_ms is None else self.now_ms - max(since_ms, self.fault_ms)

    def ours(self) -> list[OrderRequest]:
        """Return the orders of ours that rest."""
        return [each.request for each in self.exchange.resting() if each.is_ours]

    def amiss(self, until_ms: int) -> None:
        """Let the clocks stand until then."""
        self.fault_ms = max(self.fault_ms, until_ms)

    def note(self, text: str) -> None:
        """Remember what happened, for whoever has to read it."""
        self.log.append(f"{self.now_ms:6} {text}")


def _said(news: News) -> str:
    return f"{news.told} {news.name} {news.quantity} left {news.remaining} of {news.at_ms}"
