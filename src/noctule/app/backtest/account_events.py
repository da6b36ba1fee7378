"""What the simulated exchange does with our orders and money, in the events the bot is told.

The adapter has to put the story together of a stream and of answers that are late, double or
lost. Here nothing is lost and nothing comes twice, so each fact of the exchange's is one event,
and whose child an order is need not be guessed.
"""

from typing import Final

from noctule.adapters.binance.account.traces import account_trace
from noctule.adapters.sim import events, model
from noctule.adapters.sim.account import Account
from noctule.app.backtest.order_words import (
    Known,
    accepted,
    algo_ended,
    ended,
    filled,
    known_by,
    triggered,
)
from noctule.app.backtest.reports import money, position_of
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import (
    AccountSnapshotTaken,
    AccountUpdated,
    FundingPaid,
    LeverageChanged,
    MarginCalled,
    PositionReported,
)
from noctule.domain.position import AccountSnapshot, Balance
from noctule.domain.values import MINUTE_MS, Quote, Symbol

__all__ = ["AccountEvents"]

_NET: Final = model.PositionSide.BOTH  # an enum's members are slow to look up
_NEW: Final = model.OrderStatus.NEW
_PARTIALLY_FILLED: Final = model.OrderStatus.PARTIALLY_FILLED
_FILLED: Final = model.OrderStatus.FILLED
_WAITING: Final = model.AlgoStatus.NEW
_TRIGGERING: Final = model.AlgoStatus.TRIGGERING
_TRIGGERED: Final = model.AlgoStatus.TRIGGERED
_FINISHED: Final = model.AlgoStatus.FINISHED


