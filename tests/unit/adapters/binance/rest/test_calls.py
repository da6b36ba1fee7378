"""A call says how safe it is to repeat; the words are few and the exchange's."""

import msgspec

from noctule.adapters.binance.rest.calls import Call, Lane, Pool, Safety


def test_a_call_costs_one_weight_and_no_order_unless_it_says_so() -> None:
    call = Call(name="GET ping", safety=Safety.REPEATABLE, decoder=msgspec.json.Decoder(dict))
    assert (call.weight, call.orders, call.pool) == (1, 0, Pool.WEIGHT)
    assert call.decoder.decode(b'{"a": 1}') == {"a": 1}


def test_the_lanes_are_those_that_ask_that_check_that_enter_and_that_guard() -> None:
    assert [*Lane] == ["read", "audit", "entry", "guard"]
    assert [lane for lane in Lane if lane.protects] == ["audit", "guard"]
