"""One errand over its port: what is called, and what is told when the venue says yes."""

from collections.abc import Callable

from noctule.domain.errors import BudgetExhausted, VenueError, VenueUnreachable
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.desk import CancelAccepted, OrderReported, SymbolReported
from noctule.domain.events.order import OrderAccepted, OrderSubmitted
from noctule.domain.order import ClientOrderId, OrderKind, OrderRequest
from noctule.domain.values import Symbol
from noctule.engine.lane_queue import Errand
from noctule.orders.steps import Ask, Cancel, CountDown, Look, Send
from noctule.ports.clock import Clock
from noctule.ports.executor import Executor
from noctule.ports.venue import Venue

__all__ = ["LaneCalls"]


class LaneCalls:
    """Asks executor and venue, and tells what they answer; their failures are left to the lanes."""

    def __init__(
        self,
        *,
        executor: Executor,
        venue: Venue,
        clock: Clock,
        tell: Callable[[OrderEvent], None],
    ) -> None:
        self._executor = executor
        self._venue = venue
        self._clock = clock
        self._tell = tell  # does not wait

    async def make(self, errand: Errand) -> None:
        """Make the call that an errand needs."""
        symbol, trace = errand.symbol, errand.trace
        match errand.step:
            case Send(request=request, countdown_ms=countdown_ms):
                if countdown_ms is not None:
                    await self._promise_cancel(symbol, countdown_ms)
                await self._place(request, trace)
            case Cancel(client_order_id=name, kind=kind):
                await self._cancel(symbol, name, kind, trace)
            case Ask(client_order_id=name, kind=kind):
                await self._query(symbol, name, kind, trace)
            case Look():
                look = await self._venue.look(symbol)
                self._tell(SymbolReported(at_ms=self._clock.now_ms(), trace=trace, look=look))
            case CountDown(timeout_ms=timeout_ms):
                await self._executor.count_down(symbol, timeout_ms=timeout_ms)

    async def _promise_cancel(self, symbol: Symbol, countdown_ms: int) -> None:
        """Begin the countdown; an order that would rest without it is not sent."""
        try:
            await self._executor.count_down(symbol, timeout_ms=countdown_ms)
        except BudgetExhausted:
            raise
        except VenueError as exc:
            raise VenueUnreachable(f"no countdown would cancel it: {exc}") from exc

    async def _place(self, request: OrderRequest, trace: str) -> None:
        """Send an order; that it was sent is heard of when its bytes are on their way already."""
        symbol, name = request.symbol, request.client_order_id
        self._tell(
            OrderSubmitted(
                at_ms=self._clock.now_ms(), trace=trace, symbol=symbol, client_order_id=name
            )
        )
        venue_order_id = await self._executor.place(request)
        self._tell(
            OrderAccepted(
                at_ms=self._clock.now_ms(),
                trace=trace,
                symbol=symbol,
                client_order_id=name,
                venue_order_id=venue_order_id,
            )
        )

    async def _cancel(
        self, symbol: Symbol, name: ClientOrderId, kind: OrderKind, trace: str
    ) -> None:
        await self._executor.cancel(symbol, name, kind)
        self._tell(
            CancelAccepted(
                at_ms=self._clock.now_ms(), trace=trace, symbol=symbol, client_order_id=name
            )
        )

    async def _query(
        self, symbol: Symbol, name: ClientOrderId, kind: OrderKind, trace: str
    ) -> None:
        report = await self._executor.query(symbol, name, kind)
        self._tell(
            OrderReported(
                at_ms=self._clock.now_ms(),
                trace=trace,
                symbol=symbol,
                client_order_id=name,
                report=report,
            )
        )
