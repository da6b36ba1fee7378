"""The brackets of all symbols, and the way from what they want to the lanes.

Nothing here waits. What is heard goes to a symbol's bracket, and `follow` carries out what the
bracket wants now; new orders come back as `OrderRequested`, so that every order that leaves was
an event first.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import Final

from msgspec import Struct, structs

from noctule.domain.events.base import OrderEvent, QueueName
from noctule.domain.events.order import OrderRequested
from noctule.domain.ids import belongs_to_account, trace_of
from noctule.domain.order import ClientOrderId, Order, OrderRequest
from noctule.domain.report import OrderReport, SymbolLook
from noctule.domain.values import Price, Symbol
from noctule.engine.bracket_events import told
from noctule.engine.contracts import Contracts
from noctule.engine.lanes import Lanes
from noctule.engine.looks import Looks, ends_position
from noctule.engine.timers import Timers
from noctule.engine.trades import Trades
from noctule.orders.blotter import Blotter
from noctule.orders.bracket import Bracket
from noctule.orders.held import Held
from noctule.orders.names import OrderNames
from noctule.orders.news import Protected
from noctule.orders.patience import Patience
from noctule.orders.plan import BracketPlan, EntryTerms, OrderWords
from noctule.orders.state import Scene
from noctule.orders.steps import Ask, Cancel, CountDown, Look, Send, Step
from noctule.ports.clock import Clock
from noctule.positions.account_book import AccountBook

__all__ = ["DeskSettings", "OrderDesk", "desk_timer", "symbol_of_timer"]

_TIMER: Final = "desk:"


class DeskSettings(Struct, frozen=True, kw_only=True):
    """Whose orders these are, and how the owner wants them."""

    account: str  # the tag in our order names
    words: OrderWords = OrderWords()
    patience: Patience = Patience()


class OrderDesk:
    """Owns one bracket for each symbol in which we hold, enter or leave something."""

    def __init__(  # noqa: PLR0913  # what it stands on
        self,
        *,
        book: AccountBook,
        contracts: Contracts,
        marks: Callable[[Symbol], Price | None],
        trades: Trades,
        lanes: Lanes,
        timers: Timers,
        clock: Clock,
        settings: DeskSettings,
    ) -> None:
        self.brackets: dict[Symbol, Bracket] = {}
        self.blotter = Blotter()
        self.looks = Looks()
        self._book = book
        self._contracts = contracts
        self._marks = marks
        self._trades = trades
        self._lanes = lanes
        self._timers = timers
        self._clock = clock
        self.settings = settings  # of the next brackets; those that stand keep theirs

    # Beginning

    def begin(self, plan: BracketPlan, terms: EntryTerms) -> list[OrderRequested]:
        """Reserve a new bracket's entry; nothing has been sent when this returns."""
        assert plan.symbol not in self.brackets, f"{plan.symbol} has a bracket already"
        bracket = self.brackets[plan.symbol] = self._bracket(plan, self.blotter)
        self._trades.begin(
            bracket, self._book.position(plan.symbol), decided_ms=self._clock.now_ms()
        )
        sends = bracket.enter(terms, self._scene(plan.symbol))
        return [self._requested(send, bracket) for send in sends]

    def draw_up(self, plan: BracketPlan, terms: EntryTerms) -> OrderRequest:
        """Return what `begin` would send first, with books that nobody keeps."""
        return self._bracket(plan, Blotter()).enter(terms, self._scene(plan.symbol))[0].request

    def adopt(self, plan: BracketPlan, orders: Iterable[Order]) -> None:
        """Take over what a dead process left on a symbol: its position, and its orders."""
        bracket = self.brackets.get(plan.symbol)
        if bracket is None:
            bracket = self.brackets[plan.symbol] = self._bracket(plan, self.blotter)
            bracket.note_recovered()
            self._trades.begin(bracket, self._book.position(plan.symbol))
        for order in orders:
            if self.blotter.find(order.request.client_order_id) is None:
                bracket.adopt(order, self._scene(plan.symbol))

    # What is asked of it

    def is_ours(self, name: str) -> bool:
        """Tell whether an order has our account's mark."""
        return belongs_to_account(name, self.settings.account)

    def knows(self, name: ClientOrderId) -> bool:
        """Tell whether an order was derived by this process, or adopted by it."""
        return self.blotter.find(name) is not None

    @property
    def busy_symbols(self) -> tuple[Symbol, ...]:
        """Return the symbols in which something is held, entered or left."""
        return tuple(self.brackets)

    @property
    def in_flight(self) -> dict[Symbol, Decimal]:
        """Return what entries may still buy or sell, signed."""
        return {
            symbol: bracket.entering
            for symbol, bracket in self.brackets.items()
            if bracket.entering
        }

    @property
    def is_quiet(self) -> bool:
        """Tell whether no answer is owed, no entry rests and nothing held is naked."""
        return all(each.is_settled and not each.entering for each in self.brackets.values())

    # What it hears beside the facts of orders

    def take_look(self, look: SymbolLook) -> None:
        """Take in what the venue told of a symbol, unless something was told since we asked.

        Nor is an answer taken in that seems to be from before our last trade.
        """
        symbol, ours = look.symbol, self._book.position(look.symbol)
        is_news = self.looks.is_fresh(symbol) and not self.looks.lags(look, ours)
        strangers = self.looks.strangers_in(look, is_ours=self.is_ours)
        bracket = self.brackets.get(symbol)
        if bracket is not None:
            stops = sum(ends_position(each, bracket.plan.side, look) for each in strangers)
            bracket.on_look(stops, self._clock.elapsed_ms())
        if is_news:
            newest_ms = max(ours.updated_ms, self._book.reported(symbol).updated_ms) + 1
            self._book.hear_look(structs.replace(look, at_ms=newest_ms))
        elif bracket is not None:
            bracket.want_look()

    def lose_look(self, symbol: Symbol, *, wait_ms: int) -> None:
        """Hear that nobody answered."""
        self.looks.end(symbol)
        bracket = self.brackets.get(symbol)
        if bracket is not None:
            bracket.on_no_look(self._clock.elapsed_ms(), wait_ms=wait_ms)

    def look_at(self, symbol: Symbol) -> None:
        """Ask for a symbol: by its bracket if it has one."""
        bracket = self.brackets.get(symbol)
        if bracket is not None:
            bracket.want_look()
        elif self.looks.begin(symbol):
            self._lanes.look(symbol, trace=trace_of("look", self._clock.now_ms()))

    def doubt_unlisted(self, orders: Iterable[OrderReport]) -> None:
        """Ask what became of orders that rest by our books, and by the venue's no more."""
        listed = {each.client_order_id for each in orders}
        for ticket in self.blotter.live():
            bracket = self.brackets.get(ticket.request.symbol)
            if bracket is not None and ticket.is_resting and ticket.name not in listed:
                bracket.want_answer(ticket.name, self._clock.elapsed_ms())
                bracket.want_look()

    def send(self, event: OrderRequested) -> None:
        """Let a requested order leave."""
        symbol = event.request.symbol
        self._lanes.place(
            event.request,
            trace=event.trace,
            weight=self._weight(symbol, event.request.quantity),
            countdown_ms=event.countdown_ms,
        )

    def take_entries_back(self, symbol: Symbol) -> None:
        """Keep a symbol's entries from leaving if they have not yet."""
        self._lanes.drop_entries(symbol)

    def withdraw_entries(self) -> None:
        """Take out every entry that rests, as soon as the brackets are asked: entries are off."""
        for symbol, bracket in self.brackets.items():
            if bracket.entering:
                bracket.cancel_entries(self._clock.elapsed_ms())
                self._timers.after(desk_timer(symbol), 1, QueueName.ORDER)

    # Deciding

    def follow(self, symbol: Symbol) -> list[OrderEvent]:
        """Do what a symbol's bracket wants now; return what is to be published."""
        bracket = self.brackets.get(symbol)
        if bracket is None:
            return []
        events: list[OrderEvent] = []
        for step in bracket.decide(self._scene(symbol)):
            events += self._carry_out(step, bracket)
        for news in bracket.take_news():
            if isinstance(news, Protected):
                self._trades.stamp(symbol, "protected", self._clock.now_ms())
            events.append(told(news, bracket.plan, at_ms=self._clock.now_ms()))
        self._wake(symbol, bracket)
        if bracket.is_over:
            del self.brackets[symbol]
            self._trades.end(symbol)
            if self.looks.strangers_on(symbol):
                self.look_at(symbol)  # theirs may have ended with the position
        return events

    def _carry_out(self, step: Step, bracket: Bracket) -> Sequence[OrderEvent]:
        symbol, trace = bracket.plan.symbol, bracket.plan.trace
        match step:
            case Send():
                return [self._requested(step, bracket)]
            case Cancel(client_order_id=name, kind=kind):
                self._lanes.cancel(symbol, name, kind, trace=trace)
            case Ask(client_order_id=name, kind=kind):
                self._lanes.ask(symbol, name, kind, trace=trace)
            case Look():
                self.looks.begin(symbol)
                self._lanes.look(symbol, trace=trace)
            case CountDown(timeout_ms=timeout_ms):
                self._lanes.count_down(symbol, timeout_ms, trace=trace)
        return ()

    def _bracket(self, plan: BracketPlan, blotter: Blotter) -> Bracket:
        instrument = self._contracts.instrument(plan.symbol)
        assert instrument is not None, f"{plan.symbol} has no rules"
        return Bracket(
            plan,
            instrument=instrument,
            names=OrderNames(
                account=self.settings.account,
                strategy=plan.strategy,
                symbol=plan.symbol,
                key=plan.key,
            ),
            blotter=blotter,
            words=self.settings.words,
            patience=self.settings.patience,
        )

    def _requested(self, send: Send, bracket: Bracket) -> OrderRequested:
        return OrderRequested(
            at_ms=self._clock.now_ms(),
            trace=bracket.plan.trace,
            strategy=bracket.plan.strategy,
            request=send.request,
            countdown_ms=send.countdown_ms,
        )

    def held(self, symbol: Symbol) -> Held:
        """Return what is held, by our trades and by the venue's word."""
        book = self._book
        return Held.of(book.position(symbol), book.reported(symbol), begun_ms=book.begun_ms(symbol))

    def _scene(self, symbol: Symbol) -> Scene:
        return Scene(
            now_ms=self._clock.elapsed_ms(),
            market_ms=self._clock.now_ms(),
            held=self.held(symbol),
            mark=partial(self._marks, symbol),
            instrument=self._contracts.instrument(symbol),
        )

    def _wake(self, symbol: Symbol, bracket: Bracket) -> None:
        wake_ms, name = bracket.wake_ms, desk_timer(symbol)
        if wake_ms is None or bracket.is_over:
            self._timers.cancel(name)
        else:
            wait_ms = max(1, wake_ms - self._clock.elapsed_ms())
            self._timers.after(name, wait_ms, QueueName.ORDER)

    def _weight(self, symbol: Symbol, quantity: Decimal | None) -> Decimal:
        """Return what an order is about, in quote currency: all that is held, or its size."""
        book = self._book
        held = quantity or max(book.position(symbol).quantity, book.reported(symbol).quantity)
        return held * (self._marks(symbol) or Decimal(1))


def desk_timer(symbol: Symbol) -> str:
    """Return the name of a symbol's timer."""
    return f"{_TIMER}{symbol}"


def symbol_of_timer(timer: str) -> Symbol | None:
    """Return whose timer it is; None if it is none of the desk's."""
    return Symbol(timer.removeprefix(_TIMER)) if timer.startswith(_TIMER) else None
