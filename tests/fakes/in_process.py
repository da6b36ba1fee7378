"""The simulated exchange behind a transport, without sockets: on any clock, a virtual one too."""

from collections.abc import Callable
from decimal import Decimal
from random import Random

from noctule.adapters.binance.transport.road import Frame, FrameStream, HttpAnswer, HttpRequest
from noctule.adapters.sim.account import Account
from noctule.adapters.sim.messages import Request
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.venue import make_venue
from noctule.ports.clock import Clock
from tests.fakes.loopback import KEY, SECRET, market_of

__all__ = ["InProcess"]


class InProcess:
    """Requests take a random while to get there, and another one to come back."""

    def __init__(
        self,
        clock: Clock,
        *,
        terms: Terms | None = None,
        way_ms_max: int = 50,
        deposit: int = 1_000_000,
    ) -> None:
        self.clock = clock
        self.statuses: list[int] = []
        self.protocol = Protocol(
            make_venue(market_of("BTCUSDT")), Setup(clock=clock, speed=1, terms=terms or Terms())
        )
        self.account: Account = self.protocol.venue.exchange.open_account(
            key=KEY, secret=SECRET, deposit=Decimal(deposit)
        )
        self._way_ms_max = way_ms_max
        self._random = Random(1)

    async def request(self, request: HttpRequest) -> HttpAnswer:
        await self._travel()
        response = self.protocol.handle_http(
            Request(
                method=request.method,
                path=request.path,
                query=request.query,
                headers={"x-mbx-apikey": request.api_key or ""},
            )
        )
        self.statuses.append(response.status)
        await self._travel()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return HttpAnswer(status=response.status, headers=headers, body=response.body)

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        raise AssertionError(f"nobody opens {url} here")

    async def close(self) -> None:
        """Let go of nothing."""

    async def _travel(self) -> None:
        await self.clock.sleep_ms(self._random.randint(0, self._way_ms_max))
