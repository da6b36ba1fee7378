"""What is traded, by which rules and on which terms; read at the start, known ever after."""

from collections.abc import Iterable, Mapping

from noctule.domain.instrument import Instrument, TradingTerms
from noctule.domain.values import Symbol
from noctule.ports.setup import Setup
from noctule.ports.venue import Venue

__all__ = ["Contracts"]


class Contracts:
    """The rules and terms of the traded symbols, so that no entry has to ask for them."""

    def __init__(self) -> None:
        self._instruments: Mapping[Symbol, Instrument] = {}
        self._terms: dict[Symbol, TradingTerms] = {}  # as many as are traded

    async def read_rules(self, venue: Venue) -> None:
        """Take the rules that the venue announces; what guards a position needs nothing more."""
        self._instruments = await venue.instruments()

    async def read_terms(self, setup: Setup, symbols: Iterable[Symbol]) -> None:
        """Ask for fees, leverage and brackets of all of these at once."""
        self._terms |= await setup.terms([self._instruments[each] for each in symbols])

    def instrument(self, symbol: Symbol) -> Instrument | None:
        """Return a contract's rules; None if it is not listed."""
        return self._instruments.get(symbol)

    def terms(self, symbol: Symbol) -> TradingTerms | None:
        """Return what trading it costs and allows; None before they were read."""
        return self._terms.get(symbol)
