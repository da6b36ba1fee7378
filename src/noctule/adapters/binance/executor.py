"""OrderExecutionManager: orders sent, cancelled and asked for, exact about every outcome."""

from collections.abc import Callable
from functools import partial
from typing import Final

from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.rest.client import AsyncFutures, Sending
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.wire.order_parameters import algo_order_parameters, order_parameters
from noctule.adapters.binance.wire.orders import (
    CANCEL_ALGO_ORDER,
    CANCEL_ORDER,
    COUNT_DOWN,
    NEW_ALGO_ORDER,
    NEW_ORDER,
    QUERY_ALGO_ORDER,
    QUERY_ORDER,
    algo_report_of,
    order_report_of,
    settled_by_child,
)
from noctule.domain.errors import FilterViolated, OrderUnknown
from noctule.domain.order import ClientOrderId, Leg, OrderKind, OrderRequest, OrderState
from noctule.domain.report import OrderReport
from noctule.domain.values import Symbol

__all__ = ["OrderExecutionManager", "draw_up"]

# Refusals that other rules of the contract explain; the rest go by the price of the moment.
_BY_RULES: Final = frozenset({-1111, -4014, -4023, *range(-4005, -4000)})
_FIRED: Final = (OrderState.FILLED, OrderState.UNKNOWN)


class OrderExecutionManager:
    """Implements the Executor port over REST; conditional orders live in a service of their own.

    What trades is sent again only where the exchange says that it was not executed: after
    OutcomeUnknown there is one order of this id or none. DuplicateClientId says that an order of
    this id rests: an earlier send worked, and asking tells more.

    A query that finds nothing proves little right after a placement: the conditional service lags
    behind its own answers (facts 2.5, point 7). Whoever asks decides how long to have patience.
    """

    def __init__(self, rest: BinanceRest, *, on_unfit: Callable[[], object] = lambda: None) -> None:
        self._rest = rest
        self._on_unfit = on_unfit  # an order, for its contract: the rules may be others

    async def place(self, request: OrderRequest) -> str:
        """Send an order and return the venue's id for it."""
        try:
            return await self._place(request)
        except FilterViolated as exc:
            if exc.code in _BY_RULES:
                self._on_unfit()
            raise

    async def _place(self, request: OrderRequest) -> str:
        ask, lane = partial(draw_up, self._rest.client, request), _lane_of(request)
        if request.kind.is_conditional:
            row = await self._rest.run(NEW_ALGO_ORDER, ask, lane=lane)
            return str(row.algo_id)
        placed = await self._rest.run(NEW_ORDER, ask, lane=lane)
        return str(placed.order_id)

    async def cancel(self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind) -> None:
        """Cancel an order; OrderUnknown says that there is none of this id to cancel.

        It may be gone by our own doing: a cancel whose answer is lost is sent again, and then
        finds nothing. How an order ended, what it filled before, and which service has it is for
        a query to tell.
        """
        client = self._rest.client
        if kind.is_conditional:
            await self._rest.run(
                CANCEL_ALGO_ORDER,
                lambda: client.cancel_algo_order(client_algo_id=client_order_id),
                lane=Lane.GUARD,
            )
            return
        await self._rest.run(
            CANCEL_ORDER,
            lambda: client.cancel_order(symbol, orig_client_order_id=client_order_id),
            lane=Lane.GUARD,
        )

    async def query(
        self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind
    ) -> OrderReport | None:
        """Return what the venue knows of an order; None when it knows none of that id."""
        try:
            if kind.is_conditional:
                return await self._query_algo(client_order_id)
            return await self._query(symbol, orig_client_order_id=client_order_id)
        except OrderUnknown:
            return None

    async def count_down(self, symbol: Symbol, *, timeout_ms: int) -> None:
        """Let the exchange cancel the symbol's regular orders unless told again in time.

        Zero calls it off. An unknown outcome leaves the countdown running that was told before.
        """
        assert timeout_ms >= 0, f"timeout_ms is {timeout_ms}"
        client = self._rest.client
        await self._rest.run(
            COUNT_DOWN,
            lambda: client.countdown_cancel_order(symbol, timeout_ms),
            lane=Lane.GUARD,
        )

    async def close(self) -> None:
        """Do nothing: the connection is the transport's, and others use it."""

    async def _query(self, symbol: Symbol, **which: str) -> OrderReport:
        client = self._rest.client
        row = await self._rest.run(
            QUERY_ORDER,
            lambda: client.urgent(client.query_order(symbol, **which)),
            lane=Lane.GUARD,
        )
        return order_report_of(row)

    async def _query_algo(self, client_order_id: ClientOrderId) -> OrderReport:
        """Ask for a conditional order, and for its child: only that one knows how it ended."""
        client = self._rest.client
        row = await self._rest.run(
            QUERY_ALGO_ORDER,
            lambda: client.urgent(client.query_algo_order(client_algo_id=client_order_id)),
            lane=Lane.GUARD,
        )
        report = algo_report_of(row)
        if report.state not in _FIRED or report.child_order_id is None:
            return report
        try:
            child = await self._query(report.symbol, order_id=report.child_order_id)
        except OrderUnknown:  # not yet, or no more; the order itself is there all the same
            return report
        return settled_by_child(report, child)


def draw_up(client: AsyncFutures, request: OrderRequest) -> Sending:
    """Return an order, written and signed, that is sent once it is awaited."""
    if request.kind.is_conditional:
        path, asked = "/fapi/v1/algoOrder", algo_order_parameters(request)
    else:
        path, asked = "/fapi/v1/order", order_parameters(request)
    sending: Sending = client.sign_request("POST", path, asked)
    return sending


def _lane_of(request: OrderRequest) -> Lane:
    return Lane.ENTRY if request.leg is Leg.ENTRY else Lane.GUARD
