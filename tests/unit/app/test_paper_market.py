"""The paper exchange moves as the live one does, and not at all while nobody hears that one."""

from decimal import Decimal

import pytest

from noctule.adapters.binance.wire.prices import BestTold, MarkTold, TradeTold
from noctule.adapters.clock import VirtualClock
from noctule.adapters.sim.account import Account
from noctule.adapters.sim.exchange import AlgoSpec, OrderSpec
from noctule.adapters.sim.model import OrderType, PositionSide, Side
from noctule.adapters.sim.pacing import Followed
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.venue import followed, make_venue
from noctule.app.paper_market import PaperMarket
from tests.fakes.pit import BTC, BTCUSDT, START_MS

HOUR_MS = 3_600_000


class Scene:
    """A paper exchange of one contract, and an account on it."""

    def __init__(self) -> None:
        clock = VirtualClock(START_MS)
        self.protocol = Protocol(
            make_venue(followed((BTC,), start_ms=START_MS)),
            Setup(clock=clock, pace=Followed(clock.now_ms)),
        )
        self.market = PaperMarket(self.protocol)
        self.exchange = self.protocol.venue.exchange
        self.account: Account = self.exchange.open_account(
            key="k", secret="s", deposit=Decimal(10_000)
        )
        self._number = 0

    @property
    def amount(self) -> Decimal:
        return self.account.position(BTCUSDT, PositionSide.BOTH).amount

    def trade(self, price: str, *, maker_bought: bool = False) -> None:
        self._number += 1
        self.market.on_trade(
            TradeTold(
                symbol=BTCUSDT,
                number=self._number,
                price=Decimal(price),
                quantity=Decimal(1),
                at_ms=START_MS + self._number,
                is_buyer_maker=maker_bought,
            )
        )

    def best(self, bid: str, ask: str) -> None:
        self.market.on_best(
            BestTold(
                symbol=BTCUSDT,
                number=1,
                bid=Decimal(bid),
                bid_quantity=Decimal(5),
                ask=Decimal(ask),
                ask_quantity=Decimal(5),
            )
        )

    def mark(self, price: str, *, at_ms: int, next_ms: int, rate: str = "0.0001") -> None:
        self.market.on_mark(
            MarkTold(
                symbol=BTCUSDT,
                number=at_ms,
                mark=Decimal(price),
                index=Decimal(0),
                next_funding_ms=next_ms,
                funding_rate=Decimal(rate),
            )
        )

    def buy(self, qty: str) -> Decimal:
        spec = OrderSpec(symbol=BTCUSDT, side=Side.BUY, type=OrderType.MARKET, qty=Decimal(qty))
        return self.exchange.place(self.account, spec).average_price

    def stop(self, trigger: str) -> None:
        spec = AlgoSpec(
            symbol=BTCUSDT,
            side=Side.SELL,
            type=OrderType.STOP_MARKET,
            trigger_price=Decimal(trigger),
            close_position=True,
        )
        self.exchange.place_algo(self.account, spec)


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.trade("60000")
    scene.market.on_restored()
    return scene


def test_an_order_pays_what_the_live_book_shows(scene: Scene) -> None:
    scene.best("59999.90", "60000.10")
    assert scene.buy("0.010") == Decimal("60000.10")


def test_a_live_trade_pulls_a_stop_which_sells_at_the_live_bid(scene: Scene) -> None:
    scene.best("59999.90", "60000.10")
    scene.buy("0.010")
    scene.stop("59900")
    scene.trade("59900.10")
    assert scene.amount
    scene.best("59880", "59899.90")
    scene.trade("59899.90", maker_bought=True)
    assert not scene.amount
    assert scene.account.history.trades[-1].price == Decimal(59_880)


def test_funding_is_charged_at_the_live_rate_and_time(scene: Scene) -> None:
    scene.buy("0.010")
    due_ms = START_MS + 4 * HOUR_MS
    scene.mark("60000", at_ms=due_ms - 1_000, next_ms=due_ms, rate="0.0002")
    scene.mark("60010", at_ms=due_ms + 10, next_ms=due_ms + 8 * HOUR_MS, rate="-0.0001")
    (booked,) = [
        each for each in scene.account.history.incomes if each.income_type == "FUNDING_FEE"
    ]
    assert (booked.income, booked.time_ms) == (Decimal("-0.12"), due_ms)


def test_a_contract_is_live_once_it_is_heard_and_as_long_as_nothing_is_lost() -> None:
    scene = Scene()
    assert scene.market.doubt(BTCUSDT) == "the live prices are not heard yet"
    assert scene.market.doubt("NOSUCHUSDT") is None
    scene.market.on_restored()
    assert scene.market.doubt(BTCUSDT) == (
        "no live price of BTCUSDT was heard since the connection stands"
    )
    scene.trade("60000")
    assert scene.market.doubt(BTCUSDT) is None
    scene.best("59000", "59001")
    scene.market.on_lost("cut")
    assert scene.market.doubt(BTCUSDT) == "the live prices are lost: cut"
    assert scene.exchange.quote(BTCUSDT).bid == Decimal(60_000)


def test_while_nothing_is_heard_time_goes_on_and_nothing_is_filled(scene: Scene) -> None:
    scene.buy("0.010")
    scene.stop("59900")
    scene.market.on_lost("cut")
    scene.protocol.advance()
    assert scene.amount == Decimal("0.010")
    assert scene.account.algos
