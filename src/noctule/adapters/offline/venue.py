"""A venue where nothing is held, nothing rests and nothing ever happened."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal

from noctule.domain.instrument import Instrument
from noctule.domain.position import AccountSnapshot, Fill, Income
from noctule.domain.report import OrderReport, SymbolLook
from noctule.domain.values import Symbol
from noctule.ports.clock import Clock

__all__ = ["OfflineVenue"]


class OfflineVenue:
    """Knows the contracts, which need no account, and of the account that it is empty."""

    def __init__(
        self, clock: Clock, *, instruments: Callable[[], Awaitable[Mapping[Symbol, Instrument]]]
    ) -> None:
        self._clock = clock
        self._instruments = instruments

    async def instruments(self) -> Mapping[Symbol, Instrument]:
        """Return the rules of every contract that could be traded."""
        return await self._instruments()

    async def snapshot(self) -> AccountSnapshot:
        """Return an empty account."""
        return AccountSnapshot(at_ms=self._clock.now_ms(), balances=(), positions=())

    async def fills_since(self, symbol: Symbol, since_ms: int) -> Sequence[Fill]:
        """Return none."""
        return ()

    async def orders_since(self, symbol: Symbol, since_ms: int) -> Sequence[OrderReport]:
        """Return none."""
        return ()

    async def look(self, symbol: Symbol) -> SymbolLook:
        """Return that it is flat."""
        return SymbolLook(
            symbol=symbol,
            signed_quantity=Decimal(0),
            entry_price=None,
            orders=(),
            at_ms=self._clock.now_ms(),
        )

    async def income_since(self, since_ms: int) -> Sequence[Income]:
        """Return none."""
        return ()
