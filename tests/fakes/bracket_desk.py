"""A bracket fed by hand, and its steps in short words: `s1 SELL STOP_MARKET 0.120 at 9500`.

Orders go by their leg and attempt: `e0` is the first entry order, `s1` the second stop. Whatever
is told is followed by a decision, as the handler does it, and what was decided is returned.
"""

from decimal import Decimal

from msgspec import structs

from noctule.domain import values
from noctule.domain.ids import client_order_id
from noctule.domain.order import ClientOrderId, Leg, Order, OrderKey, OrderKind, OrderState
from noctule.domain.report import OrderReport
from noctule.domain.signals import Direction
from noctule.domain.trade import ExitReason
from noctule.domain.values import Price, Quantity, Timeframe
from noctule.orders.blotter import Blotter
from noctule.orders.bracket import Bracket
from noctule.orders.held import Held
from noctule.orders.machine import OrderFact
from noctule.orders.names import OrderNames
from noctule.orders.news import BracketNews
from noctule.orders.plan import BracketPlan, EntryTerms, OrderWords
from noctule.orders.state import Scene
from noctule.orders.ticket import Ticket
from tests.builders import BTCUSDT, START_MS, instrument, lot, order_request
from tests.fakes.step_words import words

__all__ = ["ENTRY_KEY", "BracketDesk", "name_of", "plan"]

ENTRY_KEY = OrderKey(close_ms=START_MS - 1, timeframe=Timeframe.M1, leg=Leg.ENTRY, attempt=0)


def name_of(short: str) -> ClientOrderId:
    """Return the whole name of `e0`, `s1` …"""
    key = structs.replace(ENTRY_KEY, leg=Leg(short[0]), attempt=int(short[1:], 36))
    return client_order_id(account="qpai6s", strategy="sma", symbol=BTCUSDT, key=key)


def plan(
    direction: Direction = Direction.LONG, *, stop: str = "9500", target: str | None = None
) -> BracketPlan:
    """Build a plan; a long position with a stop and no target by default."""
    return BracketPlan(
        symbol=BTCUSDT,
        strategy="sma",
        trace="BTCUSDT:1m:1",
        key=ENTRY_KEY,
        direction=direction,
        stop=values.price(stop),
        target=None if target is None else values.price(target),
    )


