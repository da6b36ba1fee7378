"""How the REST side is put together, and every number of it that can be set."""

from random import Random

from msgspec import Struct

from noctule.adapters.binance.rest.access import Access
from noctule.adapters.binance.rest.bans import Bans
from noctule.adapters.binance.rest.breaker import Breaker, BreakerSettings
from noctule.adapters.binance.rest.budget import Budget, Shares
from noctule.adapters.binance.rest.client import AsyncFutures, Keys
from noctule.adapters.binance.rest.gate import Gate, Patience
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.rest.retries import Retries
from noctule.adapters.binance.rest.server_time import ServerTime, SettableClock, TimeSettings
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.binance.transport.road import Transport
from noctule.ports.clock import Clock

__all__ = ["RestSettings", "rest_over"]


class RestSettings(Struct, frozen=True, kw_only=True):
    """What a test shrinks; the defaults are the exchange's advice."""

    api: ApiSettings = ApiSettings()
    retries: Retries = Retries()
    shares: Shares = Shares()
    breaker: BreakerSettings = BreakerSettings()
    patience: Patience = Patience()
    time: TimeSettings = TimeSettings()


def rest_over(  # noqa: PLR0913  # what it stands on
    transport: Transport,
    *,
    keys: Keys | None,
    clock: Clock,
    jitter: Random,
    bans: Bans | None = None,
    settings: RestSettings | None = None,
    settable: SettableClock | None = None,
) -> BinanceRest:
    """Return the REST side of a transport; without `bans` a ban does not outlive the process.

    `settable` is the same clock, where it is the market's own and not the wall's.
    """
    settings = settings or RestSettings()
    time = ServerTime(clock, settings.time, settable=settable)
    gate = Gate(
        clock=clock,
        budget=Budget(settings.shares),
        bans=bans or Bans("the exchange", clock=clock, wall=clock),
        breaker=Breaker(settings.breaker),
        patience=settings.patience,
    )
    client = AsyncFutures(transport, keys=keys, now_ms=time.now_ms, settings=settings.api)
    return BinanceRest(
        client, gate=gate, time=time, access=Access(), jitter=jitter, retries=settings.retries
    )
