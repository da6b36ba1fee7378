"""What was told of orders: each step of each order once, from whoever tells it first."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TypeVar

from msgspec import Struct, structs

from noctule.adapters.binance.account.algo_children import AlgoChildren, Parent
from noctule.adapters.binance.account.fill_ledger import FillLedger
from noctule.adapters.binance.account.order_words import (
    OrderNews,
    accepted,
    ended,
    expired,
    filled,
    triggered,
)
from noctule.domain.events.base import OrderEvent
from noctule.domain.order import ClientOrderId, OrderState
from noctule.domain.position import Fill
from noctule.domain.report import OrderReport
from noctule.domain.values import Symbol

__all__ = ["ToldOrders"]

_Key = TypeVar("_Key")

_HELD_ORDERS_MAX = 100
_HELD_NEWS_MAX = 100  # per order
_OPEN_TIMES_MAX = 5  # so many times as many orders may be open as ended ones are remembered


class _Told(Struct):
    """One order as far as it was told."""

    report: OrderReport
    client_order_id: ClientOrderId
    filled: Decimal = Decimal(0)
    is_over: bool = False
    is_announced: bool = False  # by an event of ours


class ToldOrders:
    """Turns news of orders into events; conditional orders have a number space of their own."""

    def __init__(self, *, ledger: FillLedger, orders_max: int) -> None:
        self._ledger = ledger
        self._orders_max = orders_max
        self._children = AlgoChildren(kept_max=orders_max)
        self._orders: dict[tuple[Symbol, str], _Told] = {}
        self._algos: dict[str, _Told] = {}
        self._finished: dict[str, OrderReport] = {}  # conditional ones whose child said nothing yet
        self._held: dict[tuple[Symbol, str], list[OrderNews]] = {}  # children without a parent

    @property
    def is_waiting(self) -> bool:
        """Tell whether a child waits for its parent, or a finished parent for its child's word."""
        return bool(self._held or self._finished)

    def held_symbols(self) -> frozenset[Symbol]:
        """Return the symbols in which a child waits for its parent."""
        return frozenset(symbol for symbol, _ in self._held)

    def report_of(self, symbol: Symbol, order_id: str) -> OrderReport | None:
        """Return what was told of a regular order last."""
        told = self._orders.get((symbol, order_id))
        return None if told is None else told.report

    @property
    def finished(self) -> tuple[OrderReport, ...]:
        """Return the conditional orders that are over while nobody told what became of them."""
        return tuple(self._finished.values())

    def resting(self) -> tuple[OrderReport, ...]:
        """Return the regular orders that are not over."""
        return tuple(each.report for each in self._orders.values() if not each.is_over)

    def waiting(self) -> tuple[OrderReport, ...]:
        """Return the conditional orders that are not over."""
        return tuple(each.report for each in self._algos.values() if not each.is_over)

    def missing(
        self, orders: Iterable[OrderReport] | None, algos: Iterable[OrderReport] | None
    ) -> tuple[list[OrderReport], list[OrderReport]]:
        """Return what these lists should show and do not, and what waits for a word."""
        vanished: list[OrderReport] = []
        conditional = list(self._finished.values())
        if orders is not None:
            listed = {(each.symbol, each.venue_order_id) for each in orders}
            vanished = [
                each for each in self.resting() if (each.symbol, each.venue_order_id) not in listed
            ]
        held = self.held_symbols()
        shown = None if algos is None else {each.venue_order_id for each in algos}
        conditional += [
            each
            for each in self.waiting()
            if each.symbol in held or (shown is not None and each.venue_order_id not in shown)
        ]
        return vanished, conditional

    def adopt(self, report: OrderReport) -> None:
        """Know an order that a snapshot tells: what it filled before is told with it."""
        parent = self._children.parent_of(report)
        name = report.client_order_id if parent is None else parent.client_order_id
        told = _Told(report, name, filled=report.filled, is_over=report.state.is_final)
        self._remember(self._orders, (report.symbol, report.venue_order_id), told)

    def adopt_algo(self, report: OrderReport) -> None:
        """Know a conditional order that a snapshot tells."""
        self._children.note(report)
        told = _Told(report, report.client_order_id, is_over=report.state.is_final)
        self._remember(self._algos, report.venue_order_id, told)

    def hear(self, news: OrderNews) -> list[OrderEvent]:
        """Tell what is new of a regular order; a child waits for whose child it is."""
        report = news.report
        if report.kind.is_conditional and self._children.parent_of(report) is None:
            key = (report.symbol, report.venue_order_id)
            if key not in self._orders and self._hold(key, news):
                return []
        return list(self._news(news))

    def hear_algo(self, news: OrderNews) -> list[OrderEvent]:
        """Tell what is new of a conditional order."""
        report = news.report
        parent = self._children.note(report)
        told = self._algos.get(report.venue_order_id)
        events: list[OrderEvent] = []
        if told is None:
            told = _Told(report, report.client_order_id)
            self._remember(self._algos, report.venue_order_id, told)
            if report.state is not OrderState.REJECTED:
                events.append(accepted(report, told.client_order_id))
        if report.child_order_id is not None:
            events += self._triggered(parent, report, report.child_order_id)
            events += self._joined(report.symbol, report.child_order_id)
        if not told.is_over:
            told.report = report
            events += self._algo_end(told, news)
        return events

    def release(self) -> list[OrderEvent]:
        """Tell what waited for a parent, under its own name: there is nobody left to ask."""
        held, self._held = self._held, {}
        return [event for each in held.values() for news in each for event in self._news(news)]

    def settle(self, algo_ids: Iterable[str]) -> list[OrderEvent]:
        """Say what became of conditional orders that finished without naming a child.

        A held child of the same kind is taken for theirs; without one they are expired.
        """
        events: list[OrderEvent] = []
        for algo in [self._finished[each] for each in algo_ids if each in self._finished]:
            if algo.child_order_id is not None:
                continue  # its child is known, and will be asked
            del self._finished[algo.venue_order_id]
            child_id = next((key[1] for key, held in self._held.items() if _fits(held, algo)), None)
            if child_id is None:
                cause = "finished without a trade that anybody knows"
                events.append(expired(algo, algo.client_order_id, cause))
            else:
                joined = structs.replace(algo, child_order_id=child_id)
                events += self.hear_algo(OrderNews(report=joined))
        return events

    def _news(self, news: OrderNews) -> Iterator[OrderEvent]:
        report, key = news.report, (news.report.symbol, news.report.venue_order_id)
        parent = self._children.parent_of(report)
        told = self._orders.get(key)
        if told is None:
            name = report.client_order_id if parent is None else parent.client_order_id
            told = _Told(report, name)
            self._remember(self._orders, key, told)
            if not self._is_past(news.fill):
                yield from self._announced(told, parent)
        elif report.updated_ms >= told.report.updated_ms:
            told.report = report
        if news.fill is not None and self._ledger.tell(report.symbol, news.fill.trade_id):
            told.filled += news.fill.quantity
            remaining = (told.report.quantity or Decimal(0)) - told.filled
            yield filled(news.fill, told.client_order_id, remaining)
        if report.state.is_final and not told.is_over:
            told.is_over = True
            if parent is not None:
                self._finished.pop(parent.algo_id, None)
            yield from self._end(told, news)

    def _announced(self, told: _Told, parent: Parent | None) -> Iterator[OrderEvent]:
        """Tell that an order is there; a child's parent has become it."""
        told.is_announced = True
        report = told.report
        if parent is not None:
            yield from self._triggered(parent, report, report.venue_order_id)
        elif report.state is not OrderState.REJECTED:
            yield accepted(report, told.client_order_id)

    def _end(self, told: _Told, news: OrderNews) -> Iterator[OrderEvent]:
        """Tell how it ended; its last trade may be one that no event tells, see FillLedger."""
        is_filled = news.report.state is OrderState.FILLED
        if is_filled and told.is_announced and self._is_past(news.fill):
            yield expired(news.report, told.client_order_id, "its trades are in the snapshot")
        yield from ended(news, told.client_order_id)

    def _is_past(self, fill: Fill | None) -> bool:
        """Tell whether a trade is one of those that the first snapshot contains."""
        return fill is not None and self._ledger.is_past(fill.symbol, fill.trade_id)

    def _triggered(
        self, parent: Parent, report: OrderReport, child_id: str
    ) -> Iterator[OrderEvent]:
        if not parent.is_triggered:
            parent.is_triggered = True
            yield triggered(report, parent.client_order_id, child_id)

    def _joined(self, symbol: Symbol, child_id: str) -> list[OrderEvent]:
        """Tell what was held of a child whose parent is known now."""
        held = self._held.pop((symbol, child_id), [])
        return [event for news in held for event in self._news(news)]

    def _algo_end(self, told: _Told, news: OrderNews) -> list[OrderEvent]:
        report = news.report
        if report.state in (OrderState.FILLED, OrderState.UNKNOWN):
            told.is_over = True
            if not self._child_is_over(report):
                self._finished[report.venue_order_id] = report
            return []
        if not report.state.is_final:
            return []
        told.is_over = True
        return list(ended(news, told.client_order_id))

    def _child_is_over(self, algo: OrderReport) -> bool:
        """Tell whether the child said itself what became of it."""
        if algo.child_order_id is not None:
            child = self._orders.get((algo.symbol, algo.child_order_id))
            return child is not None and child.is_over
        return any(
            child.is_over and child.client_order_id == algo.client_order_id
            for child in self._orders.values()
        )

    def _hold(self, key: tuple[Symbol, str], news: OrderNews) -> bool:
        """Keep news for later; False where there is no room, and it is told as it is."""
        held = self._held.get(key, [])
        if len(held) >= _HELD_NEWS_MAX or (not held and len(self._held) >= _HELD_ORDERS_MAX):
            return False
        self._held.setdefault(key, held).append(news)
        return True

    def _remember(self, kept: dict[_Key, _Told], key: _Key, told: _Told) -> None:
        """Keep an order; the oldest that is over makes room, and far beyond that the oldest."""
        if len(kept) >= self._orders_max:
            over = next((each for each, order in kept.items() if order.is_over), None)
            if over is not None:
                del kept[over]
            elif len(kept) >= _OPEN_TIMES_MAX * self._orders_max:
                del kept[next(iter(kept))]
        kept[key] = told


def _fits(held: list[OrderNews], algo: OrderReport) -> bool:
    """Tell whether a held child could be this conditional order's."""
    child = held[0].report
    return (child.symbol, child.side, child.kind) == (algo.symbol, algo.side, algo.kind)
