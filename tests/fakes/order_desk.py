"""An executor and a venue that answer from a script, and remember what was sent."""

from collections import deque
from collections.abc import Mapping, Sequence

from noctule.domain.errors import VenueError
from noctule.domain.instrument import Instrument
from noctule.domain.order import ClientOrderId, OrderKind, OrderRequest
from noctule.domain.position import AccountSnapshot, Fill, Income
from noctule.domain.report import OrderReport, SymbolLook
from noctule.domain.values import Symbol

__all__ = ["OrderDesk"]


class OrderDesk:
    """Takes every order as number 7; the last answer of a script holds for ever."""

    def __init__(
        self,
        *,
        cancels: Sequence[VenueError | None] = (None,),
        queries: Sequence[OrderReport | VenueError | None] = (None,),
        resting: Sequence[OrderReport] | VenueError = (),
    ) -> None:
        self.cancels = deque(cancels)
        self.queries = deque(queries)
        self.resting = resting
        self.placed: list[OrderRequest] = []
        self.cancelled: list[ClientOrderId] = []

    async def place(self, request: OrderRequest) -> str:
        self.placed.append(request)
        return "7"

    async def cancel(self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind) -> None:
        self.cancelled.append(client_order_id)
        told = self.cancels[0] if len(self.cancels) == 1 else self.cancels.popleft()
        if told is not None:
            raise told

    async def query(
        self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind
    ) -> OrderReport | None:
        told = self.queries[0] if len(self.queries) == 1 else self.queries.popleft()
        if isinstance(told, VenueError):
            raise told
        return told

    async def count_down(self, symbol: Symbol, *, timeout_ms: int) -> None:
        raise AssertionError("nobody asks")

    async def close(self) -> None:
        """Nothing is open."""

    async def instruments(self) -> Mapping[Symbol, Instrument]:
        raise AssertionError("nobody asks")

    async def snapshot(self) -> AccountSnapshot:
        if isinstance(self.resting, VenueError):
            raise self.resting
        return AccountSnapshot(at_ms=0, balances=(), positions=(), orders=tuple(self.resting))

    async def fills_since(self, symbol: Symbol, since_ms: int) -> Sequence[Fill]:
        raise AssertionError("nobody asks")

    async def orders_since(self, symbol: Symbol, since_ms: int) -> Sequence[OrderReport]:
        raise AssertionError("nobody asks")

    async def look(self, symbol: Symbol) -> SymbolLook:
        raise AssertionError("nobody asks")

    async def income_since(self, since_ms: int) -> Sequence[Income]:
        raise AssertionError("nobody asks")
