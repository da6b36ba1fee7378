"""The questions about the account that are asked over REST, whole: pages are turned here."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.wire.account import (
    BALANCE,
    INCOME,
    POSITION_RISK,
    USER_TRADES,
    BalanceRow,
    IncomeRow,
    RiskRow,
    TradeRow,
)
from noctule.adapters.binance.wire.orders import (
    ALL_ALGO_ORDERS,
    ALL_ORDERS,
    EVERY_SYMBOL_WEIGHT,
    OPEN_ALGO_ORDERS,
    OPEN_ORDERS,
    QUERY_ALGO_ORDER,
    QUERY_ORDER,
    AlgoRow,
    OrderRow,
    algo_report_of,
    order_report_of,
)
from noctule.domain.errors import OrderUnknown, VenueError
from noctule.domain.report import OrderReport
from noctule.domain.values import MINUTE_MS, Symbol

__all__ = ["CLOCKS_APART_MS", "AccountQuestions", "until_now"]

CLOCKS_APART_MS: Final = MINUTE_MS  # the exchange's and ours; and how late it may list a trade

T = TypeVar("T")
_Rows = Callable[[int, int], Awaitable[Sequence[T]]]

_WEEK_MS: Final = 7 * 24 * 60 * 60_000  # the longest span one request may cover
_ROWS_MAX: Final = 1_000
_PAGES_MAX: Final = 200
_FUNDING: Final = "FUNDING_FEE"


class _InstantFull(VenueError):
    """More happened within a millisecond than a page holds: no span shows all of it."""


class AccountQuestions:
    """Asks in the lane of those who settle doubts; every failure is a VenueError."""

    def __init__(self, rest: BinanceRest) -> None:
        self._rest = rest

    async def balances(self) -> list[BalanceRow]:
        """Return every asset."""
        return await self._rest.run(BALANCE, self._rest.client.balance, lane=Lane.AUDIT)

    async def positions(self) -> list[RiskRow]:
        """Return what is held; a flat symbol without orders is not among it."""
        client = self._rest.client
        return await self._rest.run(POSITION_RISK, client.get_position_risk, lane=Lane.AUDIT)

    async def resting(self) -> list[OrderReport]:
        """Return the open regular orders of all symbols."""
        client = self._rest.client
        rows = await self._rest.run(
            OPEN_ORDERS, client.open_orders, lane=Lane.AUDIT, weight=EVERY_SYMBOL_WEIGHT
        )
        return [order_report_of(row) for row in rows]

    async def waiting(self) -> list[OrderReport]:
        """Return the open conditional orders of all symbols."""
        client = self._rest.client
        rows = await self._rest.run(
            OPEN_ALGO_ORDERS, client.open_algo_orders, lane=Lane.AUDIT, weight=EVERY_SYMBOL_WEIGHT
        )
        return [algo_report_of(row) for row in rows]

    async def order(self, symbol: Symbol, order_id: str) -> OrderReport | None:
        """Return a regular order by the exchange's id; None if it knows none (yet, or any more)."""
        client = self._rest.client
        try:
            row = await self._rest.run(
                QUERY_ORDER,
                lambda: client.query_order(symbol, order_id=order_id),
                lane=Lane.AUDIT,
            )
        except OrderUnknown:
            return None
        return order_report_of(row)

    async def algo(self, algo_id: str) -> OrderReport | None:
        """Return a conditional order by the exchange's id; None if it knows none (it forgets)."""
        client = self._rest.client
        try:
            row = await self._rest.run(
                QUERY_ALGO_ORDER,
                lambda: client.query_algo_order(algo_id=algo_id),
                lane=Lane.AUDIT,
            )
        except OrderUnknown:
            return None
        return algo_report_of(row)

    async def newest_trade(self, symbol: Symbol) -> int | None:
        """Return the id of a symbol's latest trade of the last seven days."""
        rows = await self._trades(symbol, limit=1)
        return rows[-1].id if rows else None

    async def trades_from(self, symbol: Symbol, trade_id: int) -> list[TradeRow]:
        """Return a symbol's trades from this one on, in the order of their ids."""
        trades: list[TradeRow] = []
        for _ in range(_PAGES_MAX):
            rows = await self._trades(symbol, from_id=trade_id, limit=_ROWS_MAX)
            trades += rows
            if len(rows) < _ROWS_MAX:
                return trades
            trade_id = max(row.id for row in rows) + 1
        raise VenueError(f"{symbol} has more trades than {_PAGES_MAX} pages hold")

    async def trades_between(self, symbol: Symbol, start_ms: int, end_ms: int) -> list[TradeRow]:
        """Return a symbol's trades within both times, in the order of their ids."""

        async def rows(start_ms: int, end_ms: int) -> list[TradeRow]:
            return await self._trades(symbol, start_time=start_ms, end_time=end_ms, limit=_ROWS_MAX)

        try:
            found = await _all_between(rows, start_ms, end_ms)
        except _InstantFull:
            every = await self.trades_from(symbol, 1)
            found = [row for row in every if start_ms <= row.time <= end_ms]
        by_id = {row.id: row for row in found}
        return [by_id[trade_id] for trade_id in sorted(by_id)]

    async def orders_between(self, symbol: Symbol, start_ms: int, end_ms: int) -> list[OrderRow]:
        """Return a symbol's regular orders made within both times, the ended ones too."""
        client = self._rest.client

        async def rows(start_ms: int, end_ms: int) -> list[OrderRow]:
            return await self._rest.run(
                ALL_ORDERS,
                lambda: client.all_orders(
                    symbol=symbol, start_time=start_ms, end_time=end_ms, limit=_ROWS_MAX
                ),
                lane=Lane.AUDIT,
            )

        return await _all_between(rows, start_ms, end_ms)

    async def algos_between(self, symbol: Symbol, start_ms: int, end_ms: int) -> list[AlgoRow]:
        """Return a symbol's conditional orders made within both times, the ended ones too."""
        client = self._rest.client

        async def rows(start_ms: int, end_ms: int) -> list[AlgoRow]:
            return await self._rest.run(
                ALL_ALGO_ORDERS,
                lambda: client.all_algo_orders(
                    symbol, start_time=start_ms, end_time=end_ms, limit=_ROWS_MAX
                ),
                lane=Lane.AUDIT,
            )

        return await _all_between(rows, start_ms, end_ms)

    async def funding_between(self, start_ms: int, end_ms: int) -> list[IncomeRow]:
        """Return the funding of all symbols within both times."""
        return await self.income_between(start_ms, end_ms, kind=_FUNDING)

    async def income_between(
        self, start_ms: int, end_ms: int, *, kind: str | None = None
    ) -> list[IncomeRow]:
        """Return the bookings within both times; without a kind all of them."""
        client = self._rest.client

        async def rows(start_ms: int, end_ms: int) -> list[IncomeRow]:
            return await self._rest.run(
                INCOME,
                lambda: client.get_income_history(
                    incomeType=kind, startTime=start_ms, endTime=end_ms, limit=_ROWS_MAX
                ),
                lane=Lane.AUDIT,
            )

        return await _all_between(rows, start_ms, end_ms)

    async def _trades(self, symbol: Symbol, **parameters: int) -> list[TradeRow]:
        client = self._rest.client
        return await self._rest.run(
            USER_TRADES,
            lambda: client.get_account_trades(symbol, **parameters),
            lane=Lane.AUDIT,
        )


