"""The desk as a recovery and the account check see it: whoever takes over, believes and asks."""

from collections.abc import Awaitable, Callable, Mapping

from noctule.domain.ids import trace_of
from noctule.domain.order import ClientOrderId, OrderKind
from noctule.domain.position import AccountSnapshot
from noctule.domain.values import Symbol
from noctule.engine.deeds import (
    AccountBelieved,
    AnswerWanted,
    ForeignNoted,
    LookWanted,
    PositionAdopted,
    TellDeed,
    tell_nobody,
)
from noctule.engine.lanes import Lanes
from noctule.engine.order_desk import OrderDesk
from noctule.orders.ticket import Ticket
from noctule.ports.clock import Clock
from noctule.positions.account_book import AccountBook
from noctule.reconcile.diff import Belief
from noctule.reconcile.plan import Adoption, Sweep
from noctule.telemetry.logs import get_log

__all__ = ["TakeOver"]

_log = get_log(__name__)
_REMEDY = (
    "close it by hand, or take the symbol out of [trading] symbols: no entries there till then"
)


class TakeOver:
    """Hands what was found to desk, book and lanes; a Successor and a Doubter."""

    def __init__(
        self,
        *,
        desk: OrderDesk,
        book: AccountBook,
        lanes: Lanes,
        clock: Clock,
        follow: Callable[[Symbol], Awaitable[None]],
    ) -> None:
        self.on_deed: TellDeed = tell_nobody
        self._desk = desk
        self._book = book
        self._lanes = lanes
        self._clock = clock
        self._follow = follow  # lets a symbol's bracket decide, and publishes what follows
        self._foreign: dict[Symbol, str] = {}  # as many as there are symbols in the account

    # As a successor

    def knows(self, client_order_id: ClientOrderId) -> bool:
        """Tell whether an order was sent or adopted by this process."""
        return self._desk.knows(client_order_id)

    def has_bracket(self, symbol: Symbol) -> bool:
        """Tell whether a symbol is led already."""
        return symbol in self._desk.brackets

    async def believe(self, snapshot: AccountSnapshot, *, asked_ms: int) -> None:
        """Take the account as the venue tells it, but for the symbols that a bracket leads.

        An answer may be from before a trade that we know of; a bracket asks until it is sure.
        """
        self.on_deed(AccountBelieved(snapshot=snapshot, asked_ms=asked_ms))
        led = frozenset(self._desk.brackets)
        self._book.take(snapshot, asked_ms=asked_ms, besides=led)
        held = {each.symbol: each.signed_quantity for each in snapshot.positions}
        for symbol in sorted(led):
            if held.get(symbol, 0) != self._book.position(symbol).signed_quantity:
                await self._look_at(symbol)

    async def adopt(self, adoption: Adoption) -> None:
        """Begin a bracket with a position and orders, and let it decide at once."""
        self.on_deed(PositionAdopted(adoption=adoption))
        symbol = adoption.symbol
        self._desk.adopt(adoption.plan, (*adoption.orders, *adoption.ended))
        bracket = self._desk.brackets[symbol]
        bracket.on_look(adoption.foreign_stops, self._clock.elapsed_ms())
        await self._follow(symbol)

    def sweep(self, sweep: Sweep) -> None:
        """Take out an order that no bracket leads."""
        trace = trace_of("sweep", self._clock.now_ms())
        self._lanes.cancel(sweep.symbol, sweep.client_order_id, sweep.kind, trace=trace)

    def note_foreign(self, symbol: Symbol, text: str | None) -> None:
        """Tell the owner once of what is not ours; what keeps entries off is looked at anew."""
        known = self._foreign.pop(symbol, None)
        if text != known:
            self.on_deed(ForeignNoted(symbol=symbol, text=text))
        if text is not None:
            self._foreign[symbol] = text
            if text != known:
                _log.warning("foreign, left alone", symbol=symbol, text=text, remedy=_REMEDY)
        if text != known:
            self._desk.look_at(symbol)

    # As a doubter

    def beliefs(self) -> Mapping[Symbol, Belief]:
        """Return what is believed of every symbol that is held, led or has orders of ours."""
        orders: dict[Symbol, list[Ticket]] = {each: [] for each in sorted(self._symbols())}
        for ticket in self._desk.blotter.live():
            orders.setdefault(ticket.request.symbol, []).append(ticket)
        return {symbol: self._belief(symbol, tickets) for symbol, tickets in orders.items()}

    async def ask(self, symbol: Symbol, client_order_id: ClientOrderId) -> None:
        """Let the bracket ask for an order that the lists do not show; they may lag (facts 2.5)."""
        self.on_deed(AnswerWanted(symbol=symbol, client_order_id=client_order_id))
        bracket = self._desk.brackets.get(symbol)
        if bracket is not None:
            bracket.want_answer(client_order_id, self._clock.elapsed_ms())
            await self._follow(symbol)

    async def look_at(self, symbol: Symbol) -> None:
        """Let somebody ask what is held of a symbol."""
        self.on_deed(LookWanted(symbol=symbol))
        await self._look_at(symbol)

    async def _look_at(self, symbol: Symbol) -> None:
        self._desk.look_at(symbol)
        await self._follow(symbol)

    def _symbols(self) -> set[Symbol]:
        led = {*self._desk.brackets}
        if not self._book.is_told:
            return led
        portfolio = self._book.portfolio(
            at_ms=self._clock.now_ms(), in_flight={}, ours=frozenset(led)
        )
        return led | {each.symbol for each in portfolio.holdings}

    def _belief(self, symbol: Symbol, tickets: list[Ticket]) -> Belief:
        rests = [each for each in tickets if each.is_resting and each.kind is not OrderKind.MARKET]
        held = self._desk.held(symbol).signed_quantity
        told = self._book.reported(symbol).signed_quantity
        return Belief(
            signed_quantity=held,
            told=None if told == held else told,
            resting=frozenset(each.name for each in rests),
            live=frozenset(each.name for each in tickets),
        )
