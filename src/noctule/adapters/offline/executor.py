"""An executor that says plainly that nothing can be sent."""

from typing import NoReturn

from noctule.domain.errors import VenueUnreachable
from noctule.domain.order import ClientOrderId, OrderKind, OrderRequest
from noctule.domain.report import OrderReport
from noctule.domain.values import Symbol
from noctule.ports.setup import SetupReport

__all__ = ["OfflineExecutor", "OfflineSetup"]


class OfflineExecutor:
    """Refuses every order: nothing was sent, nothing can have happened."""

    async def place(self, request: OrderRequest) -> str:
        """Refuse."""
        return _refuse(request.client_order_id)

    async def cancel(self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind) -> None:
        """Refuse."""
        _refuse(client_order_id)

    async def query(
        self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind
    ) -> OrderReport | None:
        """Know of no order: none was ever sent."""
        return None

    async def close(self) -> None:
        """Do nothing: nothing is open."""


class OfflineSetup:
    """Accepts any leverage: there is no account to set it on."""

    async def unfit(self) -> tuple[str, ...]:
        """Find nothing wrong with no account."""
        return ()

    async def apply(self, symbol: Symbol, *, leverage: int, margin_type: str) -> SetupReport:
        """Say that it is so."""
        return SetupReport(symbol=symbol, leverage=leverage, margin_type=margin_type)


def _refuse(client_order_id: ClientOrderId) -> NoReturn:
    raise VenueUnreachable(f"no exchange is wired: {client_order_id} was not sent")
