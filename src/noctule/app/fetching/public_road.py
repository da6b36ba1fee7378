"""The way to an exchange for whoever only asks what anybody may know: no key, no account."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from noctule.adapters.binance.endpoints import endpoints_of
from noctule.adapters.binance.market.past import PastRest
from noctule.adapters.binance.rest.bans import Bans
from noctule.adapters.binance.rest.breaker import BreakerSettings
from noctule.adapters.binance.rest.parts import RestSettings, rest_over
from noctule.adapters.binance.rest.retries import Retries
from noctule.adapters.binance.rest.server_time import TimeSettings
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.binance.transport.road import Frame, FrameStream, HttpAnswer, HttpRequest
from noctule.domain.errors import ConfigError
from noctule.ports.clock import Clock

__all__ = ["PublicRoad", "exchange_of", "public_road"]

# An evening's fetch outlives a router's restart: half a minute of it.
_RETRIES: Final = Retries(attempts_max=10, first_pause_ms=500)
_BREAKER: Final = BreakerSettings(outages_max=20)
_TIME: Final = TimeSettings(samples=1)  # which candles are closed, nothing finer


class PublicRoad(Struct, frozen=True, kw_only=True):
    """What can be asked there, and how often it has been."""

    past: PastRest
    requests: Callable[[], int]


def exchange_of(api: ApiSettings) -> str:
    """Return the address that is asked; raises ConfigError where there is none."""
    if api.rest_url is None:
        match api.environment:
            case "sim":
                raise ConfigError(
                    [
                        "[api] environment: sim has no past to fetch, say --set api.environment="
                        "paper for Binance's (no key is needed), or --set api.rest_url=http://… "
                        "for an exchange that runs"
                    ]
                )
            case _:
                pass
    return endpoints_of(api).rest_url


@asynccontextmanager
async def public_road(
    api: ApiSettings,
    *,
    bans_file: Path,
    clock: Clock,
    jitter: Random,
    retries: Retries = _RETRIES,
) -> AsyncIterator[PublicRoad]:
    """Connect to the environment's exchange; a ban is remembered where the daemon does."""
    url = exchange_of(api)
    transport = HttpTransport(url, proxy=api.proxy_url)
    counted = _Counted(transport)
    bans = Bans(urlsplit(url).netloc, clock=clock, wall=clock, path=bans_file)
    bans.recall()
    rest = rest_over(
        counted,
        keys=None,
        clock=clock,
        jitter=jitter,
        bans=bans,
        settings=RestSettings(api=api, retries=retries, breaker=_BREAKER, time=_TIME),
    )
    try:
        yield PublicRoad(past=PastRest(rest), requests=lambda: counted.requests)
    finally:
        await transport.close()


class _Counted:
    """A transport, and how many requests it was given."""

    def __init__(self, road: HttpTransport) -> None:
        self._road = road
        self.requests = 0

    async def request(self, request: HttpRequest) -> HttpAnswer:
        self.requests += 1
        return await self._road.request(request)

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        return await self._road.open_stream(url, hear)

    async def close(self) -> None:
        await self._road.close()
