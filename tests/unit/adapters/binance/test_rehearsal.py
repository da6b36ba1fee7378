"""A rehearsed order is written, signed, and answered by nobody but ourselves."""

from random import Random

import pytest

from noctule.adapters.binance.rehearsal import Backstage, Understudy
from noctule.adapters.binance.rest.client import keys_of
from noctule.adapters.binance.rest.parts import rest_over
from noctule.adapters.clock import SystemClock
from tests.builders import order_request
from tests.fakes.answers import ScriptedTransport


async def test_the_exchange_hears_of_none_and_each_is_answered() -> None:
    transport = ScriptedTransport()
    clock = SystemClock()
    rest = rest_over(transport, keys=keys_of("key", "secret"), clock=clock, jitter=Random(1))
    understudy = Understudy(rest.client, clock=clock, jitter=Random(1))

    for _ in range(200):  # more than an account may send within ten seconds
        assert await understudy.place(order_request()) == "1"
    await understudy.close()
    assert transport.requests == []


async def test_nothing_can_be_listened_to_backstage() -> None:
    with pytest.raises(AssertionError, match="was to be rehearsed"):
        await Backstage().open_stream("ws://x", print)
