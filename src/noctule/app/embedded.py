"""The simulated exchange served inside this process, on a free port of 127.0.0.1."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from msgspec import Struct

from noctule.adapters.binance.endpoints import Endpoints
from noctule.adapters.sim.candle_files import Gap
from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.server import SimServer
from noctule.app.simulation import data_problem, simulated_exchange
from noctule.config.settings import Settings
from noctule.domain.errors import ConfigError
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["Embedded", "embedded"]

_log = get_log(__name__)


class Embedded(Struct, frozen=True, kw_only=True):
    """Where it is, and the word that opens its control API."""

    endpoints: Endpoints
    control_token: str
    spoiled: asyncio.Future[ConfigError]  # done when data come up that cannot be replayed


@asynccontextmanager
async def embedded(settings: Settings, *, clock: Clock, jitter: Random) -> AsyncIterator[Embedded]:
    """Serve the exchange of the [sim] section for as long as this lasts; `clock` is the wall's."""
    token = f"{jitter.getrandbits(128):032x}"
    protocol = simulated_exchange(
        settings.sim,
        clock=clock,
        on_gap=_note_gap,
        contracts=_traded(settings),
        control_token=token,
    )
    spoiled: asyncio.Future[ConfigError] = asyncio.get_running_loop().create_future()

    def spoil(flaw: BadData) -> None:
        spoiled.set_result(data_problem(flaw))

    async with SimServer(protocol, on_spoiled=spoil) as server:
        yield Embedded(
            endpoints=Endpoints(
                rest_url=server.rest_url,
                stream_url=server.stream_url,
                ws_api_url=server.ws_api_url,
            ),
            control_token=token,
            spoiled=spoiled,
        )


def _traded(settings: Settings) -> tuple[Rules, ...]:
    """Return the built-in contracts that are traded: nobody sees the others in this process."""
    if settings.sim.data:
        return ()
    return tuple(each for each in default_rules() if each.symbol in settings.trading.symbols)


def _note_gap(gap: Gap) -> None:
    _log.warning(gap.flaw, file=str(gap.path), line=gap.line)
