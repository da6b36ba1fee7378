"""A desk at the simulated exchange: one protocol without sockets, an account, a market by hand."""

import hmac
import json
from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from typing_extensions import override

from noctule.adapters.clock import VirtualClock
from noctule.adapters.sim.account import Account
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.fills import Fills
from noctule.adapters.sim.messages import Request, Response
from noctule.adapters.sim.pacing import ByHand
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.sessions import FrameKind, Session
from noctule.adapters.sim.source import MarketEvent
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.venue import Market, make_venue
from tests.fakes.sim_market import START_MS, rules_of

__all__ = ["KEY", "SECRET", "TOKEN", "Desk", "Reply", "heard", "signed"]

KEY, SECRET, TOKEN = "k" * 64, "s" * 64, "let me in"
_PRICES = {"BTCUSDT": "60000", "ETHUSDT": "3000"}


class Script(Iterator[MarketEvent]):
    """A source that a test writes as it goes."""

    def __init__(self) -> None:
        self.events: deque[MarketEvent] = deque()

    @override
    def __next__(self) -> MarketEvent:
        if not self.events:
            raise StopIteration
        return self.events.popleft()


class Reply:
    """A response, and what its body says."""

    def __init__(self, response: Response) -> None:
        self.response = response
        self.status = response.status
        self.headers = response.headers

    @property
    def content(self) -> Any:
        return json.loads(self.response.body)

    @property
    def code(self) -> int:
        return int(self.content["code"])


class Desk:
    """The clock stands at the market's start until a test moves it."""

    def __init__(
        self,
        *,
        terms: Terms | None = None,
        token: str | None = TOKEN,
        fills: Fills | None = None,
        prices: dict[str, str] | None = None,
        has_an_end: bool = False,
    ) -> None:
        self.clock = VirtualClock(START_MS)
        self.script = Script()
        self.pace = ByHand()
        market = Market(
            rules=rules_of(*_PRICES),
            start_ms=START_MS,
            source=lambda _accounts: self.script,
            has_an_end=has_an_end,
        )
        self.protocol = Protocol(
            make_venue(market, fills=fills),
            Setup(clock=self.clock, pace=self.pace, terms=terms or Terms(), control_token=token),
        )
        self.account = self.open_account(KEY, SECRET)
        for symbol, price in (prices or _PRICES).items():
            self.trade(price, symbol=symbol)

    def open_account(self, key: str, secret: str, deposit: int = 10_000) -> Account:
        exchange = self.protocol.venue.exchange
        return exchange.open_account(key=key, secret=secret, deposit=Decimal(deposit))

    def trade(self, price: str, *, symbol: str = "BTCUSDT", qty: str = "1") -> None:
        """Let a symbol trade, its mark and index at the same price."""
        now_ms, at = self.clock.now_ms(), Decimal(price)
        self.happen(
            MarkTick(
                symbol=symbol,
                time_ms=now_ms,
                mark=at,
                index=at,
                funding_rate=Decimal("0.0001"),
                next_funding_ms=START_MS + 8 * 3_600_000,
            ),
            Tick(
                symbol=symbol,
                time_ms=now_ms,
                price=at,
                qty=Decimal(qty),
                quote_qty=at * Decimal(qty),
                count=1,
                taker_buy_qty=Decimal(0),
                taker_buy_quote=Decimal(0),
            ),
        )

    def happen(self, *events: MarketEvent) -> None:
        self.script.events.extend(events)
        self.pace.allow(len(events))
        self.protocol.advance()

    def wait(self, ms: int) -> None:
        """Let real and market time pass."""
        self.clock.advance_to_ms(self.clock.now_ms() + ms)
        self.protocol.tend()

    def call(self, method: str, path: str, /, **params: object) -> Reply:
        """Sign and send; what is None is left out, and _key= and _secret= may be another's."""
        key, secret = str(params.pop("_key", KEY)), str(params.pop("_secret", SECRET))
        params.setdefault("timestamp", self.clock.now_ms())
        sent = {name: value for name, value in params.items() if value is not None}
        return self.send(method, path, query=signed(urlencode(sent), secret), key=key)

    def ask(self, path: str, /, **params: object) -> Reply:
        """Ask what needs no signature."""
        return self.send("GET", path, query=urlencode(params))

    def order(self, **changes: object) -> Reply:
        """Buy a little at the market, or what the changes say."""
        usual = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.010"}
        return self.call("POST", "/fapi/v1/order", **(usual | changes))

    def control(self, method: str, name: str, content: object = None) -> Reply:
        body = b"" if content is None else json.dumps(content).encode()
        headers = {"x-control-token": TOKEN}
        return self.send(method, f"/control/{name}", body=body, headers=headers)

    def send(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        body: bytes = b"",
        key: str = "",
        headers: dict[str, str] | None = None,
    ) -> Reply:
        request = Request(
            method=method,
            path=path,
            query=query,
            body=body,
            headers={"x-mbx-apikey": key, **(headers or {})},
        )
        return Reply(self.protocol.handle_http(request))

    def listen_key(self) -> str:
        reply = self.send("POST", "/fapi/v1/listenKey", key=KEY)
        return str(reply.content["listenKey"])

    def connect(self, address: str, *, headers: dict[str, str] | None = None) -> Session:
        path, _, query = address.partition("?")
        request = Request(method="GET", path=path, query=query, headers=headers or {})
        return self.protocol.open_session(request)

    def say(self, session: Session, message: object) -> None:
        data = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.protocol.receive(session, data)


def heard(session: Session) -> list[Any]:
    """Take what a session has to say: texts as JSON, other frames by their kind."""
    frames = list(session.outbox)
    session.outbox.clear()
    return [
        json.loads(frame.data) if frame.kind is FrameKind.TEXT else frame.kind.value
        for frame in frames
    ]


def signed(query: str, secret: str = SECRET) -> str:
    signature = hmac.new(secret.encode(), query.encode(), sha256).hexdigest()
    return f"{query}&signature={signature}"
