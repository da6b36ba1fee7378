"""The simulated exchange on real sockets, with a market to choose and faults to arm."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal

from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.account import Account
from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.adapters.sim.fills import Fills
from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.pacing import Pace
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.server import SimServer
from noctule.adapters.sim.switches import Switches
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.venue import Market, generated, make_venue

__all__ = ["KEY", "OPEN_MS", "SECRET", "TOKEN", "Loopback", "loopback", "market_of"]

KEY, SECRET, TOKEN = "k" * 64, "s" * 64, "let me in"
OPEN_MS = 1_790_553_600_000  # Monday 2026-09-28 00:00: a candle of every timeframe opens here


class Loopback:
    """An exchange that is up, and what a test may do to it."""

    def __init__(self, server: SimServer, protocol: Protocol, account: Account) -> None:
        self.server, self.protocol, self.account = server, protocol, account
        self.rest_url, self.stream_url = server.rest_url, server.stream_url
        self.ws_api_url = server.ws_api_url

    @property
    def now_ms(self) -> int:
        """Return the market's time."""
        return self.protocol.times.market_ms()

    def arm(
        self,
        kind: FaultKind,
        match: str = "*",
        *,
        times: int | None = 1,
        skip: int = 0,
        share: float = 1.0,
        delay_ms: int = 5_000,
        code: int = -1000,
        msg: str = "An unknown error occurred while processing the request.",
    ) -> None:
        """Let something go wrong, see docs/exchange.md."""
        self.protocol.faults.arm(
            Fault(
                kind=kind,
                match=match,
                times=times,
                skip=skip,
                share=share,
                delay_ms=delay_ms,
                code=code,
                msg=msg,
            )
        )

    def silence_account(self) -> None:
        """End the listen key without a word; the connection stays and answers pings."""
        self.protocol.silence_listen_key(self.account)

    def disarm(self) -> None:
        """Let nothing more go wrong."""
        self.protocol.faults.disarm()


def market_of(
    *symbols: str, seed: int = 1, open_ms: int = OPEN_MS, history_ms: int = 3_600_000
) -> Market:
    """Return the generated market of some of the built-in symbols; of all without a name."""
    rules: Sequence[Rules] = [
        each for each in default_rules() if not symbols or each.symbol in symbols
    ]
    return generated(seed=seed, open_ms=open_ms, history_ms=history_ms, rules=rules)


@asynccontextmanager
async def loopback(
    market: Market | None = None,
    *,
    speed: float = 600,
    pace: Pace | None = None,
    terms: Terms | None = None,
    fills: Fills | None = None,
    switches: Switches | None = None,
    seed: int = 1,
    deposit: int = 10_000,
) -> AsyncIterator[Loopback]:
    """Run an exchange; `speed` is market time per real time, `pace=ByHand()` stops the market."""
    protocol = Protocol(
        make_venue(
            market or market_of("BTCUSDT", "ETHUSDT"), seed=seed, fills=fills, switches=switches
        ),
        Setup(
            clock=SystemClock(),
            speed=speed,
            pace=pace,
            seed=seed,
            terms=terms or Terms(),
            control_token=TOKEN,
        ),
    )
    account = protocol.venue.exchange.open_account(key=KEY, secret=SECRET, deposit=Decimal(deposit))
    async with SimServer(protocol) as server:
        yield Loopback(server, protocol, account)
