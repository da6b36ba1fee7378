"""A rehearsed order is written and signed, and never sent."""

from noctule.adapters.binance.rehearsal import rehearsal_with
from noctule.adapters.clock import SystemClock
from tests.builders import order_request
from tests.fakes.answers import ScriptedTransport, scripted_rest


async def test_nothing_is_sent() -> None:
    transport = ScriptedTransport()
    rest = scripted_rest(transport, SystemClock())
    rehearsal_with(rest.client)(order_request())

    assert transport.requests == []
