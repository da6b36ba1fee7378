"""What must be set on the account before trading."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from noctule.domain.instrument import Instrument, TradingTerms
from noctule.domain.values import Symbol

__all__ = ["Setup", "SetupReport"]


class SetupReport(Struct, frozen=True, kw_only=True):
    """How a symbol is set now, and what of our wish has to wait."""

    symbol: Symbol
    leverage: int
    margin_type: str  # isolated | crossed
    deferred: tuple[str, ...] = ()  # what differs from the wish, and why; apply again when flat


class Setup(Protocol):
    """Leverage, margin type and terms of many symbols at once: what is asked is dear."""

    async def unfit(self) -> tuple[str, ...]:
        """Say what about the account keeps us from trading on it, each with its remedy."""
        ...

    async def apply(
        self, symbols: Sequence[Symbol], *, leverage: int, margin_type: str
    ) -> Sequence[SetupReport]:
        """Bring all symbols to this leverage and margin type; do nothing where it is so.

        What an open position or order forbids is kept as it is and reported as deferred.
        """
        ...

    async def terms(self, instruments: Iterable[Instrument]) -> Mapping[Symbol, TradingTerms]:
        """Return what trading each costs this account, and how large a position may be.

        A contract that nothing is told of is a VenueRefused that names it.
        """
        ...
