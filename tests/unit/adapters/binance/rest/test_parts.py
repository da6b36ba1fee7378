"""The parts are put together so that every setting reaches its part."""

from random import Random

from noctule.adapters.binance.rest.client import keys_of
from noctule.adapters.binance.rest.parts import RestSettings, rest_over
from noctule.adapters.binance.rest.server_time import TimeSettings
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.clock import VirtualClock
from tests.fakes.answers import ScriptedTransport, saying, sent_fields


def test_settings_reach_their_parts() -> None:
    clock = VirtualClock(7)
    rest = rest_over(
        ScriptedTransport(saying({})),
        keys=keys_of("key", "secret"),
        clock=clock,
        jitter=Random(1),
        settings=RestSettings(api=ApiSettings(recv_window_ms=777), time=TimeSettings(samples=9)),
    )
    request = rest.client.balance().request
    assert sent_fields(request)["recvWindow"] == "777"
    assert sent_fields(request)["timestamp"] == "7"
    assert rest.time.settings.samples == 9
