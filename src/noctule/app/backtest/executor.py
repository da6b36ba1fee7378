"""Orders handed to the simulated exchange across a counter: no bytes, and no waiting."""

from decimal import Decimal
from functools import partial
from typing import Final

from noctule.adapters.binance.wire.orders import settled_by_child
from noctule.adapters.sim import model
from noctule.adapters.sim.account import Account
from noctule.adapters.sim.exchange import Exchange
from noctule.adapters.sim.specs import AlgoSpec, OrderSpec
from noctule.app.backtest.answers import answered, contract, failure_of
from noctule.app.backtest.reports import algo_report, order_report
from noctule.domain.errors import OrderUnknown
from noctule.domain.order import (
    ClientOrderId,
    OrderKind,
    OrderRequest,
    OrderState,
    TimeInForce,
    WorkingType,
)
from noctule.domain.report import OrderReport
from noctule.domain.values import Side, Symbol

__all__ = ["CounterExecutor", "algo_spec", "order_spec"]

_FIRED: Final = (OrderState.FILLED, OrderState.UNKNOWN)
_COUNTDOWN_MAX_MS: Final = 24 * 60 * 60_000
_TOO_LONG: Final = model.Refusal(-1130, "Data sent for parameter 'countdownTime' is not valid.")
_PERCENT: Final = 100
_SECOND_MS: Final = 1_000
_ZERO: Final = Decimal(0)
_SIDES: Final = {side: model.Side[side.name] for side in Side}
_TYPES: Final = {kind: model.OrderType[kind.name] for kind in OrderKind}
_TIFS: Final = {tif: model.Tif[tif.name] for tif in TimeInForce}
_WORKING_TYPES: Final = {each: model.WorkingType[each.name] for each in WorkingType}


class CounterExecutor:
    """Implements the Executor port; what is asked has happened when the answer is there."""

    def __init__(self, exchange: Exchange, account: Account) -> None:
        self._exchange = exchange
        self._account = account

    async def place(self, request: OrderRequest) -> str:
        """Send an order and return the venue's id for it."""
        exchange, account = self._exchange, self._account
        if request.kind.is_conditional:
            algo = answered(partial(exchange.place_algo, account, algo_spec(request)))
            return str(algo.algo_id)
        order = answered(partial(exchange.place, account, order_spec(request)))
        return str(order.order_id)

    async def cancel(self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind) -> None:
        """Cancel an order; OrderUnknown says that there is none of this id to cancel."""
        exchange, account = self._exchange, self._account
        if kind.is_conditional:
            cancel_algo = partial(exchange.cancel_algo, account, algo_id=None)
            answered(partial(cancel_algo, client_algo_id=client_order_id))
            return
        cancel = partial(exchange.cancel, account, symbol, order_id=None)
        answered(partial(cancel, client_id=client_order_id))

    async def query(
        self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind
    ) -> OrderReport | None:
        """Return what the exchange knows of an order; None when it knows none of that id."""
        try:
            if kind.is_conditional:
                return self._algo(client_order_id)
            return self._order(symbol, client_id=client_order_id)
        except OrderUnknown:
            return None

    async def count_down(self, symbol: Symbol, *, timeout_ms: int) -> None:
        """Let the exchange cancel the symbol's regular orders unless told again in time."""
        assert timeout_ms >= 0, f"timeout_ms is {timeout_ms}"
        contract(self._exchange, symbol)
        if timeout_ms > _COUNTDOWN_MAX_MS:
            raise failure_of(_TOO_LONG)
        self._exchange.countdown(self._account, symbol, timeout_ms)

    async def close(self) -> None:
        """Do nothing: there is no connection."""

    def _order(
        self, symbol: Symbol, *, order_id: int | None = None, client_id: str | None = None
    ) -> OrderReport:
        find = partial(self._exchange.find, self._account, symbol)
        order = answered(partial(find, order_id=order_id, client_id=client_id))
        return order_report(order, self._exchange.rules[symbol])

    def _algo(self, client_order_id: ClientOrderId) -> OrderReport:
        """Tell a conditional order, and its child's fate: only that one knows how it ended."""
        find = partial(self._exchange.find_algo, self._account, algo_id=None)
        algo = answered(partial(find, client_algo_id=client_order_id))
        report = algo_report(
            algo,
            self._exchange.rules[algo.symbol],
            filled=algo.actual_qty if algo.actual_price else _ZERO,
        )
        if report.state not in _FIRED or algo.actual_order_id is None:
            return report
        try:
            child = self._order(report.symbol, order_id=algo.actual_order_id)
        except OrderUnknown:  # no more; the order itself is there all the same
            return report
        return settled_by_child(report, child)


def order_spec(request: OrderRequest) -> OrderSpec:
    """Return what a regular order asks for: MARKET and LIMIT."""
    assert request.quantity is not None, f"{request.client_order_id} has no quantity"
    is_limit = request.kind is OrderKind.LIMIT
    return OrderSpec(
        symbol=request.symbol,
        side=_SIDES[request.side],
        type=_TYPES[request.kind],
        tif=_TIFS[request.time_in_force or TimeInForce.GTC] if is_limit else None,
        qty=request.quantity,
        price=request.price,
        reduce_only=request.reduces_only,
        client_id=request.client_order_id,
        good_till_ms=(request.good_till_ms or 0) // _SECOND_MS * _SECOND_MS,
    )


def algo_spec(request: OrderRequest) -> AlgoSpec:
    """Return what a conditional order asks for; without a quantity it closes what is held."""
    closes, share = request.quantity is None, request.callback_share
    has_price = request.price is not None
    return AlgoSpec(
        symbol=request.symbol,
        side=_SIDES[request.side],
        type=_TYPES[request.kind],
        tif=_TIFS[request.time_in_force or TimeInForce.GTC] if has_price else None,
        qty=request.quantity,
        price=request.price,
        trigger_price=request.trigger_price,
        callback_rate=None if share is None else (share * _PERCENT).normalize(),
        reduce_only=request.reduces_only and not closes,
        close_position=closes,
        working_type=_WORKING_TYPES[request.working_type or WorkingType.CONTRACT_PRICE],
        client_algo_id=request.client_order_id,
    )
