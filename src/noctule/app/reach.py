"""The exchange of an environment within reach: over the network, or in this process for sim."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Final
from urllib.parse import quote, urlsplit

from msgspec import Struct

from noctule.adapters.binance.endpoints import Endpoints, endpoints_of
from noctule.adapters.binance.rest.bans import Bans
from noctule.adapters.binance.rest.client import Keys, keys_of
from noctule.adapters.binance.rest.parts import RestSettings, rest_over
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.rest.server_time import TimeSettings
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.binance.transport.road import Transport
from noctule.adapters.binance.transport.ws_api import WsApiSettings, WsApiTransport
from noctule.adapters.clock import ScaledClock
from noctule.app.market_road import MarketRoad
from noctule.app.sim_keys import sim_key_pair
from noctule.app.tied import tied_to
from noctule.config.settings import Configuration, Settings
from noctule.domain.errors import ConfigError
from noctule.domain.ids import account_tag
from noctule.ports.clock import Clock

__all__ = ["Reach", "reach"]

_WALLET_URL: Final = "https://api.binance.com"  # the only host that tells a key's rights
_LOCK_STEP: Final = "/control/lockstep"
_OFTEN: Final = TimeSettings(every_ms=2_000)  # a fast market is soon elsewhere, and may be over
_NAMES: Final = {
    "sim": "the simulated exchange",
    "paper": "Binance",
    "testnet": "Binance's demo exchange",
    "live": "Binance",
}


class Reach(Struct, frozen=True, kw_only=True):
    """Whom we speak to, by which roads, and as whom."""

    exchange: str  # for people
    rest: BinanceRest
    transport: Transport  # of the streams, too
    endpoints: Endpoints
    clock: Clock  # its market time is as near to the exchange's as we know without asking
    account: str | None  # the tag of our orders; None: there is no account
    wallet: BinanceRest | None = None  # whom to ask for the key's rights; None: nobody tells them
    market_road: MarketRoad | None = None  # the transport, where the market has a time of its own
    lock_step_url: str | None = None  # where it waits for us; None: it does not
    spoiled: asyncio.Future[ConfigError] | None = None  # why its data end too early


@asynccontextmanager
async def reach(
    configuration: Configuration, *, clock: Clock, jitter: Random
) -> AsyncIterator[Reach]:
    """Put the way to the configured exchange together, and take it apart in the end.

    Nothing is sent yet. In sim without addresses the exchange is part of this process, and its
    market moves as long as this lasts; `clock` is the wall's.
    """
    api = configuration.settings.api
    if api.environment != "sim":
        async with _remote(configuration, clock=clock, jitter=jitter) as remote:
            yield remote
    elif api.rest_url is not None:
        token = configuration.settings.sim.control_token
        spot = _Spot(
            exchange=f"{_NAMES['sim']} at {urlsplit(api.rest_url).netloc}",
            endpoints=endpoints_of(api),
            lock_step_token=token,
        )
        async with _simulated(spot, configuration.settings, clock=clock, jitter=jitter) as far:
            yield far
    else:
        _refuse_half_an_address(api)
        async with _here(configuration.settings, clock=clock, jitter=jitter) as near:
            yield near


class _Spot(Struct, frozen=True, kw_only=True):
    """Where a simulated exchange is."""

    exchange: str
    endpoints: Endpoints
    lock_step_token: str | None
    spoiled: asyncio.Future[ConfigError] | None = None


def _refuse_half_an_address(api: ApiSettings) -> None:
    """Raise ConfigError where only streams lead elsewhere: what is in here has its own."""
    for key in ("stream_url", "ws_api_url"):
        if getattr(api, key) is not None:
            problem = f"[api] {key}: the simulated exchange is in this process, set rest_url too"
            raise ConfigError([problem])


@asynccontextmanager
async def _here(settings: Settings, *, clock: Clock, jitter: Random) -> AsyncIterator[Reach]:
    """Serve the exchange in this process; as fast as possible is as fast as we are."""
    # Whose exchange is elsewhere shall not hold one in memory.
    from noctule.app.embedded import embedded

    async with embedded(settings, clock=clock, jitter=jitter) as inside:
        spot = _Spot(
            exchange=f"{_NAMES['sim']} in this process, seed {settings.sim.seed}",
            endpoints=inside.endpoints,
            lock_step_token=None if settings.sim.speed else inside.control_token,
            spoiled=inside.spoiled,
        )
        async with _simulated(spot, settings, clock=clock, jitter=jitter) as simulated:
            yield simulated


@asynccontextmanager
async def _simulated(
    spot: _Spot, settings: Settings, *, clock: Clock, jitter: Random
) -> AsyncIterator[Reach]:
    """Connect to a simulated exchange, whose market has a time of its own.

    A key of the user's is never used: it may be a real account's.
    """
    keys = keys_of(*sim_key_pair(settings.sim.seed))
    # How late and how fast it is there is told by the exchange; until then this is a guess.
    market_clock = ScaledClock(clock, start_ms=clock.now_ms(), speed=1)
    endpoints, token = spot.endpoints, spot.lock_step_token
    async with (
        _http(endpoints.rest_url, settings.api) as http,
        _road(
            http,
            settings.api,
            ws_api_url=endpoints.ws_api_url,
            keys=keys,
            clock=market_clock,
            jitter=jitter,
        ) as road,
    ):
        market_road = MarketRoad(road, market_clock, api_key=keys.api_key)
        yield Reach(
            exchange=spot.exchange,
            rest=rest_over(
                market_road,
                keys=keys,
                clock=market_clock,
                jitter=jitter,
                settings=RestSettings(api=settings.api, time=_OFTEN),
                settable=market_clock,
            ),
            transport=market_road,
            endpoints=endpoints,
            clock=market_clock,
            account=account_tag(str(settings.sim.seed)),
            market_road=market_road,
            spoiled=spot.spoiled,
            lock_step_url=token and f"{endpoints.stream_url}{_LOCK_STEP}?token={quote(token)}",
        )


@asynccontextmanager
async def _remote(
    configuration: Configuration, *, clock: Clock, jitter: Random
) -> AsyncIterator[Reach]:
    settings = configuration.settings
    endpoints = endpoints_of(settings.api)
    host = urlsplit(endpoints.rest_url).netloc
    keys = _keys(configuration)
    tells_rights = settings.api.environment == "live" and settings.api.rest_url is None

    def rest_on(road: Transport, host: str, clock: Clock) -> BinanceRest:
        # The folder of the log is one that we may write to.
        path = settings.logging.file.parent / "state" / "bans.json"
        return rest_over(
            road,
            keys=keys,
            clock=clock,
            jitter=jitter,
            bans=Bans(host, clock=clock, wall=clock, path=path),
            settings=RestSettings(api=settings.api),
        )

    async with (
        _http(endpoints.rest_url, settings.api) as transport,
        _http(_WALLET_URL, settings.api) as wallet_transport,
        _road(
            transport,
            settings.api,
            ws_api_url=endpoints.ws_api_url,
            keys=keys,
            clock=clock,
            jitter=jitter,
        ) as road,
    ):
        rest = rest_on(road, host, clock)
        # It does not tell the time where futures do, so it goes by theirs.
        wallet = rest_on(wallet_transport, urlsplit(_WALLET_URL).netloc, rest.time)
        yield Reach(
            exchange=f"{_NAMES[settings.api.environment]} at {host}",
            rest=rest,
            transport=road,
            endpoints=endpoints,
            clock=clock,
            account=None if keys is None else account_tag(keys.api_key),
            wallet=wallet if tells_rights else None,
        )


@asynccontextmanager
async def _http(base_url: str, api: ApiSettings) -> AsyncIterator[HttpTransport]:
    transport = HttpTransport(base_url, proxy=api.proxy_url)
    try:
        async with tied_to(transport.keep_warm()):
            yield transport
    finally:
        await transport.close()


@asynccontextmanager
async def _road(
    http: HttpTransport,
    api: ApiSettings,
    *,
    ws_api_url: str,
    keys: Keys | None,
    clock: Clock,
    jitter: Random,
) -> AsyncIterator[Transport]:
    """Take the WebSocket API where that is wished, and HTTP for whatever it has no method for."""
    if api.orders_over == "http" or keys is None:
        yield http
        return
    settings = WsApiSettings(url=ws_api_url)
    road = WsApiTransport(http, keys=keys, clock=clock, jitter=jitter, settings=settings)
    async with tied_to(road.run()):
        yield road


def _keys(configuration: Configuration) -> Keys | None:
    """Return who we are there; on paper nobody."""
    credentials = configuration.credentials
    match configuration.settings.api.environment:
        case "paper":
            return None
        case _ if credentials is None:
            raise ConfigError([configuration.credentials_problem or "credentials are missing"])
        case _:
            return keys_of(
                credentials.api_key.get_secret_value(), credentials.api_secret.get_secret_value()
            )
