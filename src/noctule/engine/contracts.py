"""What is traded, by which rules and on which terms: known before anybody has to ask."""

from collections.abc import Callable, Iterable, Mapping

from msgspec import structs

from noctule.domain.instrument import Instrument, TradingTerms
from noctule.domain.values import Symbol
from noctule.ports.setup import Setup
from noctule.ports.venue import Venue

__all__ = ["Contracts"]

Terms = Mapping[Symbol, TradingTerms]


class Contracts:
    """The rules and terms of the traded symbols, so that no entry has to ask for them."""

    def __init__(self) -> None:
        self._instruments: Mapping[Symbol, Instrument] = {}
        self._terms: dict[Symbol, TradingTerms] = {}  # as many as are traded
        self._leverages: dict[Symbol, int] = {}  # as told since the last gap; truer than answers
        self._doubts = 0
        self.on_told: Callable[[], object] = lambda: None  # that terms are other ones

    async def read_rules(self, venue: Venue) -> None:
        """Take the rules that the venue announces, and whatever it announces after them.

        What guards a position needs nothing more.
        """
        self._instruments = await venue.instruments()

    def take(self, instruments: Mapping[Symbol, Instrument], terms: Terms) -> None:
        """Know these, and no others, from here on: somebody else has read them."""
        self._instruments, self._terms = instruments, dict(terms)

    async def read_terms(self, setup: Setup, symbols: Iterable[Symbol]) -> None:
        """Ask for fees, leverage and brackets of all of these at once."""
        doubts = self._doubts
        terms = await setup.terms([self._instruments[each] for each in symbols])
        if doubts == self._doubts:  # else the answer is of before it, and somebody asks again
            self._terms |= terms
            for symbol, leverage in self._leverages.items():
                self._hear_leverage(symbol, leverage)
            self.on_told()

    def hear_leverage(self, symbol: Symbol, leverage: int) -> None:
        """Know that a symbol's leverage was set, which an answer on its way may not know."""
        self._hear_leverage(symbol, leverage)
        self.on_told()

    def _hear_leverage(self, symbol: Symbol, leverage: int) -> None:
        self._leverages[symbol] = leverage
        if symbol in self._terms:
            self._terms[symbol] = structs.replace(self._terms[symbol], leverage=leverage)

    def doubt_terms(self) -> None:
        """Know no terms until they are read again: what changed may not have been told."""
        self._doubts += 1
        self._terms.clear()
        self._leverages.clear()
        self.on_told()

    def instrument(self, symbol: Symbol) -> Instrument | None:
        """Return a contract's rules as they are now; None if it was never listed."""
        return self._instruments.get(symbol)

    def terms(self, symbol: Symbol) -> TradingTerms | None:
        """Return what trading it costs and allows; None until they are read."""
        return self._terms.get(symbol)
