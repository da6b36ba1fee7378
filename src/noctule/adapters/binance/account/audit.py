"""Asking the exchange for the whole account, so that trades and positions are of one moment."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from noctule.adapters.binance.account.questions import (
    CLOCKS_APART_MS,
    AccountQuestions,
    until_now,
)
from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.binance.wire.account import (
    NET,
    BalanceRow,
    IncomeRow,
    TradeRow,
    balance_of,
    position_of,
)
from noctule.domain.position import Balance, Position
from noctule.domain.report import OrderReport
from noctule.domain.values import MINUTE_MS, Symbol

__all__ = ["AccountAudit", "Audit", "Known", "Scope"]

_FIRST_PATIENCE = 5  # times more: everything that is told later is added to the first snapshot
_YOUNG_MS = MINUTE_MS  # an order this young may not be listed yet (facts 2.5)


class Scope(StrEnum):
    """How much is asked."""

    FIRST = "first"  # everything that is true now; trades only to know where they begin
    DOUBT = "doubt"  # purse, positions, trades where something moves, orders in doubt: cheap
    EXPOSED = "exposed"  # and every order that rests
    WHOLE = "whole"  # and the trades of all symbols
    GAP = "gap"  # and the funding since the stream was lost

    @property
    def is_of_all_symbols(self) -> bool:
        """Tell whether trades are asked for where nothing seems to move, too."""
        return self in (Scope.FIRST, Scope.WHOLE, Scope.GAP)


class Known(Protocol):
    """What an audit has to know of what was told."""

    def symbols(self) -> frozenset[Symbol]:
        """Return every symbol whose trades matter."""
        ...

    def busy_symbols(self) -> frozenset[Symbol]:
        """Return those in which something is open, was told, or is in doubt."""
        ...

    def newest_told(self, symbol: Symbol) -> int | None:
        """Return the newest trade that is known."""
        ...

    def audited_before(self, symbol: Symbol) -> int | None:
        """Return the last trade that need not be asked for again; None if there is none."""
        ...

    def is_told(self, trade: TradeRow) -> bool:
        """Tell whether a trade was told."""
        ...

    def knows(self, symbol: Symbol, order_id: str) -> bool:
        """Tell whether an order was told."""
        ...

    def missing(
        self, orders: Iterable[OrderReport] | None, algos: Iterable[OrderReport] | None
    ) -> tuple[list[OrderReport], list[OrderReport]]:
        """Return the orders and conditional orders whose fate is not told by these lists."""
        ...


class Audit(Struct, frozen=True, kw_only=True):
    """What REST told; of one moment as far as trades and positions go, if it is settled."""

    scope: Scope
    at_ms: int
    is_settled: bool
    balances: tuple[Balance, ...]
    balances_ms: int
    positions: tuple[Position, ...]
    orders: tuple[OrderReport, ...]  # that rest, and such as were asked for one by one
    algos: tuple[OrderReport, ...]
    trades: tuple[TradeRow, ...]  # oldest first; those of unknown orders are left out …
    postponed: frozenset[Symbol]  # … and their symbols are here
    newest: Mapping[Symbol, int | None]
    funding: tuple[IncomeRow, ...] = ()


class _State(Struct, frozen=True, kw_only=True):
    """One look at everything but trades."""

    balances: list[BalanceRow]
    positions: list[Position]
    orders: list[OrderReport] | None
    algos: list[OrderReport] | None

    @property
    def symbols(self) -> set[Symbol]:
        """Return every symbol that something is told of."""
        listed = (*self.positions, *(self.orders or ()), *(self.algos or ()))
        return {each.symbol for each in listed}


class AccountAudit:
    """Takes audits: the state, then trades, again and again until those were known before."""

    def __init__(
        self,
        questions: AccountQuestions,
        *,
        now_ms: Callable[[], int],
        settings: AccountSettings,
    ) -> None:
        self._questions = questions
        self._now_ms = now_ms
        self._settings = settings

    async def take(
        self, scope: Scope, known: Known, *, since_ms: int, funded_since_ms: int
    ) -> Audit:
        """Ask for everything in scope: trades since one time, and funding since another."""
        book = _TradeBook(self._questions, known, scope=scope, since_ms=since_ms - CLOCKS_APART_MS)
        state, is_settled = await self._look(scope), False
        patience = _FIRST_PATIENCE if scope is Scope.FIRST else 1
        for _ in range(self._settings.brackets_max * patience):
            wanted = known.symbols() if scope.is_of_all_symbols else known.busy_symbols()
            symbols = wanted | state.symbols
            is_settled = not await book.read(symbols, until_ms=self._until_ms(since_ms))
            if is_settled:
                break
            state = await self._look(scope)
        orders, algos, left = await self._look_up(known, state, book)
        return Audit(
            scope=scope,
            at_ms=self._now_ms(),
            is_settled=is_settled,
            balances=tuple(map(balance_of, state.balances)),
            balances_ms=max((each.update_time for each in state.balances), default=0),
            positions=tuple(state.positions),
            orders=tuple(orders),
            algos=tuple(algos),
            trades=tuple(each for each in book.trades if (each.symbol, each.order_id) not in left),
            postponed=frozenset(symbol for symbol, _ in left),
            newest=dict(book.newest),
            funding=await self._funding(scope, funded_since_ms - CLOCKS_APART_MS),
        )

    async def positions(self) -> list[Position]:
        """Ask for what is held, and for nothing else."""
        rows = await self._questions.positions()
        return [position_of(row) for row in rows if row.position_side == NET]

    async def _look(self, scope: Scope) -> _State:
        questions = self._questions
        is_whole = scope is not Scope.DOUBT
        orders = await questions.resting() if is_whole else None
        algos = await questions.waiting() if is_whole else None
        positions = await self.positions()
        return _State(
            balances=await questions.balances(),
            positions=positions,
            orders=orders,
            algos=algos,
        )

    async def _look_up(
        self, known: Known, state: _State, book: "_TradeBook"
    ) -> tuple[list[OrderReport], list[OrderReport], set[tuple[Symbol, int]]]:
        """Ask one by one for the orders that vanished, and for those of trades nobody knows.

        Returns also the orders whose trades have to wait until the exchange knows them.
        """
        orders, algos = list(state.orders or ()), list(state.algos or ())
        vanished, conditional = known.missing(state.orders, state.algos)
        asked = {(each.symbol, each.venue_order_id): 0 for each in vanished}
        for each in conditional[: self._settings.lookups_max]:
            found = await self._questions.algo(each.venue_order_id)
            algos += [found] if found else []
            child_id = each.child_order_id if found is None else found.child_order_id
            if child_id is not None:
                asked[each.symbol, child_id] = 0
        listed = {(each.symbol, each.venue_order_id) for each in orders}
        strange = [
            trade for trade in book.trades if not known.knows(trade.symbol, str(trade.order_id))
        ]
        asked |= {(trade.symbol, str(trade.order_id)): trade.time for trade in strange}
        left: set[tuple[Symbol, int]] = set()
        for number, ((symbol, order_id), traded_ms) in enumerate(asked.items()):
            if (symbol, order_id) in listed:
                continue
            is_asked = number < self._settings.lookups_max
            order = await self._questions.order(symbol, order_id) if is_asked else None
            if order is not None:
                orders.append(order)
            elif not is_asked or self._now_ms() - traded_ms < _YOUNG_MS:
                left.add((symbol, int(order_id)))
        return orders, algos, left

    async def _funding(self, scope: Scope, since_ms: int) -> tuple[IncomeRow, ...]:
        if scope is not Scope.GAP:
            return ()
        until_ms = self._until_ms(since_ms)
        return tuple(await self._questions.funding_between(since_ms, until_ms))

    def _until_ms(self, since_ms: int) -> int:
        return until_now(since_ms, now_ms=self._now_ms())


class _TradeBook:
    """The trades that were not told, read again and again until there are no more."""

    def __init__(
        self, questions: AccountQuestions, known: Known, *, scope: Scope, since_ms: int
    ) -> None:
        self._questions = questions
        self._known = known
        self._is_first = scope is Scope.FIRST
        self._since_ms = since_ms
        self._found: dict[tuple[Symbol, int], TradeRow] = {}
        self.newest: dict[Symbol, int | None] = {}

    @property
    def trades(self) -> list[TradeRow]:
        """Return them, oldest first."""
        return sorted(self._found.values(), key=lambda trade: (trade.time, trade.id))

    async def read(self, symbols: Iterable[Symbol], *, until_ms: int) -> bool:
        """Return True if there is any trade that was not known before."""
        before = {symbol: self._known_of(symbol) for symbol in symbols}
        for symbol in sorted(symbols):
            await self._read(symbol, until_ms)
        return any(self.newest[symbol] != newest for symbol, newest in before.items())

    def _known_of(self, symbol: Symbol) -> int | None:
        return self.newest.get(symbol, self._known.newest_told(symbol))

    async def _read(self, symbol: Symbol, until_ms: int) -> None:
        if self._is_first:
            self.newest[symbol] = await self._questions.newest_trade(symbol)
            return
        newest = self.newest.get(symbol, self._known.audited_before(symbol))
        if newest is None:
            rows = await self._questions.trades_between(symbol, self._since_ms, until_ms)
        else:
            rows = await self._questions.trades_from(symbol, newest + 1)
        self.newest[symbol] = max((row.id for row in rows), default=newest)
        for row in rows:
            if not self._known.is_told(row):
                self._found[row.symbol, row.id] = row
