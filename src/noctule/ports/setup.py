"""What must be set on the account before trading."""

from typing import Protocol

from noctule.domain.values import Symbol

__all__ = ["Setup"]


class Setup(Protocol):
    """Leverage and margin type, symbol by symbol."""

    async def apply(self, symbol: Symbol, *, leverage: int, margin_type: str) -> None:
        """Bring one symbol to this leverage and margin type; do nothing where it is so."""
        ...
