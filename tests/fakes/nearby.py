"""The simulated exchange within reach, without sockets: on any clock, with faults to arm."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from random import Random

from noctule.adapters.binance.endpoints import endpoints_of
from noctule.adapters.binance.rest.client import keys_of
from noctule.adapters.binance.rest.parts import rest_over
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.venue import Market, make_venue
from noctule.app.in_process import InProcessTransport
from noctule.app.reach import Reach
from noctule.app.tied import tied_to
from noctule.domain.ids import account_tag
from noctule.ports.clock import Clock
from tests.fakes.loopback import KEY, OPEN_MS, SECRET, market_of

__all__ = ["OPEN_MS", "TAG", "Nearby", "nearby"]

TAG = account_tag(KEY)


class Nearby:
    """An exchange, how it is reached, and what a test may do to it."""

    def __init__(self, clock: Clock, *, market: Market | None, speed: float, deposit: str) -> None:
        self.protocol = Protocol(make_venue(market or _market()), Setup(clock=clock, speed=speed))
        self.account = self.protocol.venue.exchange.open_account(
            key=KEY, secret=SECRET, deposit=Decimal(deposit)
        )
        self.transport = InProcessTransport(self.protocol, clock=clock)
        rest = rest_over(self.transport, keys=keys_of(KEY, SECRET), clock=clock, jitter=Random(1))
        self.reach = Reach(
            exchange="an exchange nearby",
            rest=rest,
            transport=self.transport,
            endpoints=endpoints_of(ApiSettings()),
            clock=clock,
            account=TAG,
        )

    def arm(self, kind: FaultKind, match: str = "*", **how: object) -> None:
        """Let something go wrong, see docs/exchange.md."""
        self.protocol.faults.arm(Fault(kind=kind, match=match, **how))  # type: ignore[arg-type]

    @property
    def resting(self) -> int:
        """Return how many orders rest, conditional ones too."""
        return len(self.account.orders) + len(self.account.algos)


@asynccontextmanager
async def nearby(
    clock: Clock, *, market: Market | None = None, speed: float = 1, deposit: str = "10000"
) -> AsyncIterator[Nearby]:
    """Open an exchange whose market moves as long as this lasts."""
    found = Nearby(clock, market=market, speed=speed, deposit=deposit)
    async with tied_to(found.transport.run()):
        await found.reach.rest.measure_time()
        yield found


def _market() -> Market:
    """Open with the first events of the minute: what has happened is what time it is."""
    return market_of("BTCUSDT", "ETHUSDT", "SOLUSDT", open_ms=OPEN_MS + 2)
