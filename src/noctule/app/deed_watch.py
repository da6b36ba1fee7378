"""Has the journal hear what is done to those who trade beside the events."""

from collections.abc import Callable, Iterable

import msgspec

from noctule.app.trading import Trading
from noctule.domain.events.data import CandleClosed
from noctule.domain.instrument import Instrument
from noctule.domain.signals import Reason
from noctule.domain.values import Symbol
from noctule.engine.contracts import Contracts
from noctule.engine.deeds import (
    ClocksCompared,
    ContractsKnown,
    Deed,
    EntriesKeptOff,
    LimitsAdopted,
    PositionAdopted,
)
from noctule.positions.account_book import AccountBook
from noctule.positions.equity import EquityStanding
from noctule.risk.limits import RiskLimits

__all__ = ["DeedWatch"]


class DeedWatch:
    """Stands at every door that is no event, and writes down who went through."""

    def __init__(
        self,
        note: Callable[[bytes], None],
        contracts: Contracts,
        book: AccountBook,
        *,
        clock_offset_ms: Callable[[], float | None],
    ) -> None:
        self._note = note
        self._contracts = contracts
        self._book = book
        self._clock_offset_ms = clock_offset_ms
        self._offset_ms: float | None = None  # as written last
        self._standing: EquityStanding | None = None  # likewise
        self._rules: dict[Symbol, Instrument] = {}  # likewise

    def begin(self, trading: Trading, symbols: Iterable[Symbol]) -> None:
        """Write down the contracts of these symbols, and every deed from here on."""
        self._know(symbols)
        self._write_contracts()
        self._contracts.on_told = self._write_contracts
        for teller in (trading.takeover, trading.caretaker, trading.rates, trading.strategies):
            teller.on_deed = self._write_with_contract
        trading.halts.on_observed = self._write_observed
        trading.risk.on_adopted = self._write_limits

    def look_at_contracts(self) -> None:
        """Write down rules that the exchange has changed; called each minute."""
        if self._know(tuple(self._rules)):
            self._write_contracts()

    def look_around(self, _event: CandleClosed) -> None:
        """Write down what a signal will ask for: our clock's error, and the equity's peak."""
        offset_ms = self._clock_offset_ms()
        if offset_ms != self._offset_ms:
            self._offset_ms = offset_ms
            self._write(ClocksCompared(offset_ms=offset_ms))
        standing = self._book.standing
        if standing != self._standing:
            self._standing = standing
            self._write(standing)

    def _write(self, deed: Deed) -> None:
        self._note(msgspec.msgpack.encode(deed))

    def _write_with_contract(self, deed: Deed) -> None:
        """Write a deed, and ahead of it the rules of a symbol that is not traded any more."""
        if isinstance(deed, PositionAdopted) and self._know((deed.adoption.symbol,)):
            self._write_contracts()
        self._write(deed)

    def _write_contracts(self) -> None:
        terms = {each: self._contracts.terms(each) for each in self._rules}
        self._write(
            ContractsKnown(
                instruments=dict(self._rules),
                terms={each: known for each, known in terms.items() if known is not None},
            )
        )

    def _write_observed(self, reasons: tuple[Reason, ...]) -> None:
        self._write(EntriesKeptOff(reasons=reasons))

    def _write_limits(self, limits: RiskLimits) -> None:
        self._write(LimitsAdopted(limits=limits.model_dump_json().encode()))

    def _know(self, symbols: Iterable[Symbol]) -> bool:
        """Take the rules as they are now, and tell whether some are new."""
        found = {each: self._contracts.instrument(each) for each in symbols}
        told = {each: rules for each, rules in found.items() if rules is not None}
        is_news = any(self._rules.get(each) is not rules for each, rules in told.items())
        self._rules |= told
        return is_news
