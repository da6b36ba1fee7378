"""One call over a scripted road, and what became of it."""

from typing import Any

import msgspec
import pytest

from noctule.adapters.binance.rest.breaker import BreakerSettings
from noctule.adapters.binance.rest.calls import Call, Lane, Safety
from noctule.adapters.binance.rest.gate import Patience
from noctule.adapters.binance.rest.parts import RestSettings
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.rest.retries import Retries
from noctule.adapters.binance.rest.server_time import TimeSettings
from noctule.adapters.binance.transport.road import HttpAnswer
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import (
    VenueError,
)
from tests.fakes.answers import ScriptedTransport, refusing, saying, scripted_rest

__all__ = [
    "ASKING",
    "DOWN",
    "FIREWALL",
    "SETTINGS",
    "START_MS",
    "TRADING",
    "UNKNOWN",
    "YES",
    "Trial",
    "asked",
    "failure_of",
    "traded",
]

START_MS = 1_790_000_000_000
ANYTHING: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
ASKING = Call(name="GET order", safety=Safety.REPEATABLE, decoder=ANYTHING)
TRADING = Call(name="POST order", safety=Safety.ONCE, decoder=ANYTHING, orders=1)
SETTINGS = RestSettings(
    retries=Retries(attempts_max=3),
    breaker=BreakerSettings(outages_max=100),
    patience=Patience(read_ms=65_000, entry_ms=2_000, guard_ms=10_000),
    time=TimeSettings(samples=1, every_ms=60_000),
)

UNKNOWN = refusing(
    -1000, "Unknown error, please check your request or try again later.", status=503
)
DOWN = refusing(-1000, "Service Unavailable.", status=503)
FIREWALL = saying(b"<html>", status=403)
YES = saying({"orderId": 1})


class Trial:
    """What became of one call, how often it was sent, and how long it took."""

    def __init__(
        self, call: Call[Any], *script: HttpAnswer | Exception, lane: Lane, delay_ms: int = 0
    ) -> None:
        self.transport = ScriptedTransport(*script, delay_ms=delay_ms)
        self.failure: VenueError | None = None
        self.content: object = None
        self.took_ms = 0
        run_virtual(lambda clock: self._run(call, clock, lane), start_ms=START_MS)

    @property
    def sent(self) -> int:
        return len(self.transport.requests)

    async def _run(self, call: Call[Any], clock: VirtualClock, lane: Lane) -> None:
        rest = scripted_rest(self.transport, clock, settings=SETTINGS)
        try:
            self.content = await rest.run(call, rest.client.balance, lane=lane)
        except VenueError as failure:
            self.failure = failure
        self.took_ms = clock.now_ms() - START_MS


def asked(*script: HttpAnswer | Exception) -> Trial:
    return Trial(ASKING, *script, lane=Lane.READ)


def traded(*script: HttpAnswer | Exception) -> Trial:
    return Trial(TRADING, *script, lane=Lane.ENTRY)


async def failure_of(rest: BinanceRest, *, signed: bool) -> VenueError:
    ask = rest.client.balance if signed else rest.client.ping
    with pytest.raises(VenueError) as caught:
        await rest.run(ASKING, ask, lane=Lane.READ)
    return caught.value
