"""Rules are read at once, terms symbol by symbol, and nobody asks again."""

from decimal import Decimal

from noctule.domain.values import Symbol
from noctule.engine.contracts import Contracts
from tests.builders import BTCUSDT, instrument
from tests.fakes.floor import known_contracts

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
