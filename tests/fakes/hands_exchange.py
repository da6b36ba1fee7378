"""The exchange that the hands are tried on: steered, watched, with traps for single requests."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

from msgspec import Struct
from typing_extensions import override

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.faults import Fault
from noctule.adapters.sim.fills import Fills
from noctule.adapters.sim.messages import Fate, Request, Response
from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.server import SimServer
from noctule.adapters.sim.switches import Switches
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.venue import MakeVenue, make_venue
from noctule.app.storm.exchange import Asked
from noctule.app.tied import tied_to
from tests.fakes.hands_clock import Following, LeapingClock
from tests.fakes.hands_market import MINUTE_MS, OPEN_MS, Steered, traded
from tests.fakes.hands_watch import Watch
from tests.fakes.loopback import KEY, SECRET, TOKEN, Loopback
from tests.fakes.pit import words

__all__ = ["PRICES", "Answered", "HandsExchange", "Trap", "hands_exchange"]

PRICES: Final = {"BTCUSDT": "60000", "ETHUSDT": "3000"}
_SECONDS_INTO_CANDLE: Final = 5_000
_THROTTLED: Final = (418, 429)
_ANSWERS: Final = (200, 400)  # of the exchange itself; all else comes from in front of it
_UNTOLD: Final = ("/fapi/v1/time", "/fapi/v1/listenKey", "/fapi/v1/exchangeInfo")


class Answered(Struct, frozen=True):
    """A request, when it came, and with what status it was answered."""

    at_ms: float  # fair
    asked: Asked
    status: int


class Trap:
    """What happens right before the exchange sees the next requests that match.

    `spring` may arm a fault, do something by hand, or answer instead of the exchange.
    """

    def __init__(
        self,
        matches: Callable[[Asked], bool],
        spring: Callable[[], Response | None],
        *,
        times: int = 1,
    ) -> None:
        self.matches, self.spring = matches, spring
        self.left = times
        self.bitten = 0


class _Watched(Protocol):
    """Tells a watch of all that an account asks and hears, and minds the traps."""

    def __init__(self, make: MakeVenue, setup: Setup, watch: Watch) -> None:
        self.watch = watch
        self.traps: list[Trap] = []
        self.answered: list[Answered] = []
        super().__init__(make, setup)
        self.venue.exchange.on_asked(lambda _account: True)  # we hear what the account does not

    @property
    @override
    def is_prompt(self) -> bool:
        return False  # a trap may bite

    @override
    def handle_http(self, request: Request) -> Response:
        asked = Asked(request.method, request.path, _sent(request))
        response = self._trapped(asked) or super().handle_http(request)
        if request.path not in _UNTOLD:
            self.watch.note("bot", _told(asked, response))
        account = self.venue.exchange.accounts.get(request.headers.get("x-mbx-apikey", ""))
        self._mind_outage(asked, response)
        self.answered.append(Answered(self.watch.fair.now_ms(), asked, response.status))
        if account is not None:
            self.watch.look(account)
        return response

    @override
    def _tell_account(self, account: Account, event: UserEvent) -> None:
        self.watch.note("exchange", _worded(event))
        if account.key == KEY:
            self.watch.look(account)
        super()._tell_account(account, event)

    def _trapped(self, asked: Asked) -> Response | None:
        for trap in self.traps:
            if trap.left and trap.matches(asked):
                trap.left -= 1
                trap.bitten += 1
                self.watch.strike(f"bites {asked.method} {asked.path}")
                return trap.spring()
        return None

    def _mind_outage(self, asked: Asked, response: Response) -> None:
        if response.status in _THROTTLED:
            self.watch.begin_outage(for_ms=1_000 * int(response.headers.get("Retry-After", "0")))
        elif asked.is_order and response.fate is Fate.SENT and response.status in _ANSWERS:
            self.watch.end_outage()


class HandsExchange(Loopback):
    """The exchange, and everything a test may do there as the market, the owner, or fate."""

    def __init__(
        self,
        server: SimServer,
        protocol: _Watched,
        account: Account,
        *,
        clock: LeapingClock,
        source: Steered,
    ) -> None:
        super().__init__(server, protocol, account)
        self.clock, self.source, self.watch = clock, source, protocol.watch
        self._watched = protocol
        self._closes_ms = OPEN_MS + MINUTE_MS  # of the running candle

    def is_heard(self, symbols: str) -> bool:
        """Tell whether somebody listens to all of these: what is told before is never heard."""
        return all(
            f"{symbol.strip().lower()}@{stream}" in self.protocol.hub
            for symbol in symbols.split(",")
            for stream in ("bookTicker", "kline_1m")
        )

    @property
    def answered(self) -> list[Answered]:
        """Return every request so far."""
        return self._watched.answered

    def trap(
        self,
        matches: Callable[[Asked], bool],
        spring: Callable[[], Response | None],
        *,
        times: int = 1,
    ) -> Trap:
        """Set a trap for single requests."""
        trap = Trap(matches, spring, times=times)
        self._watched.traps.append(trap)
        return trap

    def trap_fault(self, matches: Callable[[Asked], bool], fault: Fault, *, times: int = 1) -> Trap:
        """Let a fault befall the next requests that match, and no others."""

        def spring() -> None:
            self.protocol.faults.arm(fault)

        return self.trap(matches, spring, times=times)

    def unset_traps(self) -> None:
        """Let nothing more be trapped."""
        self._watched.traps.clear()

    def trade(self, price: str, *, symbol: str = "BTCUSDT", mark: str | None = None) -> None:
        """Let the market trade at a price, now."""
        self.watch.note("market", f"{symbol} trades at {price}")
        self.source.words.extend(traded(symbol, price, at_ms=self.clock.now_ms(), mark=mark))
        self.protocol.advance()

    def close_candle(self) -> int:
        """Let the running candle of every symbol be over, and return when it closed."""
        closes_ms = self._closes_ms
        self.clock.leap_to(closes_ms + 1)
        self._closes_ms += MINUTE_MS
        self.watch.note("market", "the candle closes")
        self.protocol.advance()
        return closes_ms - 1

    @property
    def next_close_ms(self) -> int:
        """Return the last millisecond of the running candle."""
        return self._closes_ms - 1

    def amount(self, symbol: str = "BTCUSDT") -> Decimal:
        """Return what is held, signed."""
        return sum((leg.amount for leg in self.account.legs(symbol)), Decimal(0))

    def resting(self, symbol: str = "BTCUSDT") -> list[str]:
        """Return the client ids of all that rests, conditional or not."""
        regular = [order.client_id for order in self.account.orders_on(symbol)]
        return [*regular, *(algo.client_algo_id for algo in self.account.algos_on(symbol))]

    @property
    def leftovers(self) -> list[str]:
        """Return our orders that rest on a flat symbol."""
        return [
            name
            for symbol in self.protocol.venue.exchange.rules
            if not self.amount(symbol)
            for name in self.resting(symbol)
            if name.startswith("noc-")
        ]


@asynccontextmanager
async def hands_exchange(
    home: Path,
    *,
    prices: Mapping[str, str] = PRICES,
    rules: tuple[Rules, ...] = (),
    terms: Terms | None = None,
    fills: Fills | None = None,
    switches: Switches | None = None,
    deposit: int = 10_000,
) -> AsyncIterator[HandsExchange]:
    """Run the exchange, five seconds into its first candle."""
    listed = rules or tuple(each for each in default_rules() if each.symbol in prices)
    clock = LeapingClock(home / "clock", start_ms=OPEN_MS + _SECONDS_INTO_CANDLE)
    source = Steered(listed, prices)
    setup = Setup(
        clock=clock,
        pace=Following(clock),
        terms=terms or Terms(),
        control_token=TOKEN,
    )
    make = make_venue(source.market(), fills=fills, switches=switches)
    protocol = _Watched(make, setup, Watch(clock))
    account = protocol.venue.exchange.open_account(key=KEY, secret=SECRET, deposit=Decimal(deposit))
    async with SimServer(protocol) as server, tied_to(protocol.watch.fair.beat()):
        yield HandsExchange(server, protocol, account, clock=clock, source=source)


def _sent(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.query)) | dict(parse_qsl(request.body.decode()))


def _told(asked: Asked, response: Response) -> str:
    hidden = ("timestamp", "signature", "recvWindow", "newOrderRespType")
    sent = " ".join(f"{key}={value}" for key, value in asked.sent.items() if key not in hidden)
    became = "" if response.fate is Fate.SENT else f" ({response.fate.value})"
    body = "" if response.status == 200 else f" {response.body.decode()[:120]}"
    return f"{asked.method} {asked.path} {sent} -> {response.status}{became}{body}"


def _worded(event: UserEvent) -> str:
    try:
        named = getattr(event, "order", None) or getattr(event, "algo", None)
        name = getattr(named, "client_id", None) or getattr(named, "client_algo_id", "")
        return f"{words(event)} {name}"
    except AssertionError:
        return type(event).__name__