class BracketDesk:
    """Tells one bracket what happens, at times of its own."""

    def __init__(
        self,
        direction: Direction = Direction.LONG,
        *,
        target: str | None = None,
        has_limit_target: bool = False,
        market_lot_max: str = "120",
        market_lot_min: str = "0.001",
    ) -> None:
        self.now_ms = 0
        self.held = Held()
        self.mark: Price | None = values.price("10000")
        self.blotter = Blotter()
        self.news: list[BracketNews] = []
        self.bracket = Bracket(
            plan(direction, target=target),
            instrument=instrument(
                market_lot=lot(quantity_max=market_lot_max, quantity_min=market_lot_min)
            ),
            names=OrderNames(account="qpai6s", strategy="sma", symbol=BTCUSDT, key=ENTRY_KEY),
            blotter=self.blotter,
            words=OrderWords(has_limit_target=has_limit_target),
        )

    @property
    def scene(self) -> Scene:
        """Return the world as it is now."""
        return Scene(
            now_ms=self.now_ms,
            market_ms=START_MS + self.now_ms,
            held=self.held,
            mark=lambda: self.mark,
        )

    def ticket(self, short: str) -> Ticket:
        """Return one order as the desk has it."""
        found = self.blotter.find(name_of(short))
        assert found is not None, f"no {short}"
        return found

    def is_over(self) -> bool:
        """Tell whether there is nothing left to hear."""
        return self.bracket.is_over

    def is_protected(self) -> bool:
        """Tell whether a stop rests behind all that is held."""
        return self.bracket.is_protected

    # Beginnings

    def enter(self, quantity: str = "0.120", price: str | None = None) -> list[str]:
        """Enter at market, or at a limit."""
        terms = EntryTerms(
            quantity=values.quantity(quantity),
            kind=OrderKind.MARKET if price is None else OrderKind.LIMIT,
            price=None if price is None else values.price(price),
        )
        sends = self.bracket.enter(terms, self.scene)
        return [*map(words, sends), *self.decide()]

    def hold(self, quantity: str = "0.120") -> list[str]:
        """Have entered at market; return what is decided then."""
        self.enter(quantity)
        self.accept("e0")
        return self.trade("e0", quantity)

    def guard(self, quantity: str = "0.120") -> list[str]:
        """Have entered, with a closePosition stop that rests; return what is decided then."""
        self.hold(quantity)
        return self.accept("s0")

    def adopt(
        self,
        short: str,
        kind: OrderKind = OrderKind.MARKET,
        *,
        quantity: str | None = "0.120",
        state: OrderState = OrderState.UNKNOWN,
        filled: str = "0",
        at: str | None = None,
    ) -> None:
        """Take in an order of a dead process."""
        request = order_request(
            kind,
            client_order_id=name_of(short),
            leg=Leg(short[0]),
            quantity=quantity,
            price=at if kind is OrderKind.LIMIT else None,
            trigger_price=at if kind.is_conditional else None,
        )
        order = Order(request=request, state=state, filled=values.quantity(filled))
        self.bracket.adopt(order, self.scene)

    # What is told

    def accept(self, short: str) -> list[str]:
        """Tell that an order was sent, and that the venue has it."""
        self.bracket.on_sent(name_of(short))
        self.bracket.on_accepted(name_of(short), self.now_ms)
        return self.decide()

    def refuse(self, short: str, code: int) -> list[str]:
        """Tell a definite no."""
        self.bracket.on_refused(name_of(short), code, "no", self.now_ms)
        return self.decide()

    def hold_back(self, short: str, *, wait_ms: int = 0) -> list[str]:
        """Tell that nothing was executed."""
        self.bracket.on_held_back(name_of(short), "no way", self.now_ms, wait_ms=wait_ms)
        return self.decide()

    def doubt(self, short: str) -> list[str]:
        """Tell that nobody knows."""
        self.bracket.on_sent(name_of(short))
        self.bracket.on_doubted(name_of(short), self.now_ms)
        return self.decide()

    def trade(self, short: str, quantity: str, left: str = "0") -> list[str]:
        """Tell one trade, and the position that it made."""
        self.bracket.on_trade(name_of(short), Decimal(quantity), Decimal(left))
        signed = Decimal(quantity) * self.ticket(short).request.side.sign
        return self.trade_by_hand(str(signed))

    def trade_by_hand(self, signed: str) -> list[str]:
        """Tell a trade that is not ours, and the position that it made."""
        after = self.held.by_trades + Decimal(signed)
        at_ms = START_MS + self.now_ms
        self.held = Held(by_trades=after, trades_ms=at_ms, by_venue=after, venue_ms=at_ms)
        return self.decide()

    def report_position(self, signed: str) -> list[str]:
        """Tell what the venue says is held; the trades that explain it come later, or never."""
        at_ms = START_MS + self.now_ms
        self.held = structs.replace(self.held, by_venue=Decimal(signed), venue_ms=at_ms)
        return self.decide()

    def end(
        self, short: str, fact: OrderFact = OrderFact.CANCELED, *, filled: str | None = None
    ) -> list[str]:
        """Tell that an order rests no more, and filled this in all: what was told by default."""
        in_all = self.ticket(short).order.filled if filled is None else Decimal(filled)
        self.bracket.on_ended(name_of(short), fact, self.now_ms, filled=in_all)
        return self.decide()

    def end_silently(self, short: str, fact: OrderFact = OrderFact.CANCELED) -> list[str]:
        """Tell that an order rests no more, and not what it filled."""
        self.bracket.on_ended(name_of(short), fact, self.now_ms)
        return self.decide()

    def trigger(self, short: str) -> list[str]:
        """Tell that an order fired."""
        self.bracket.on_triggered(name_of(short), self.now_ms)
        return self.decide()

    def cancel_accepted(self, short: str) -> list[str]:
        """Tell that an order was taken out."""
        self.bracket.on_cancel_accepted(name_of(short), self.now_ms)
        return self.decide()

    def cancel_failed(self, short: str, *, is_gone: bool = False) -> list[str]:
        """Tell that an order may rest still."""
        self.bracket.on_cancel_failed(name_of(short), self.now_ms, is_gone=is_gone, wait_ms=0)
        return self.decide()

    def answer(
        self, short: str, state: OrderState | None, *, filled: str = "0", child: str | None = None
    ) -> list[str]:
        """Answer a question; None says that there is no such order."""
        report = None if state is None else self._report(short, state, filled)
        if report is not None and child is not None:
            report = structs.replace(report, child_order_id=child)
        self.bracket.on_answer(name_of(short), report, self.now_ms)
        return self.decide()

    def no_answer(self, short: str, *, wait_ms: int = 0) -> list[str]:
        """Leave a question without an answer."""
        self.bracket.on_no_answer(name_of(short), self.now_ms, wait_ms=wait_ms)
        return self.decide()

    def see(self, signed: str, *, foreign_stops: int = 0) -> list[str]:
        """Answer a look."""
        at_ms = START_MS + self.now_ms
        self.held = structs.replace(self.held, by_venue=Decimal(signed), venue_ms=at_ms)
        self.bracket.on_look(foreign_stops, self.now_ms)
        return self.decide()

    def see_nothing(self, *, wait_ms: int = 0) -> list[str]:
        """Leave a look without an answer."""
        self.bracket.on_no_look(self.now_ms, wait_ms=wait_ms)
        return self.decide()

    # What is wished

    def exit(self) -> list[str]:
        """Want out as a strategy does."""
        self.bracket.request_exit(ExitReason.SIGNAL, self.now_ms, leg=Leg.CLOSE, is_urgent=False)
        return self.decide()

    def flatten(self) -> list[str]:
        """Want out as an operator does."""
        reason, leg = ExitReason.FLATTEN, Leg.FLATTEN
        self.bracket.request_exit(reason, self.now_ms, leg=leg, is_urgent=True)
        return self.decide()

    def move_stop(self, stop: str) -> list[str]:
        """Want the stop elsewhere."""
        self.bracket.move_stop(values.price(stop), "trailing")
        return self.decide()

    # Time

    def wait(self, duration_ms: int) -> list[str]:
        """Let time pass, and the bracket decide whenever it wants to; return all it wanted."""
        end_ms = self.now_ms + duration_ms
        steps: list[str] = []
        while (wake_ms := self.bracket.wake_ms) is not None and wake_ms <= end_ms:
            assert wake_ms > self.now_ms, f"wakes at {wake_ms}, and it is {self.now_ms}"
            self.now_ms = wake_ms
            steps += self.decide()
        self.now_ms = end_ms
        return steps

    def decide(self) -> list[str]:
        """Decide, and keep the news."""
        steps = self.bracket.decide(self.scene)
        self.news += self.bracket.take_news()
        return [*map(words, steps)]

    def _report(self, short: str, state: OrderState, filled: str) -> OrderReport:
        request = self.ticket(short).request
        return OrderReport(
            client_order_id=request.client_order_id,
            venue_order_id="1",
            symbol=request.symbol,
            side=request.side,
            kind=request.kind,
            state=state,
            quantity=request.quantity,
            filled=Quantity(Decimal(filled)),
            updated_ms=START_MS + self.now_ms,
        )
