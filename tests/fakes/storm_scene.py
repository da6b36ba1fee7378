"""A storm's scene without a bot: one account on a market that moves when a test says so."""

from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import urlencode

from typing_extensions import override

from noctule.adapters.clock import VirtualClock
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.messages import Request, Response
from noctule.adapters.sim.model import Order, OrderType, Side
from noctule.adapters.sim.protocol import Setup
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.source import MarketEvent
from noctule.adapters.sim.specs import OrderSpec
from noctule.adapters.sim.venue import Market, make_venue
from noctule.app.storm.clocks import SettableWall
from noctule.app.storm.exchange import StormExchange
from noctule.app.storm.home import KEY, SECRET
from noctule.app.storm.scene import Scene
from noctule.app.storm.story import Story
from tests.fakes.hands_market import OPEN_MS, traded
from tests.fakes.small_storms import a_story

__all__ = ["OPEN_MS", "StormScene"]

_PRICES = {"BTCUSDT": "60000", "ETHUSDT": "3000"}


class _Words(Iterator[MarketEvent]):
    def __init__(self) -> None:
        self.waiting = deque[Tick | MarkTick]()

    @override
    def __next__(self) -> MarketEvent:
        if not self.waiting:
            raise StopIteration
        return self.waiting.popleft()


class StormScene(Scene):
    """Trades for the bot and for its owner, at the word of a test."""

    def __init__(self, story: Story | None = None, *, clock: VirtualClock | None = None) -> None:
        clock = clock or VirtualClock(OPEN_MS)
        words = _Words()
        for symbol, price in _PRICES.items():
            words.waiting.extend(traded(symbol, price, at_ms=OPEN_MS - 60_000))
        market = Market(
            rules=tuple(each for each in default_rules() if each.symbol in _PRICES),
            start_ms=OPEN_MS - 120_000,
            open_ms=OPEN_MS,
            source=lambda _accounts: words,
        )
        exchange = StormExchange(make_venue(market), Setup(clock=clock))
        account = exchange.open_for(KEY, SECRET, 100_000)
        super().__init__(
            story or a_story(symbols=tuple(_PRICES)),
            exchange,
            account,
            clock=clock,
            wall=SettableWall(clock),
            open_ms=OPEN_MS,
        )
        self._words = words

    def trade(self, symbol: str, price: str) -> None:
        """Let the market trade there, now."""
        for event in traded(symbol, price, at_ms=self.clock.now_ms()):
            self.exchange.happen(event)

    def market(self, symbol: str, amount: str, *, name: str = "hand-x") -> Order:
        """Take a position, or end one, for so much; negative is sold."""
        qty = Decimal(amount)
        return self.exchange.venue.exchange.place(
            self.account,
            OrderSpec(
                symbol=symbol,
                side=Side.BUY if qty > 0 else Side.SELL,
                type=OrderType.MARKET,
                qty=abs(qty),
                client_id=name,
            ),
        )

    def ask(self, method: str, path: str, **sent: str) -> Response:
        """Send a request whose signature is wrong: what watches sees it all the same."""
        query = urlencode({**sent, "signature": "0"})
        headers = {"x-mbx-apikey": KEY}
        return self.exchange.handle_http(
            Request(method=method, path=path, query=query, headers=headers)
        )
