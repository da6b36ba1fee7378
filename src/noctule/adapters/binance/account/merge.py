"""One story of the account out of many: the stream's, REST's, and both again, repeated and late."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import structs

from noctule.adapters.binance.account.audit import Audit, Scope
from noctule.adapters.binance.account.doubts import AccountDoubts
from noctule.adapters.binance.account.fill_ledger import FillLedger
from noctule.adapters.binance.account.order_words import OrderNews, forgotten
from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.binance.account.told_orders import ToldOrders
from noctule.adapters.binance.account.told_purse import ToldPurse, leverage_changed, margin_called
from noctule.adapters.binance.account.traces import account_trace
from noctule.adapters.binance.wire.account import TradeRow, traded_fill_of
from noctule.adapters.binance.wire.orders import told_algo_report, told_report
from noctule.adapters.binance.wire.user import (
    EXPIRY_CAUSES,
    AccountUpdate,
    AlgoUpdate,
    ConfigUpdate,
    MarginCall,
    OrderTold,
    OrderUpdate,
    TradeHint,
    UserEvent,
    fill_of,
)
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import (
    AccountSnapshotTaken,
    OrderFilled,
)
from noctule.domain.order import ClientOrderId, OrderState
from noctule.domain.position import AccountSnapshot, Fill, Position
from noctule.domain.report import OrderReport
from noctule.domain.values import Symbol

__all__ = ["AccountMerge"]

_COIN_MARGINED: Final = re.compile(r".*USD_(PERP|\d{6})")  # may come on our stream (facts 3)
_ASKED: Final = "asked"


class AccountMerge:
    """Turns what is heard and what is asked into events, each fact once.

    Between `begin_audit` and `end_audit` the stream goes on being heard.
    """

    def __init__(self, symbols: Iterable[Symbol], *, settings: AccountSettings) -> None:
        self._own = frozenset(symbols)  # may still become fewer
        self._ledger = FillLedger(ids_max=settings.ids_max)
        self._orders = ToldOrders(ledger=self._ledger, orders_max=settings.orders_max)
        self._purse = ToldPurse()
        self.doubts = AccountDoubts()
        self._finished: frozenset[str] = frozenset()  # conditional orders, when the audit began
        self._has_moved = False  # since then
        self._owes_snapshot = False
        self.is_certain = False  # the last audit was of one moment, and everything was merged
        self.ignored = 0  # events of kinds and symbols that are not ours to know

    # What the rim asks.

    @property
    def is_exposed(self) -> bool:
        """Tell whether a position or an order is open."""
        return bool(self._purse.positions or self._orders.resting() or self._orders.waiting())

    def told_positions(self) -> dict[Symbol, Position]:
        """Return every position as it was told last, and those that are over, too."""
        return self._purse.told()

    def leave_out(self, symbols: Iterable[Symbol]) -> None:
        """Know that these are not listed: whoever asked for their trades would be refused."""
        self._own = self._own.difference(symbols)

    # What an audit asks.

    def symbols(self) -> frozenset[Symbol]:
        """Return every symbol whose trades matter."""
        orders = (*self._orders.resting(), *self._orders.waiting())
        held = {each.symbol for each in self._purse.positions}
        return self._own | self._ledger.symbols | held | {each.symbol for each in orders}

    def busy_symbols(self) -> frozenset[Symbol]:
        """Return those in which something is open, was told, or is in doubt."""
        orders = (*self._orders.resting(), *self._orders.waiting(), *self._orders.finished)
        open_ = {each.symbol for each in orders} | {each.symbol for each in self._purse.positions}
        held, doubted = self._orders.held_symbols(), self.doubts.symbols
        return self._ledger.busy_symbols | held | doubted | open_

    def newest_told(self, symbol: Symbol) -> int | None:
        """Return the newest trade that is known."""
        return self._ledger.newest(symbol)

    def audited_before(self, symbol: Symbol) -> int | None:
        """Return the last trade that need not be asked for again; None if there is none."""
        return self._ledger.audited_before(symbol)

    def is_told(self, trade: TradeRow) -> bool:
        """Tell whether a trade was told."""
        return self._ledger.is_told(trade.symbol, trade.id)

    def knows(self, symbol: Symbol, order_id: str) -> bool:
        """Tell whether an order was told."""
        return self._orders.report_of(symbol, order_id) is not None

    def missing(
        self, orders: Iterable[OrderReport] | None, algos: Iterable[OrderReport] | None
    ) -> tuple[list[OrderReport], list[OrderReport]]:
        """Return what these lists should show and do not, and what waits for a word."""
        return self._orders.missing(orders, algos)

    # What is told.

    def begin(self, audit: Audit) -> list[OrderEvent]:
        """Begin with a first audit: what it contains is told by the snapshot alone."""
        for symbol, newest in audit.newest.items():
            self._ledger.begin(symbol, newest)
        for report in audit.algos:  # first: a child trades under its parent's name
            self._orders.adopt_algo(report)
        for report in audit.orders:
            self._orders.adopt(report)
        self._purse.correct(audit.positions, audit.balances, at_ms=audit.at_ms)
        self._purse.note_time(audit.balances_ms)
        self.is_certain = audit.is_settled
        return [self._snapshot(audit)]

    def hear(self, event: UserEvent, *, elapsed_ms: int) -> list[OrderEvent]:
        """Merge what the stream tells."""
        events: list[OrderEvent] = []
        match event:
            case OrderUpdate(order=order) if not _is_foreign(order.symbol):
                events = self._hear_order(order, event.time_ms, elapsed_ms)
            case AlgoUpdate(order=algo) if not _is_foreign(algo.symbol):
                report = told_algo_report(algo, event.time_ms)
                told = self._orders.hear_algo(OrderNews(report=report, cause=algo.failure or ""))
                events = self._counted(told, report.symbol, elapsed_ms)
            case AccountUpdate(account=account) if not any(map(_is_foreign, account.symbols)):
                events = self._hear_account(event, elapsed_ms)
            case TradeHint(symbol=symbol, trade_id=trade_id) if not _is_foreign(symbol):
                if not self._ledger.is_told(symbol, trade_id):
                    self.doubts.raise_("trade", symbol, str(trade_id), elapsed_ms=elapsed_ms)
            case ConfigUpdate(leverage=leverage) if leverage is not None:
                events = [leverage_changed(leverage, event.time_ms)]
            case MarginCall():
                events = [margin_called(event)]
            case _:
                self.ignored += 1
        return events

    def begin_audit(self) -> None:
        """Remember what is in doubt: an audit that begins now is about that."""
        self.doubts.begin_audit()
        self._finished = frozenset(each.venue_order_id for each in self._orders.finished)
        self._has_moved = False

    def end_audit(self, audit: Audit, *, elapsed_ms: int) -> list[OrderEvent]:
        """Merge what REST told: what is new of it are the same events that the stream owed."""
        events = [*self._orders_of(audit), *self._fates_of(audit)]
        for fill in _fills_in(events):
            self._purse.hear_fill(fill)
            self.doubts.owe(fill.symbol, str(fill.trade_id), elapsed_ms=elapsed_ms)
        for row in audit.funding:
            events += self._purse.hear_funding(row.symbol, row.income, row.time)
        for symbol in audit.newest.keys() - audit.postponed:
            self._ledger.audit(symbol, audit.newest[symbol])
        self.doubts.end_audit()
        self._follow_orders(elapsed_ms)
        return events + self._corrected(audit, events, elapsed_ms)

    # How it is merged.

    def _hear_order(self, order: OrderTold, at_ms: int, elapsed_ms: int) -> list[OrderEvent]:
        report, fill = told_report(order, at_ms), fill_of(order)
        cause = EXPIRY_CAUSES.get(order.expiry_reason or "", order.status)
        events = self._orders.hear(OrderNews(report=report, fill=fill, cause=cause))
        if fill is not None:
            self.doubts.lay("trade", fill.symbol, str(fill.trade_id))
            self.doubts.pay(fill.symbol, str(fill.trade_id))
        return self._counted(events, report.symbol, elapsed_ms)

    def _counted(
        self, events: list[OrderEvent], symbol: Symbol, elapsed_ms: int
    ) -> list[OrderEvent]:
        """Add told fills to the position, and see whether everything is explained."""
        self._has_moved = self._has_moved or bool(events)
        for fill in _fills_in(events):
            self._purse.hear_fill(fill)
        self._explain(symbol, elapsed_ms)
        self._follow_orders(elapsed_ms)
        return events

    def _follow_orders(self, elapsed_ms: int) -> None:
        """Raise the doubts that orders give, or drop them."""
        self.doubts.follow("held", when=bool(self._orders.held_symbols()), elapsed_ms=elapsed_ms)
        self.doubts.follow("finished", when=bool(self._orders.finished), elapsed_ms=elapsed_ms)
        self.doubts.follow("ledger", when=self._ledger.is_filling, elapsed_ms=elapsed_ms)

    def _hear_account(self, update: AccountUpdate, elapsed_ms: int) -> list[OrderEvent]:
        events = list(self._purse.hear(update))
        self._has_moved = self._has_moved or bool(events)
        for each in update.account.positions:
            self._explain(each.symbol, elapsed_ms)
        if self._purse.hides_funding(update):
            self.doubts.raise_("funding", elapsed_ms=elapsed_ms)
        return events

    def _explain(self, symbol: Symbol, elapsed_ms: int) -> None:
        is_explained = self._purse.is_explained(symbol)
        self.doubts.follow("position", symbol, when=not is_explained, elapsed_ms=elapsed_ms)

    def _orders_of(self, audit: Audit) -> Iterator[OrderEvent]:
        """Tell what an audit knows: first that orders exist, then their trades, last their ends."""
        for algo in audit.algos:
            yield from self._orders.hear_algo(OrderNews(report=algo, cause=_ASKED))
        for order in audit.orders:
            yield from self._orders.hear(OrderNews(report=_as_open(order)))
        asked = {(each.symbol, each.venue_order_id): each for each in audit.orders}
        for trade in audit.trades:
            key = (trade.symbol, str(trade.order_id))
            report = self._orders.report_of(*key) or asked.get(key)
            yield from self._orders.hear(_news_of(trade, report))
        for order in audit.orders:
            yield from self._orders.hear(OrderNews(report=order, cause=_ASKED))

    def _fates_of(self, audit: Audit) -> Iterator[OrderEvent]:
        """Give up waiting for what an audit that was about it does not know."""
        if audit.postponed:
            return
        yield from self._orders.settle(self._finished)
        if self.doubts.was_asked("held"):
            yield from self._orders.release()

    def _corrected(
        self, audit: Audit, events: list[OrderEvent], elapsed_ms: int
    ) -> list[OrderEvent]:
        """Take positions and balances from an audit that is of one moment, and still true."""
        is_beyond = any(
            (self._ledger.newest(symbol) or 0) > (newest or 0)
            for symbol, newest in audit.newest.items()
        )
        is_short = bool(audit.postponed or self._orders.held_symbols())
        is_stale = self._purse.mistrusts(audit.positions)
        if not audit.is_settled or is_short or is_stale or self._has_moved or is_beyond:
            self.doubts.raise_("unsettled", elapsed_ms=elapsed_ms)
            self.is_certain = False
            self._owes_snapshot |= audit.scope is Scope.GAP and bool(events)
            return []
        self.is_certain = True
        told = self._purse.correct(audit.positions, audit.balances, at_ms=audit.at_ms)
        self._purse.note_time(audit.balances_ms)
        if audit.scope is not Scope.GAP:
            return told
        has_changed, self._owes_snapshot = bool(events or told) or self._owes_snapshot, False
        return [self._snapshot(audit)] if has_changed else []

    def _snapshot(self, audit: Audit) -> AccountSnapshotTaken:
        orders = (*self._orders.resting(), *self._orders.waiting())
        return AccountSnapshotTaken(
            at_ms=audit.at_ms,
            trace=account_trace(audit.at_ms),
            snapshot=AccountSnapshot(
                at_ms=audit.at_ms,
                balances=audit.balances,
                positions=tuple(each for each in audit.positions if not each.is_flat),
                orders=orders,
            ),
        )


def _is_foreign(symbol: Symbol) -> bool:
    """Tell whether a symbol is of another market, whose events come on the same stream."""
    return _COIN_MARGINED.fullmatch(symbol) is not None


def _as_open(report: OrderReport) -> OrderReport:
    return structs.replace(report, state=OrderState.OPEN) if report.state.is_final else report


def _news_of(trade: TradeRow, report: OrderReport | None) -> OrderNews:
    """Return a trade as news of its order; of one that nobody knows it is all there is."""
    name = ClientOrderId("") if report is None else report.client_order_id
    fill = traded_fill_of(trade, name)
    return OrderNews(report=forgotten(fill) if report is None else _as_open(report), fill=fill)


def _fills_in(events: Iterable[OrderEvent]) -> list[Fill]:
    return [event.fill for event in events if isinstance(event, OrderFilled)]
