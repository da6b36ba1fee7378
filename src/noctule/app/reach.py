"""The exchange of an environment within reach: over the network, or in this process for sim."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from noctule.adapters.binance.endpoints import Endpoints, endpoints_of
from noctule.adapters.binance.rest.bans import Bans
from noctule.adapters.binance.rest.client import Keys, keys_of
from noctule.adapters.binance.rest.parts import RestSettings, rest_over
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.binance.transport.road import Transport
from noctule.adapters.binance.transport.ws_api import WsApiSettings, WsApiTransport
from noctule.adapters.clock import ScaledClock
from noctule.adapters.sim.candle_files import Gap
from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.rules_book import default_rules
from noctule.app.in_process import InProcessTransport
from noctule.app.simulation import data_problem, sim_key_pair, simulated_exchange
from noctule.app.tied import tied_to
from noctule.config.settings import Configuration, Settings
from noctule.domain.errors import ConfigError
from noctule.domain.ids import account_tag
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["Reach", "reach"]

_log = get_log(__name__)

_WALLET_URL: Final = "https://api.binance.com"  # the only host that tells a key's rights
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


@asynccontextmanager
async def reach(
    configuration: Configuration, *, clock: Clock, jitter: Random
) -> AsyncIterator[Reach]:
    """Put the way to the configured exchange together, and take it apart in the end.

    Nothing is sent yet. In sim without addresses the exchange is part of this process, and its
    market moves as long as this lasts; `clock` is the wall's.
    """
    api = configuration.settings.api
    if api.environment == "sim" and api.rest_url is None:
        async with _simulated(configuration.settings, clock=clock, jitter=jitter) as simulated:
            yield simulated
    else:
        async with _remote(configuration, clock=clock, jitter=jitter) as remote:
            yield remote


@asynccontextmanager
async def _simulated(settings: Settings, *, clock: Clock, jitter: Random) -> AsyncIterator[Reach]:
    protocol = simulated_exchange(
        settings.sim, clock=clock, on_gap=_note_gap, contracts=_traded(settings)
    )
    speed, start_ms = settings.sim.speed, protocol.times.market_ms()
    # As fast as possible has no speed; signatures by the wall's time are taken as well.
    market_clock = ScaledClock(clock, start_ms=start_ms, speed=speed) if speed else clock
    transport = InProcessTransport(protocol, clock=clock)
    keys = keys_of(*sim_key_pair(settings.sim.seed))
    rest = rest_over(
        transport,
        keys=keys,
        clock=market_clock,
        jitter=jitter,
        settings=RestSettings(api=settings.api),
    )
    try:
        async with tied_to(transport.run()):
            try:
                yield Reach(
                    exchange=f"{_NAMES['sim']} in this process, seed {settings.sim.seed}",
                    rest=rest,
                    transport=transport,
                    endpoints=endpoints_of(settings.api),
                    clock=market_clock,
                    account=_tag(settings, keys),
                )
            finally:
                await transport.close()
    except BadData as exc:
        raise data_problem(exc) from exc


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
        _road(transport, settings.api, keys=keys, clock=clock, jitter=jitter) as road,
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
            account=_tag(settings, keys),
            wallet=wallet if tells_rights else None,
        )


@asynccontextmanager
async def _http(base_url: str, api: ApiSettings) -> AsyncIterator[HttpTransport]:
    transport = HttpTransport(base_url, proxy=api.proxy_url)
    try:
        yield transport
    finally:
        await transport.close()


@asynccontextmanager
async def _road(
    http: HttpTransport, api: ApiSettings, *, keys: Keys | None, clock: Clock, jitter: Random
) -> AsyncIterator[Transport]:
    """Take the WebSocket API where that is wished, and HTTP for whatever it has no method for."""
    if api.orders_over == "http" or keys is None:
        yield http
        return
    settings = WsApiSettings(url=endpoints_of(api).ws_api_url)
    road = WsApiTransport(http, keys=keys, clock=clock, jitter=jitter, settings=settings)
    async with tied_to(road.run()):
        yield road


def _keys(configuration: Configuration) -> Keys | None:
    """Return who we are there; in sim never a key of the user's: it may be a real account's."""
    settings, credentials = configuration.settings, configuration.credentials
    match settings.api.environment:
        case "paper":
            return None
        case "sim":
            return keys_of(*sim_key_pair(settings.sim.seed))
        case _ if credentials is None:
            raise ConfigError([configuration.credentials_problem or "credentials are missing"])
        case _:
            return keys_of(
                credentials.api_key.get_secret_value(), credentials.api_secret.get_secret_value()
            )


def _tag(settings: Settings, keys: Keys | None) -> str | None:
    if settings.api.environment == "sim":
        return account_tag(str(settings.sim.seed))
    return None if keys is None else account_tag(keys.api_key)


def _traded(settings: Settings) -> tuple[Rules, ...]:
    """Return the built-in contracts that are traded: nobody sees the others in this process."""
    if settings.sim.data:
        return ()
    return tuple(each for each in default_rules() if each.symbol in settings.trading.symbols)


def _note_gap(gap: Gap) -> None:
    _log.warning("candles are missing", file=str(gap.path), line=gap.line)