def until_now(since_ms: int, *, now_ms: int) -> int:
    """Return up to when to ask: what our clock would leave out costs no further request."""
    return max(now_ms + CLOCKS_APART_MS, since_ms + _WEEK_MS - 1)


async def _all_between(rows: _Rows[T], start_ms: int, end_ms: int) -> list[T]:
    """Ask for a span by weeks, and by halves of them where a page is full.

    Which end of a span a full page shows is told differently here and there, so it is not used.
    """
    found: list[T] = []
    spans = [
        (first_ms, min(first_ms + _WEEK_MS, end_ms + 1) - 1)
        for first_ms in range(end_ms - (end_ms - start_ms) % _WEEK_MS, start_ms - 1, -_WEEK_MS)
    ]
    pages = 0
    while spans:
        first_ms, last_ms = spans.pop()
        pages += 1
        if pages > _PAGES_MAX:
            raise VenueError(f"more time or rows than {_PAGES_MAX} pages hold")
        page = await rows(first_ms, last_ms)
        if len(page) < _ROWS_MAX:
            found += page
            continue
        if first_ms == last_ms:
            raise _InstantFull(f"a page holds only {_ROWS_MAX} rows of the time {first_ms}")
        middle_ms = (first_ms + last_ms) // 2
        spans += [(middle_ms + 1, last_ms), (first_ms, middle_ms)]
    return found
