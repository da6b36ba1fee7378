"""What handlers are given."""

import pytest

from noctule.adapters.sim.calls import Call, Counter
from noctule.adapters.sim.limits import Limits
from noctule.adapters.sim.model import Refusal
from noctule.adapters.sim.parameters import Parameters
from noctule.adapters.sim.terms import Terms
from tests.fakes.sim_desk import Desk


def counter() -> Counter:
    protocol = Desk().protocol
    return Counter(
        exchange=protocol.venue.exchange,
        tape=protocol.venue.tape,
        listen_keys=protocol.listen_keys,
        limits=Limits(Terms()),
        terms=Terms(),
    )


def test_one_symbol_is_wanted_or_all_of_them() -> None:
    some = counter()
    every = some.wanted(Parameters({}))
    one = some.wanted(Parameters({"symbol": "ETHUSDT"}))

    assert [rules.symbol for rules in every] == ["BTCUSDT", "ETHUSDT"]
    assert [rules.symbol for rules in one] == ["ETHUSDT"]


def test_an_unknown_symbol_is_refused_with_1121() -> None:
    with pytest.raises(Refusal) as refusal:
        counter().wanted(Parameters({"symbol": "NOPE"}))
    assert refusal.value.code == -1121


def test_a_call_that_was_let_in_without_an_account_has_none() -> None:
    call = Call(parameters=Parameters({}), market_ms=0, told_ms=0, real_ms=0, peer="")
    with pytest.raises(AssertionError, match="without an account"):
        _ = call.account
