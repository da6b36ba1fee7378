"""What the venue answers when it is asked."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from noctule.domain.instrument import Instrument
from noctule.domain.position import AccountSnapshot, Fill, Income
from noctule.domain.report import OrderReport, SymbolLook
from noctule.domain.values import Symbol

__all__ = ["Venue"]


class Venue(Protocol):
    """The exchange is the truth: these are the questions whose answers settle a doubt."""

    async def instruments(self) -> Mapping[Symbol, Instrument]:
        """Return the rules of every contract; the mapping stays true while they change."""
        ...

    async def snapshot(self) -> AccountSnapshot:
        """Return balances, positions and all resting orders, conditional ones too."""
        ...

    async def fills_since(self, symbol: Symbol, since_ms: int) -> Sequence[Fill]:
        """Return the account's trades of a symbol from this instant on, oldest first."""
        ...

    async def orders_since(self, symbol: Symbol, since_ms: int) -> Sequence[OrderReport]:
        """Return all orders of a symbol from this instant on, the ended ones too."""
        ...

    async def look(self, symbol: Symbol) -> SymbolLook:
        """Return what is held of one symbol and what rests there; cheap, and asked in need."""
        ...

    async def income_since(self, since_ms: int) -> Sequence[Income]:
        """Return every booking of the account from this instant on, oldest first."""
        ...
