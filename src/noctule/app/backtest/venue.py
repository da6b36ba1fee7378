"""What the simulated exchange answers when it is asked about the account, at once and whole."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from noctule.adapters.binance.wire.account import IncomeRow, income_of
from noctule.adapters.binance.wire.orders import settled_by_child
from noctule.adapters.sim import model
from noctule.adapters.sim.account import Account
from noctule.adapters.sim.bookings import Trade
from noctule.adapters.sim.exchange import Exchange
from noctule.adapters.sim.history import is_forgotten
from noctule.app.backtest.answers import contract
from noctule.app.backtest.contracts import instrument_of, instruments_of
from noctule.app.backtest.reports import (
    algo_report,
    balance_of,
    money,
    order_report,
    position_of,
    side_of,
)
from noctule.domain.instrument import Instrument
from noctule.domain.order import ClientOrderId
from noctule.domain.position import AccountSnapshot, Fill, Income, Position
from noctule.domain.report import OrderReport, SymbolLook
from noctule.domain.values import Price, Quantity, Quote, Symbol

__all__ = ["CounterVenue"]

_NET: Final = model.PositionSide.BOTH
_ZERO: Final = Decimal(0)
_DAY_MS: Final = 24 * 60 * 60_000
_BOOKINGS_KEPT_MS: Final = 89 * _DAY_MS  # by the adapter's reckoning (facts 2.3)


class CounterVenue:
    """Implements the Venue port; every answer is of one instant."""

    def __init__(self, exchange: Exchange, account: Account) -> None:
        self._exchange = exchange
        self._account = account
        self._rules = dict(exchange.rules)
        self._listed = instruments_of(exchange.rules)

    async def instruments(self) -> Mapping[Symbol, Instrument]:
        """Return the rules of every contract; who holds the mapping sees what changed since."""
        for symbol, rules in self._exchange.rules.items():
            if self._rules.get(symbol) is rules:
                continue
            self._rules[symbol] = rules
            instrument = instrument_of(rules)
            if instrument is not None:
                self._listed[instrument.symbol] = instrument
        return MappingProxyType(self._listed)

    async def snapshot(self) -> AccountSnapshot:
        """Return balances, positions and all resting orders, conditional ones too."""
        return self.taken()

    def taken(self) -> AccountSnapshot:
        """Return the snapshot to whoever cannot await it."""
        exchange, account = self._exchange, self._account
        views = [view for view in exchange.positions(account) if view.position.side is _NET]
        held = [view for view in views if view.position.amount]
        return AccountSnapshot(
            at_ms=exchange.now_ms,
            balances=(balance_of(account.asset, exchange.margins(account)),),
            positions=tuple(position_of(each.position, each.position.update_ms) for each in held),
            orders=(
                *self._resting(account.orders.values()),
                *self._waiting(account.algos.values()),
            ),
            marks={Symbol(each.position.symbol): Price(each.mark) for each in views if each.mark},
        )

    async def fills_since(self, symbol: Symbol, since_ms: int) -> Sequence[Fill]:
        """Return the account's trades of a symbol from this instant on, oldest first."""
        contract(self._exchange, symbol)
        trades = [
            trade
            for trade in self._account.history.trades
            if trade.symbol == symbol and trade.time_ms >= since_ms
        ]
        fills = [_fill(trade, self._name(trade, since_ms)) for trade in trades]
        return sorted(fills, key=lambda fill: (fill.at_ms, fill.trade_id))

    async def orders_since(self, symbol: Symbol, since_ms: int) -> Sequence[OrderReport]:
        """Return all orders of a symbol from this instant on, the ended ones too."""
        rules = contract(self._exchange, symbol)
        every = [
            order
            for order in self._every_order()
            if order.symbol == symbol and order.time_ms >= since_ms
        ]
        algos = [
            algo
            for algo in self._every_algo()
            if algo.symbol == symbol and algo.create_ms >= since_ms
        ]
        parents = {algo.algo_id for algo in algos}
        children = {order.algo_id: order_report(order, rules) for order in every}
        told = [
            _settled(algo_report(algo, rules, filled=_ZERO), children.get(algo.algo_id))
            for algo in algos
        ]
        told += [order_report(order, rules) for order in every if order.algo_id not in parents]
        return sorted(told, key=lambda report: (report.updated_ms, report.venue_order_id))

    async def look(self, symbol: Symbol) -> SymbolLook:
        """Return what is held of one symbol and what rests there."""
        contract(self._exchange, symbol)
        account = self._account
        resting = account.orders_on(symbol)
        leg = account.positions.get((symbol, _NET))
        is_told = leg is not None and (leg.amount or resting)
        held = position_of(leg, leg.update_ms) if leg and is_told else Position(symbol=symbol)
        return SymbolLook(
            symbol=symbol,
            signed_quantity=held.signed_quantity,
            entry_price=held.entry_price,
            orders=(*self._resting(resting), *self._waiting(account.algos_on(symbol))),
            at_ms=self._exchange.now_ms,
            position_ms=held.updated_ms,
        )

    async def income_since(self, since_ms: int) -> Sequence[Income]:
        """Return every booking of the account from this instant on, oldest first.

        What is older than the exchange keeps is not there.
        """
        first_ms = max(since_ms, self._exchange.now_ms - _BOOKINGS_KEPT_MS)
        rows = [
            IncomeRow(
                symbol=Symbol(line.symbol),
                income_type=line.income_type,
                income=money(line.income),
                asset=line.asset,
                time=line.time_ms,
            )
            for line in self._account.history.incomes
            if line.time_ms >= first_ms
        ]
        return sorted(map(income_of, rows), key=lambda booking: booking.at_ms)

    def _resting(self, orders: Iterable[model.Order]) -> Iterator[OrderReport]:
        rules = self._exchange.rules
        return (order_report(order, rules[order.symbol]) for order in orders)

    def _waiting(self, algos: Iterable[model.AlgoOrder]) -> Iterator[OrderReport]:
        rules = self._exchange.rules
        return (algo_report(algo, rules[algo.symbol], filled=_ZERO) for algo in algos)

    def _every_order(self) -> Iterator[model.Order]:
        yield from self._account.history.orders
        yield from self._account.orders.values()

    def _every_algo(self) -> Iterable[model.AlgoOrder]:
        """Return each once: one that has fired may stand in two places."""
        account = self._account
        every = [*account.history.algos, *account.triggered.values(), *account.algos.values()]
        return {algo.algo_id: algo for algo in every}.values()

    def _name(self, trade: Trade, since_ms: int) -> ClientOrderId:
        """Return under which name an order was placed, a child's its parent; none if forgotten."""
        account = self._account
        order = account.orders.get(trade.order_id) or account.history.orders.get(
            trade.order_id, None
        )
        if order is None:
            return ClientOrderId("")
        now_ms = self._exchange.now_ms
        if order.time_ms < since_ms and is_forgotten(order.update_ms, now_ms, is_kept=True):
            return ClientOrderId("")
        parent = account.history.algos.get(order.algo_id, None) if order.algo_id else None
        return ClientOrderId(parent.client_algo_id if parent else order.client_id)


def _fill(trade: Trade, name: ClientOrderId) -> Fill:
    return Fill(
        trade_id=trade.trade_id,
        venue_order_id=str(trade.order_id),
        client_order_id=name,
        symbol=Symbol(trade.symbol),
        side=side_of(trade.side),
        price=Price(trade.price),
        quantity=Quantity(trade.qty),
        fee=trade.commission,
        fee_asset=trade.commission_asset,
        is_maker=trade.is_maker,
        realized_pnl=Quote(trade.realized_pnl),
        at_ms=trade.time_ms,
    )


def _settled(algo: OrderReport, child: OrderReport | None) -> OrderReport:
    return algo if child is None else settled_by_child(algo, child)