class AccountEvents:
    """Listens to the exchange from `begin` on, and keeps what it hears until it is taken.

    What is remembered of an order is forgotten with its end, so as many are as may be open.
    """

    def __init__(self) -> None:
        self._account: Account | None = None  # nobody's events are ours before `begin`
        self._line: list[OrderEvent] = []  # as long as one turn of the exchange is eventful
        self._orders: dict[int, Known] = {}
        self._algos: dict[int, Known] = {}
        self._balance: Balance | None = None
        self._funded: dict[str, int] = {}  # by symbol, the minute of the last payment

    def begin(self, account: Account, snapshot: AccountSnapshot) -> None:
        """Tell the whole account; from here on its every change is told."""
        self._account = account
        self._orders = {
            order.order_id: known_by(order.client_id, order.symbol)
            for order in account.orders.values()
        }
        self._algos = {
            algo.algo_id: known_by(algo.client_algo_id, algo.symbol)
            for algo in account.algos.values()
        }
        self._balance = next(iter(snapshot.balances), None)
        at_ms = snapshot.at_ms
        self._line = [
            AccountSnapshotTaken(at_ms=at_ms, trace=account_trace(at_ms), snapshot=snapshot)
        ]

    def take(self) -> list[OrderEvent]:
        """Return what was heard since this was asked last, oldest first."""
        line = self._line
        if line:
            self._line = []
        return line

    def hear(self, account: Account, event: events.UserEvent) -> None:
        """Take note of something that happened to an account; others' are left out."""
        if account is not self._account:
            return
        match event:
            case events.OrderUpdated():
                self._hear_order(event)
            case events.AlgoUpdated():
                self._hear_algo(event.algo, event.time_ms)
            case events.AccountUpdated():
                self._hear_account(event)
            case events.ConfigUpdated():
                self._hear_config(event)
            case events.MarginCalled():
                self._hear_margin_call(event)
            case _:
                pass  # TRADE_LITE announces what is told in full at once

    def _hear_order(self, event: events.OrderUpdated) -> None:
        order, at_ms = event.order, event.time_ms
        known = self._orders.get(order.order_id)
        if known is None:
            known = self._orders[order.order_id] = self._announced(order, at_ms)
        if event.trade is not None:
            self._line.append(filled(event.trade, order, known, at_ms))
        status = order.status
        if status is _NEW or status is _PARTIALLY_FILLED:
            return
        del self._orders[order.order_id]
        if status is not _FILLED:
            self._line.append(ended(order, known, at_ms))

    def _announced(self, order: model.Order, at_ms: int) -> Known:
        """Tell that an order is there; a conditional one has become it."""
        algo = None if order.algo_id is None else self._algos.get(order.algo_id)
        if algo is not None:
            self._trigger(algo, order.symbol, order.order_id, at_ms)
            return algo
        known = known_by(order.client_id, order.symbol)
        self._line.append(accepted(known, order.symbol, order.order_id, at_ms))
        return known

    def _hear_algo(self, algo: model.AlgoOrder, at_ms: int) -> None:
        known = self._algos.get(algo.algo_id)
        if known is None:
            known = self._algos[algo.algo_id] = known_by(algo.client_algo_id, algo.symbol)
            self._line.append(accepted(known, algo.symbol, algo.algo_id, at_ms))
        if algo.actual_order_id is not None:
            self._trigger(known, algo.symbol, algo.actual_order_id, at_ms)
        status = algo.status
        if status is _WAITING or status is _TRIGGERING or status is _TRIGGERED:
            return
        del self._algos[algo.algo_id]
        if status is not _FINISHED:  # what became of that one, its child has told
            self._line.append(algo_ended(algo, known, at_ms))

    def _trigger(self, known: Known, symbol: str, child_id: int, at_ms: int) -> None:
        if not known.is_triggered:
            known.is_triggered = True
            self._line.append(triggered(known, symbol, child_id, at_ms))

    def _hear_account(self, event: events.AccountUpdated) -> None:
        at_ms, cause, line = event.time_ms, event.reason, self._line
        trace = account_trace(at_ms)
        for moved in event.positions:
            if moved.position.side is _NET:
                position = position_of(moved.position, at_ms)
                line.append(
                    PositionReported(at_ms=at_ms, trace=trace, position=position, cause=cause)
                )
        for change in event.balances:  # there is one asset
            self._balance = self._moved(change)
            changes = {change.asset: Quote(money(change.change))} if change.change else {}
            line.append(
                AccountUpdated(
                    at_ms=at_ms,
                    trace=trace,
                    balances=(self._balance,),
                    cause=cause,
                    changes=changes,
                )
            )
            if event.symbol is not None:
                self._hear_funding(event.symbol, change, at_ms)

    def _moved(self, change: events.BalanceChange) -> Balance:
        """Return a balance; what is available moves with it until somebody asks."""
        known, wallet = self._balance, money(change.wallet)
        available = wallet if known is None else known.available + (wallet - known.wallet)
        return Balance(asset=change.asset, wallet=Quote(wallet), available=Quote(available))

    def _hear_funding(self, symbol: str, change: events.BalanceChange, at_ms: int) -> None:
        """Tell a payment; within a minute there is but one, as the adapter counts them."""
        minute = at_ms // MINUTE_MS
        if self._funded.get(symbol) == minute:
            return
        self._funded[symbol] = minute
        self._line.append(
            FundingPaid(
                at_ms=at_ms,
                trace=account_trace(at_ms),
                symbol=Symbol(symbol),
                amount=Quote(money(change.change)),
            )
        )

    def _hear_config(self, event: events.ConfigUpdated) -> None:
        if event.symbol is None or event.leverage is None:
            return  # the asset mode, which nobody here acts upon
        at_ms, symbol = event.time_ms, Symbol(event.symbol)
        self._line.append(
            LeverageChanged(
                at_ms=at_ms, trace=account_trace(at_ms), symbol=symbol, leverage=event.leverage
            )
        )

    def _hear_margin_call(self, event: events.MarginCalled) -> None:
        at_ms = event.time_ms
        symbols = tuple(Symbol(view.position.symbol) for view in event.positions)
        self._line.append(MarginCalled(at_ms=at_ms, trace=account_trace(at_ms), symbols=symbols))
