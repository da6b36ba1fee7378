"""Rules and terms are read at once, and known until somebody changes them."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from msgspec.structs import replace
from typing_extensions import override

from noctule.domain.instrument import Instrument, TradingTerms
from noctule.domain.values import Symbol
from noctule.engine.contracts import Contracts
from tests.builders import BTCUSDT, instrument
from tests.fakes.floor import known_contracts
from tests.fakes.offline import OfflineSetup

UNLISTED = Symbol("NOSUCHUSDT")


def test_before_anything_is_read_nothing_is_known() -> None:
    contracts = Contracts()
    assert contracts.instrument(BTCUSDT) is None
    assert contracts.terms(BTCUSDT) is None


async def test_rules_and_terms_are_known_once_they_were_read() -> None:
    contracts = await known_contracts()
    assert contracts.instrument(BTCUSDT) == instrument()
    terms = contracts.terms(BTCUSDT)
    assert terms is not None
    assert (terms.leverage, terms.taker_fee) == (5, Decimal("0.0005"))


async def test_a_symbol_that_is_not_listed_has_neither() -> None:
    contracts = await known_contracts()
    assert contracts.instrument(UNLISTED) is None
    assert contracts.terms(UNLISTED) is None


async def test_a_leverage_that_somebody_set_is_known_at_once() -> None:
    contracts = await known_contracts()
    before = contracts.terms(BTCUSDT)
    assert before is not None
    contracts.hear_leverage(BTCUSDT, 20)
    assert contracts.terms(BTCUSDT) == replace(before, leverage=20)


async def test_that_of_a_symbol_that_is_not_traded_changes_nothing() -> None:
    contracts = await known_contracts()
    contracts.hear_leverage(UNLISTED, 20)
    assert contracts.terms(UNLISTED) is None


async def test_what_was_told_while_somebody_asked_is_truer_than_the_answer() -> None:
    contracts, setup = await known_contracts(), SlowSetup()
    setup.meanwhile = lambda: contracts.hear_leverage(BTCUSDT, 20)
    await contracts.read_terms(setup, [BTCUSDT])
    assert leverage_in(contracts) == 20


async def test_doubted_terms_are_none_until_they_are_read_again() -> None:
    contracts = await known_contracts()
    contracts.hear_leverage(BTCUSDT, 20)
    contracts.doubt_terms()
    assert contracts.terms(BTCUSDT) is None
    await contracts.read_terms(SlowSetup(), [BTCUSDT])
    assert leverage_in(contracts) == 1


async def test_an_answer_from_before_a_doubt_is_not_taken() -> None:
    contracts, setup = await known_contracts(), SlowSetup()
    setup.meanwhile = contracts.doubt_terms
    await contracts.read_terms(setup, [BTCUSDT])
    assert contracts.terms(BTCUSDT) is None


class SlowSetup(OfflineSetup):
    """Something happens between a question and its answer, which knows nothing of it."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], None] = lambda: None

    @override
    async def terms(self, instruments: Iterable[Instrument]) -> Mapping[Symbol, TradingTerms]:
        told = await super().terms(instruments)
        self.meanwhile()
        return told


def leverage_in(contracts: Contracts) -> int | None:
    terms = contracts.terms(BTCUSDT)
    return None if terms is None else terms.leverage
