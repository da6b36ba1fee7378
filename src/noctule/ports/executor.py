"""Where orders go."""

from typing import Protocol

from noctule.domain.order import ClientOrderId, OrderKind, OrderRequest
from noctule.domain.report import OrderReport
from noctule.domain.values import Symbol

__all__ = ["Executor"]


class Executor(Protocol):
    """Sends and cancels orders; every failure is one of the VenueError classes.

    `OutcomeUnknown` means the venue may have acted: the caller asks, it never sends again.
    """

    async def place(self, request: OrderRequest) -> str:
        """Send an order and return the venue's id for it."""
        ...

    async def cancel(self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind) -> None:
        """Cancel an order; the kind tells which of the venue's services has it."""
        ...

    async def query(
        self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind
    ) -> OrderReport | None:
        """Return what the venue knows of an order of ours; None when it knows none of that id."""
        ...

    async def count_down(self, symbol: Symbol, *, timeout_ms: int) -> None:
        """Let the venue cancel every regular order of a symbol unless told again in time.

        Zero calls it off. Conditional orders are not touched.
        """
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...
