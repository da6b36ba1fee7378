"""BinanceVenue: what the exchange answers when it is asked, whole, in our words."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from msgspec import structs

from noctule.adapters.binance.account.questions import AccountQuestions, until_now
from noctule.adapters.binance.account.symbol_look import look_at
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.wire.account import (
    NET,
    balance_of,
    income_of,
    position_of,
    traded_fill_of,
)
from noctule.adapters.binance.wire.orders import (
    algo_report_of,
    order_report_of,
    settled_by_child,
)
from noctule.domain.instrument import Instrument
from noctule.domain.order import ClientOrderId, OrderState
from noctule.domain.position import AccountSnapshot, Fill, Income
from noctule.domain.report import OrderReport, SymbolLook
from noctule.domain.values import MINUTE_MS, Price, Symbol

__all__ = ["BinanceVenue"]

_DAY_MS: Final = 24 * 60 * MINUTE_MS
_WEEK_MS: Final = 7 * _DAY_MS
_KEPT_MS: Final = 89 * _DAY_MS  # bookings are kept for three months (facts 2.3)
_NOBODY: Final = ClientOrderId("")  # of an order that the exchange has forgotten
_FIRED: Final = (OrderState.FILLED, OrderState.UNKNOWN)

Instruments = Mapping[Symbol, Instrument]


class BinanceVenue:
    """A Venue over REST; conditional orders and the orders they become are told as one."""

    def __init__(
        self, rest: BinanceRest, *, instruments: Callable[[], Awaitable[Instruments]]
    ) -> None:
        self._rest = rest
        self._questions = AccountQuestions(rest)
        self._instruments = instruments

    async def instruments(self) -> Instruments:
        """Return the rules of every contract; the mapping stays true while they change."""
        return await self._instruments()

    async def snapshot(self) -> AccountSnapshot:
        """Return balances, positions and all resting orders, conditional ones too."""
        orders = (*await self._questions.resting(), *await self._questions.waiting())
        rows = await self._questions.positions()
        net = [row for row in rows if row.position_side == NET]
        held = list(map(position_of, net))
        balances = await self._questions.balances()
        return AccountSnapshot(
            at_ms=self._rest.time.now_ms(),
            balances=tuple(map(balance_of, balances)),
            positions=tuple(each for each in held if not each.is_flat),
            orders=orders,
            marks={row.symbol: Price(row.mark_price) for row in net if row.mark_price},
        )

    async def fills_since(self, symbol: Symbol, since_ms: int) -> Sequence[Fill]:
        """Return the account's trades of a symbol from this instant on, oldest first."""
        rows = await self._questions.trades_between(symbol, since_ms, self._until_ms(since_ms))
        wanted = {str(row.order_id) for row in rows}
        names = await self._names(symbol, wanted, since_ms) if wanted else {}
        fills = [traded_fill_of(row, names.get(str(row.order_id), _NOBODY)) for row in rows]
        return sorted(fills, key=lambda fill: (fill.at_ms, fill.trade_id))

    async def orders_since(self, symbol: Symbol, since_ms: int) -> Sequence[OrderReport]:
        """Return all orders of a symbol from this instant on, the ended ones too."""
        until_ms = self._until_ms(since_ms)
        rows = await self._questions.orders_between(symbol, since_ms, until_ms)
        orders = {str(row.order_id): order_report_of(row) for row in rows}
        algo_rows = await self._questions.algos_between(symbol, since_ms, until_ms)
        algos = [_with_child_id(algo_report_of(row), orders) for row in algo_rows]
        told = [_settled(algo, orders) for algo in algos]
        children = {algo.child_order_id for algo in algos}
        told += [order for order_id, order in orders.items() if order_id not in children]
        return sorted(told, key=lambda report: (report.updated_ms, report.venue_order_id))

    async def look(self, symbol: Symbol) -> SymbolLook:
        """Return what is held of one symbol and what rests there; cheap, and asked in need."""
        return await look_at(self._rest, symbol)

    async def income_since(self, since_ms: int) -> Sequence[Income]:
        """Return every booking of the account from this instant on, oldest first.

        What is older than the exchange keeps is not there.
        """
        first_ms = max(since_ms, self._rest.time.now_ms() - _KEPT_MS)
        rows = await self._questions.income_between(first_ms, self._until_ms(first_ms))
        return sorted(map(income_of, rows), key=lambda booking: booking.at_ms)

    async def _names(
        self, symbol: Symbol, order_ids: set[str], since_ms: int
    ) -> dict[str, ClientOrderId]:
        """Return under which names orders were placed, which no trade tells.

        A child's is its parent's, which may have waited for days: a week is looked back.
        """
        until_ms = self._until_ms(since_ms)
        rows = await self._questions.orders_between(symbol, since_ms, until_ms)
        orders = {str(row.order_id): order_report_of(row) for row in rows}
        for order_id in sorted(order_ids - orders.keys()):
            order = await self._questions.order(symbol, order_id)
            if order is not None:
                orders[order_id] = order
        names = {order_id: order.client_order_id for order_id, order in orders.items()}
        if any(order.kind.is_conditional for order in orders.values()):
            begin_ms = since_ms - _WEEK_MS
            algos = await self._questions.algos_between(symbol, begin_ms, until_ms)
            parents = [_with_child_id(algo_report_of(row), orders) for row in algos]
            names |= {each.child_order_id or "": each.client_order_id for each in parents}
        return names

    def _until_ms(self, since_ms: int) -> int:
        return until_now(since_ms, now_ms=self._rest.time.now_ms())


def _with_child_id(algo: OrderReport, orders: Mapping[str, OrderReport]) -> OrderReport:
    """Join a conditional order to its child by their name, where the exchange tells no id."""
    if algo.child_order_id is not None or algo.state not in _FIRED:
        return algo
    child = next(
        (
            order_id
            for order_id, order in orders.items()
            if order.kind.is_conditional and order.client_order_id == algo.client_order_id
        ),
        None,
    )
    return structs.replace(algo, child_order_id=child)


def _settled(algo: OrderReport, orders: Mapping[str, OrderReport]) -> OrderReport:
    child = orders.get(algo.child_order_id or "")
    return algo if child is None else settled_by_child(algo, child)
