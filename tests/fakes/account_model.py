"""An account small enough to be right at sight: orders, trades, and what is said of them.

It answers as REST would, and between any two answers it may let something happen.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from typing_extensions import override

from noctule.adapters.binance.account.questions import AccountQuestions
from noctule.adapters.binance.wire.account import BalanceRow, IncomeRow, RiskRow, TradeRow
from noctule.adapters.binance.wire.orders import OrderRow, order_report_of
from noctule.domain.report import OrderReport
from noctule.domain.values import Side, Symbol
from tests.fakes.user_frames import account_frame, hint_frame, order_frame

__all__ = ["AccountModel"]

KINDS: Final = ("TRADE_LITE", "ACCOUNT_UPDATE", "ORDER_TRADE_UPDATE")
_PRICE: Final = Decimal(60_000)
_WALLET: Final = "1000"


class _Order:
    def __init__(self, order_id: int, symbol: Symbol, side: Side, quantity: int) -> None:
        self.order_id, self.symbol, self.side, self.quantity = order_id, symbol, side, quantity
        self.filled = 0
        self.status = "NEW"

    @property
    def client_id(self) -> str:
        return f"order-{self.order_id}"

    @property
    def is_open(self) -> bool:
        return self.status in ("NEW", "PARTIALLY_FILLED")


class AccountModel(AccountQuestions):
    """Trades in steps of one, at one price, without fees."""

    def __init__(self) -> None:
        self.at_ms = 1_000_000
        self.orders: dict[int, _Order] = {}
        self.trades: list[TradeRow] = []
        self.held: dict[Symbol, int] = {}
        self.frames: dict[str, list[bytes]] = {kind: [] for kind in KINDS}  # not delivered yet
        self.algos: dict[str, OrderReport] = {}  # that are known, but not among those that wait
        self.forgets = False  # which orders there were
        self.funding_asked = 0
        self.happen: Callable[[], None] = lambda: None  # between two answers

    # What is done.

    def place(self, symbol: Symbol, side: Side, quantity: int) -> None:
        order = _Order(1_000 + len(self.orders), symbol, side, quantity)
        self.orders[order.order_id] = order
        self._say(order, "NEW")

    def trade(self, order: _Order) -> None:
        self.at_ms += 1
        order.filled += 1
        order.status = "FILLED" if order.filled == order.quantity else "PARTIALLY_FILLED"
        row = TradeRow(
            symbol=order.symbol,
            id=50 + len(self.trades),
            order_id=order.order_id,
            side=order.side,
            price=_PRICE,
            qty=Decimal(1),
            commission=Decimal(0),
            commission_asset="USDT",
            time=self.at_ms,
        )
        self.trades.append(row)
        held = self.held.get(order.symbol, 0) + order.side.sign
        self.held[order.symbol] = held
        hint = hint_frame(row.id, symbol=order.symbol, at_ms=self.at_ms)
        moved = account_frame(str(held), wallet=_WALLET, symbol=order.symbol, at_ms=self.at_ms)
        self.frames["TRADE_LITE"].append(hint)
        self.frames["ACCOUNT_UPDATE"].append(moved)
        self._say(order, "TRADE", row)

    def cancel(self, order: _Order) -> None:
        self.at_ms += 1
        order.status = "CANCELED"
        self._say(order, "CANCELED")

    def open_orders(self) -> list[_Order]:
        return [order for order in self.orders.values() if order.is_open]

    def _say(self, order: _Order, execution: str, trade: TradeRow | None = None) -> None:
        traded = {"l": "1", "t": trade.id} if trade else {"l": "0", "t": 0}
        frame = order_frame(
            at_ms=self.at_ms,
            s=order.symbol,
            c=order.client_id,
            S=order.side.value,
            q=str(order.quantity),
            z=str(order.filled),
            x=execution,
            X=order.status,
            i=order.order_id,
            n="0",
            **traded,
        )
        self.frames["ORDER_TRADE_UPDATE"].append(frame)

    # What is answered.

    @override
    async def balances(self) -> list[BalanceRow]:
        self.happen()
        return [BalanceRow(asset="USDT", balance=Decimal(_WALLET), available_balance=Decimal(1))]

    @override
    async def positions(self) -> list[RiskRow]:
        self.happen()
        return [
            RiskRow(symbol, Decimal(held), _PRICE, update_time=self._traded_ms(symbol))
            for symbol, held in self.held.items()
            if held
        ]

    @override
    async def resting(self) -> list[OrderReport]:
        self.happen()
        return [_report(order, self.at_ms) for order in self.open_orders()]

    @override
    async def waiting(self) -> list[OrderReport]:
        self.happen()
        return []

    @override
    async def order(self, symbol: Symbol, order_id: str) -> OrderReport | None:
        self.happen()
        return None if self.forgets else _report(self.orders[int(order_id)], self.at_ms)

    @override
    async def algo(self, algo_id: str) -> OrderReport | None:
        self.happen()
        return self.algos.get(algo_id)

    @override
    async def newest_trade(self, symbol: Symbol) -> int | None:
        self.happen()
        return max((row.id for row in self.trades if row.symbol == symbol), default=None)

    @override
    async def trades_from(self, symbol: Symbol, trade_id: int) -> list[TradeRow]:
        self.happen()
        return [row for row in self.trades if row.symbol == symbol and row.id >= trade_id]

    @override
    async def trades_between(self, symbol: Symbol, start_ms: int, end_ms: int) -> list[TradeRow]:
        return await self.trades_from(symbol, 0)

    @override
    async def funding_between(self, start_ms: int, end_ms: int) -> list[IncomeRow]:
        self.happen()
        self.funding_asked += 1
        return []

    def _traded_ms(self, symbol: Symbol) -> int:
        return max(row.time for row in self.trades if row.symbol == symbol)


def _report(order: _Order, at_ms: int) -> OrderReport:
    return order_report_of(
        OrderRow(
            symbol=order.symbol,
            order_id=order.order_id,
            status=order.status,
            side=order.side,
            client_order_id=order.client_id,
            orig_qty=Decimal(order.quantity),
            executed_qty=Decimal(order.filled),
            type="MARKET",
            update_time=at_ms,
        )
    )
