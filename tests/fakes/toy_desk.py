"""A bracket's life on a clock that jumps: lane, stream and handler between it and a toy exchange.

What goes wrong is decided by numbers that Hypothesis draws: zero is always the good choice, and
when the numbers are used up all is good, so that what fails shrinks to what matters.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from msgspec import structs

from noctule.domain.order import ClientOrderId, Leg, OrderKind, OrderRequest
from noctule.domain.values import Price
from noctule.orders.bracket import Bracket
from noctule.orders.held import Held
from noctule.orders.machine import OrderFact
from noctule.orders.patience import Patience
from noctule.orders.plan import EntryTerms
from noctule.orders.state import Scene
from noctule.orders.steps import Ask, Cancel, CountDown, Look, Send, Step
from tests.builders import START_MS
from tests.fakes.toy_exchange import News, Told, ToyExchange

__all__ = ["ToyDesk"]

TRIP_MS: Final = 20  # one way
TIMEOUT_MS: Final = 1_000
LAG_MS: Final = 3_000  # for so long a conditional order may be unknown to those who ask
STEPS_MAX: Final = 40  # in a second
NAKED_MS: Final = Patience().naked_ms + 1_500  # the limit, a time-out, and the way there and back
SWEPT_MS: Final = 5_000
_ENDS: Final = {Told.CANCELED: OrderFact.CANCELED, Told.EXPIRED: OrderFact.EXPIRED}
_CLOSING: Final = (Leg.CLOSE, Leg.FLATTEN)


class ToyDesk:
    """Feeds a bracket as its handler would, and carries out what it wants as its lane would."""

    def __init__(self, bracket: Bracket, numbers: Iterable[int], *, mark: str = "100") -> None:
        self.now_ms = 0
        self.bracket = bracket
        self.log: list[str] = []  # what happened, to be read when a test fails
        self.entries_sent = 0
        self.steps = Counter[int]()  # by second
        self.fault_ms = 0  # until then something was amiss
        self.bare_ms: int | None = None  # since when the exchange holds a position without a stop
        self.left_ms: int | None = None  # since when it is flat again, and an order of ours rests
        self.exchange = ToyExchange(
            Decimal(mark), now_ms=lambda: self.market_ms, tell=self._stream, pick=self.pick
        )
        self._numbers = iter(numbers)
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        self._number = 0
        self._questions = 0  # that are not answered
        self._held = Held()
        self._heard_ms: dict[str, int] = {}  # by channel: each keeps its order
        self._countdown_ms: int | None = None

    @property
    def market_ms(self) -> int:
        return START_MS + self.now_ms

    @property
    def scene(self) -> Scene:
        return Scene(
            now_ms=self.now_ms,
            market_ms=self.market_ms,
            held=self._held,
            mark=Price(self.exchange.mark),
        )

    def pick(self, *choices: str) -> str:
        """Choose; the first choice is the good one, and the only one when luck is used up."""
        chosen = choices[next(self._numbers, 0) % len(choices)]
        if chosen != choices[0]:
            self._amiss(self.now_ms)
            self._note(f"   luck: {chosen}")
        return chosen

    # Time

    def after(self, delay_ms: int, happen: Callable[[], None]) -> None:
        """Let something happen later."""
        self._number += 1
        heapq.heappush(self._events, (self.now_ms + delay_ms, self._number, happen))

    def hear(self, delay_ms: int, what: str, happen: Callable[[], None]) -> None:
        """Let the bracket hear something later, and decide."""

        def heard() -> None:
            if self.bracket.is_over:
                return
            self._note(f"   heard: {what}")
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
        """Begin."""
        for step in self.bracket.enter(terms, self.scene):
            self._do(step)
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
            waits = wake_ms is not None or self._questions or any(map(_asks, steps))
            assert waits or self.bracket.is_settled, "owes something, and sleeps"
        for news in self.bracket.take_news():
            self._note(f"   news: {news}")
        for step in steps:
            self._do(step)

    def _do(self, step: Step) -> None:
        self._note(f"step: {_words(step)}")
        second = self.now_ms // 1000
        self.steps[second] += 1
        assert self.steps[second] <= STEPS_MAX, f"{self.steps[second]} steps in second {second}"
        match step:
            case Send(request=request, countdown_ms=countdown_ms):
                if countdown_ms is not None:
                    self._count_down(countdown_ms)
                self._send(request)
            case Cancel(client_order_id=name):
                self._cancel(name)
            case Ask(client_order_id=name, kind=kind):
                self._ask(name, kind)
            case Look():
                self._look()
            case CountDown(timeout_ms=timeout_ms):
                if self.pick("good", "good", "good", "lost") == "good":
                    self._count_down(timeout_ms)

    # The lane

    def _send(self, request: OrderRequest) -> None:
        name, bracket = request.client_order_id, self.bracket
        self.entries_sent += request.leg is Leg.ENTRY
        self.hear(1, f"sent {name}", lambda: bracket.on_sent(name))
        fate = self.pick(
            *("good", "good", "good", "good", "slow", "refused", "held back", "banned"),
            *("lost", "unheard", "late"),
        )
        match fate:
            case "good" | "slow":
                self.after(TRIP_MS, lambda: self._place(request, is_slow=fate == "slow"))
            case "refused":
                code = int(self.pick(*_codes(request)))
                self._refuse(2 * TRIP_MS, name, code)
            case "held back" | "banned":
                wait_ms = 3_000 if fate == "banned" else 500
                self._amiss(self.now_ms + 2 * TRIP_MS + wait_ms)
                self.hear(
                    2 * TRIP_MS,
                    f"held back {name}",
                    lambda: bracket.on_held_back(name, fate, self.now_ms, wait_ms=wait_ms),
                )
            case _:
                self._lose(request, fate)

    def _lose(self, request: OrderRequest, fate: str) -> None:
        """Tell nothing, whether it was executed or not."""
        name = request.client_order_id
        delay_ms = {"unheard": TRIP_MS, "late": 2_500}.get(fate)
        if delay_ms is not None:
            self.after(delay_ms, lambda: self._execute(request))
        self._amiss(self.now_ms + max(TIMEOUT_MS, delay_ms or 0))
        self.hear(TIMEOUT_MS, f"doubted {name}", lambda: self.bracket.on_doubted(name, self.now_ms))

    def _place(self, request: OrderRequest, *, is_slow: bool) -> None:
        name = request.client_order_id
        code = self._execute(request)
        delay_ms = TIMEOUT_MS - 100 if is_slow else TRIP_MS
        if is_slow:
            self._amiss(self.now_ms + delay_ms)
        if code:
            self._refuse(delay_ms, name, code)
            return
        self.hear(delay_ms, f"accepted {name}", lambda: self.bracket.on_accepted(name, self.now_ms))

    def _execute(self, request: OrderRequest) -> int:
        code = self.exchange.place(request)
        self._note(f"   venue: {request.client_order_id} {code}, holds {self.exchange.position}")
        self.watch()
        return code

    def _refuse(self, delay_ms: int, name: ClientOrderId, code: int) -> None:
        self.hear(
            delay_ms,
            f"refused {name} {code}",
            lambda: self.bracket.on_refused(name, code, "no", self.now_ms),
        )

    def _cancel(self, name: ClientOrderId) -> None:
        fate = self.pick("good", "good", "good", "lost", "unheard", "late")
        if fate == "good":
            self.after(TRIP_MS, lambda: self._cancel_now(name))
            return
        if fate != "lost":
            delay_ms = TRIP_MS if fate == "unheard" else 2_500
            self._amiss(self.now_ms + delay_ms)
            self.after(delay_ms, lambda: self._take_out(name))
        self._amiss(self.now_ms + TIMEOUT_MS)
        self._fail_cancel(TIMEOUT_MS, name, is_gone=False)

    def _cancel_now(self, name: ClientOrderId) -> None:
        if not self._take_out(name):
            self._fail_cancel(TRIP_MS, name, is_gone=True)
            return
        self.hear(
            TRIP_MS,
            f"cancel accepted {name}",
            lambda: self.bracket.on_cancel_accepted(name, self.now_ms),
        )

    def _take_out(self, name: ClientOrderId) -> bool:
        is_there = self.exchange.cancel(name)
        self._note(f"   venue: cancel {name} {is_there}")
        self.watch()
        return is_there

    def _fail_cancel(self, delay_ms: int, name: ClientOrderId, *, is_gone: bool) -> None:
        self.hear(
            delay_ms,
            f"cancel failed {name} gone={is_gone}",
            lambda: self.bracket.on_cancel_failed(
                name, self.now_ms, is_gone=is_gone, wait_ms=0 if is_gone else 200
            ),
        )

    def _ask(self, name: ClientOrderId, kind: OrderKind) -> None:
        self._questions += 1
        fate = self.pick("good", "good", "good", "unanswered", "lagging")
        if fate == "unanswered":
            self._amiss(self.now_ms + TIMEOUT_MS)
            self._hear_answer(
                TIMEOUT_MS,
                f"no answer {name}",
                lambda: self.bracket.on_no_answer(name, self.now_ms, wait_ms=200),
            )
            return
        is_lagging = fate == "lagging" and kind.is_conditional
        self.after(TRIP_MS, lambda: self._answer(name, is_lagging=is_lagging))

    def _answer(self, name: ClientOrderId, *, is_lagging: bool) -> None:
        report = self.exchange.report(name)
        order = self.exchange.orders.get(name)
        if is_lagging and order is not None and self.market_ms - order.placed_ms < LAG_MS:
            report = None
        self._hear_answer(
            TRIP_MS,
            f"answer {name} {report and report.state.value}",
            lambda: self.bracket.on_answer(name, report, self.now_ms),
        )

    def _look(self) -> None:
        self._questions += 1
        if self.pick("good", "good", "unanswered") != "good":
            self._amiss(self.now_ms + TIMEOUT_MS)
            self._hear_answer(
                TIMEOUT_MS,
                "no look",
                lambda: self.bracket.on_no_look(self.now_ms, wait_ms=200),
            )
            return
        asked_ms = self.market_ms
        self.after(TRIP_MS, lambda: self._see(asked_ms))

    def _see(self, asked_ms: int) -> None:
        position = self.exchange.position
        strangers = [each for each in self.exchange.resting() if not each.is_ours]

        def seen() -> None:
            self._hold(position, asked_ms)
            self.bracket.on_look(len(strangers), self.now_ms)

        self._hear_answer(TRIP_MS, f"look {position} {len(strangers)}", seen)

    def _count_down(self, timeout_ms: int) -> None:
        self._countdown_ms = self.now_ms + timeout_ms if timeout_ms else None

        def run_out() -> None:
            if self._countdown_ms is not None and self.now_ms >= self._countdown_ms:
                self._countdown_ms = None
                self.exchange.cancel_regular()

        self.after(timeout_ms, run_out)

    def _hear_answer(self, delay_ms: int, what: str, happen: Callable[[], None]) -> None:
        def answered() -> None:
            self._questions -= 1
            happen()

        self.hear(delay_ms, what, answered)

    # The stream

    def _stream(self, news: News) -> None:
        delay_ms = {"now": 5, "soon": 60, "late": 800, "very late": 4_000}[
            self.pick("now", "now", "now", "now", "now", "soon", "late", "very late")
        ]
        channel = self._channel(news)
        at_ms = max(self.now_ms + delay_ms, self._heard_ms.get(channel, 0))
        self._heard_ms[channel] = at_ms
        if at_ms > self.now_ms + 5:
            self._amiss(at_ms)
        self.hear(at_ms - self.now_ms, _said(news), lambda: self._tell(news))

    def _channel(self, news: News) -> str:
        if news.told is Told.POSITION:
            return "account"
        is_trade = news.told is Told.TRADED
        order = None if news.name is None else self.exchange.orders[news.name]
        is_algo = order is not None and order.request.kind.is_conditional
        return "algo" if is_algo and not is_trade else "order"

    def _tell(self, news: News) -> None:
        bracket, name = self.bracket, news.name
        if news.told is Told.POSITION:
            self._hold(news.quantity, news.at_ms)
        if news.told is Told.TRADED:
            self._count(news)
        if name is None:
            return
        match news.told:
            case Told.ACCEPTED:
                bracket.on_accepted(name, self.now_ms)
            case Told.TRADED:
                bracket.on_trade(name, news.quantity, news.remaining)
            case Told.CANCELED | Told.EXPIRED:
                bracket.on_ended(name, _ENDS[news.told], self.now_ms)
            case Told.REJECTED:
                bracket.on_refused(name, 0, "at its trigger", self.now_ms)
            case Told.TRIGGERED:
                bracket.on_triggered(name, self.now_ms)

    def _hold(self, signed: Decimal, at_ms: int) -> None:
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

    def _amiss(self, until_ms: int) -> None:
        self.fault_ms = max(self.fault_ms, until_ms)

    def _note(self, text: str) -> None:
        self.log.append(f"{self.now_ms:6} {text}")


def _asks(step: Step) -> bool:
    return isinstance(step, Ask | Look)


def _codes(request: OrderRequest) -> tuple[str, ...]:
    if request.leg in _CLOSING:
        return "-4131", "-4131", "-2022", "-4118"
    if request.leg is Leg.ENTRY:
        return ("-2019",)
    return "-4045", "-4130", "-4509", "-2021"


def _words(step: Step) -> str:
    match step:
        case Send(request=request):
            price = request.trigger_price or request.price
            return (
                f"send {request.client_order_id} {request.leg.name} {request.side} {request.kind} "
                f"{request.quantity} at {price}"
            )
        case _:
            return repr(step)


def _said(news: News) -> str:
    return f"{news.told} {news.name} {news.quantity} left {news.remaining} of {news.at_ms}"
