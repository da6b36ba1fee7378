"""Whatever is traded, our books say what the exchange's say, to the last decimal.

The simulated exchange shares no code with ours: it trades, tells it in Binance's words, the adapter
reads them, and our ledger adds up what it was told.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from noctule.adapters.binance.account.told_purse import ToldPurse
from noctule.adapters.binance.wire.user import AccountUpdate, OrderUpdate, fill_of, read_user_event
from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.fills import Fills, Ladder
from noctule.adapters.sim.model import OrderType, Refusal, Rules, Side
from noctule.adapters.sim.wire_events import user_event
from noctule.domain.events.order import AccountUpdated, FundingPaid, PositionReported
from noctule.domain.position import AccountSnapshot, Balance, Fill, Position
from noctule.domain.trade import ClosedTrade, ExitReason
from noctule.domain.values import Price, Quote, Symbol
from noctule.positions.account_book import AccountBook
from noctule.positions.tally import TradeTally
from tests.fakes.pit import BTC, BTCUSDT, START_MS, Pit

SYMBOL: Final = Symbol(BTCUSDT)
NOTHING: Final = Decimal(0)
MEAN: Final = Decimal("0.000000000001")  # as the exchange shows an entry price
DEPOSIT: Final = "100000000"  # nobody is liquidated here
DEAR: Final = replace(
    BTC, brackets=(replace(BTC.brackets[0], notional_cap=Decimal(10**12)),), min_notional=NOTHING
)
# Five decimals less in a price are five more in a quantity: what is rounded shows there first.
CHEAP: Final = replace(
    DEAR,
    price_precision=7,
    quantity_precision=0,
    tick=Decimal("0.0000001"),
    min_price=Decimal("0.0000001"),
    step=Decimal(1),
    min_qty=Decimal(1),
    max_qty=Decimal(10**12),
    market_step=Decimal(1),
    market_min_qty=Decimal(1),
    market_max_qty=Decimal(10**12),
)
MARKETS: Final = ((DEAR, "60000"), (CHEAP, "0.0123457"))


class Trips:
    """Round trips one after the other; a flip ends one and begins the next."""

    def __init__(self) -> None:
        self.closed: list[ClosedTrade] = []
        self.tally = self.begun()

    def begun(self) -> TradeTally:
        return TradeTally(Position(symbol=SYMBOL), strategy="monkey", quote_asset="USDT")

    def add(self, fill: Fill) -> None:
        beyond = self.tally.add(fill)
        if self.tally.is_finished:
            self.closed.append(self.tally.close(ExitReason.SIGNAL))
            self.tally = self.begun()
        if beyond is not None:
            assert self.tally.add(beyond) is None


class Owner:
    """Hears what the exchange tells one account, and keeps our books of it."""

    def __init__(self, pit: Pit, rules: Rules) -> None:
        self.pit = pit
        self.rules = {rules.symbol: rules}
        self.purse = ToldPurse()
        self.book = AccountBook("USDT")
        self.trips = Trips()
        self.realized = self.fees = self.funding = NOTHING
        wallet = Quote(pit.account.wallet)
        self.book.take(
            AccountSnapshot(
                at_ms=START_MS,
                balances=(Balance(asset="USDT", wallet=wallet, available=wallet),),
                positions=(),
            )
        )

    def hear_all(self) -> None:
        told, self.pit.events = self.pit.events, []
        for event in told:
            self.hear(event)

    def hear(self, told: UserEvent) -> None:
        frame = json.dumps(user_event(told, event_ms=told.time_ms, rules=self.rules)).encode()
        match read_user_event(frame):
            case OrderUpdate(order=order):
                fill = fill_of(order)
                if fill is not None:
                    self.hear_fill(fill)
            case AccountUpdate() as update:
                for event in self.purse.hear(update):
                    self.hear_account(event)
            case _:
                pass  # what only concerns orders

    def hear_fill(self, fill: Fill) -> None:
        applied = self.book.hear_fill(fill)
        assert applied is not None
        assert applied.realized_pnl == fill.realized_pnl, fill
        assert_entered_alike(applied.position, self.book.reported(SYMBOL))
        self.realized += applied.realized_pnl
        self.fees += fill.fee
        self.trips.add(fill)

    def hear_account(self, event: object) -> None:
        match event:
            case PositionReported(position=position):
                self.book.hear_report(position)
            case AccountUpdated(balances=balances, cause=cause, at_ms=at_ms):
                self.book.hear_balances(balances, cause=cause, at_ms=at_ms)
            case FundingPaid(amount=amount):
                self.funding += amount
                self.trips.tally.add_funding(amount)
            case _:
                raise AssertionError(f"nobody hears {event}")


class Monkey:
    """Trades at random; what is refused is refused."""

    def __init__(self, pit: Pit, rules: Rules, price: str, random: Random) -> None:
        self.pit = pit
        self.rules = rules
        self.price = Decimal(price)
        self.random = random
        self.transferred = Decimal(DEPOSIT)
        self.doings: tuple[Callable[[], object], ...] = (
            *(self.move, self.move, self.mark, self.market, self.market, self.market),
            *(self.limit, self.close, self.flip, self.stop, self.transfer, self.wait),
        )

    def act(self) -> None:
        try:
            self.random.choice(self.doings)()
        except Refusal:
            return

    def near(self, share: float) -> str:
        ticks = int(self.price / self.rules.tick)
        return str(round(ticks * (1 + self.random.uniform(-share, share))) * self.rules.tick)

    def qty(self) -> str:
        return str(self.random.randint(1, 999) * self.random.choice((1, 7)) * self.rules.step)

    def side(self) -> Side:
        return self.random.choice(list(Side))

    def held(self) -> Decimal:
        return self.pit.position().amount

    def against(self) -> Side:
        return Side.SELL if self.held() > 0 else Side.BUY

    def move(self) -> None:
        self.price = Decimal(self.near(0.02))
        self.pit.tick(str(self.price), qty=self.qty())

    def mark(self) -> None:
        self.pit.mark(self.near(0.02), rate="0.0003")

    def market(self) -> None:
        self.pit.market(self.side(), self.qty())

    def limit(self) -> None:
        self.pit.limit(self.side(), self.qty(), self.near(0.01))

    def close(self) -> None:
        part = self.random.choice((Decimal(1), Decimal("0.5"), Decimal("0.37")))
        qty = (abs(self.held()) * part).quantize(self.rules.step)
        self.pit.market(self.against(), str(qty), reduce_only=True)

    def leave(self) -> None:
        self.pit.mark(str(self.price))
        if self.held():
            self.pit.market(self.against(), str(abs(self.held())), reduce_only=True)

    def flip(self) -> None:
        self.pit.market(self.against(), str(abs(self.held()) + Decimal(self.qty())))

    def stop(self) -> None:
        self.pit.algo(OrderType.STOP_MARKET, self.against(), self.near(0.02))

    def transfer(self) -> None:
        amount = Decimal(self.random.randint(-10_000_000, 10_000_000)) / 100
        self.pit.exchange.transfer(self.pit.account, amount)
        self.transferred += amount

    def wait(self) -> None:
        self.pit.wait(3_600_000 * self.random.randint(1, 9))


def assert_entered_alike(ours: Position, told: Position) -> None:
    assert ours.signed_quantity == told.signed_quantity
    if told.entry_price is None or ours.entry_price is None:
        assert ours.entry_price is told.entry_price
    else:
        assert ours.entry_price.quantize(MEAN) == told.entry_price


def played(seed: int, market: int, *, is_deep: bool) -> tuple[Monkey, Owner]:
    rules, price = MARKETS[market]
    worth = Decimal(50_000) if market == 0 else Decimal(20)
    fills = Fills() if is_deep else Fills(depth=Ladder(level_quote=worth, levels=200))
    pit = Pit(price=price, deposit=DEPOSIT, fills=fills, rules=(rules,))
    pit.mark(price, rate="0.0001")
    pit.events.clear()
    monkey, owner = Monkey(pit, rules, price, Random(seed)), Owner(pit, rules)
    for _ in range(60):
        monkey.act()
        owner.hear_all()
        assert_books_agree(monkey, owner)
    return monkey, owner


def assert_books_agree(monkey: Monkey, owner: Owner) -> None:
    pit, book = monkey.pit, owner.book
    mark = pit.exchange._floor.books[BTCUSDT].mark
    book.hear_mark(SYMBOL, float(mark), at_ms=pit.time_ms)
    portfolio = book.portfolio(at_ms=pit.time_ms, in_flight={}, ours=frozenset())
    assert book.difference(SYMBOL) == 0
    assert book.position(SYMBOL).signed_quantity == monkey.held()
    assert book.position(SYMBOL).entry_price == (pit.position().entry_price or None)
    assert portfolio.wallet == pit.account.wallet
    assert portfolio.wallet == monkey.transferred + owner.realized - owner.fees + owner.funding
    # The venue shows twelve decimals of an entry price, and all that is held is valued with it.
    unrealized = book.position(SYMBOL).unrealized_pnl(Price(mark))
    assert abs(portfolio.unrealized_pnl - unrealized) <= abs(monkey.held()) * MEAN


@given(seed=st.integers(0, 2**32), market=st.integers(0, 1), is_deep=st.booleans())
@settings(deadline=None, max_examples=40)
def test_every_fill_realises_what_the_exchange_says_and_leaves_its_entry_price_and_its_wallet(
    seed: int, market: int, is_deep: bool
) -> None:
    played(seed, market, is_deep=is_deep)


@given(seed=st.integers(0, 2**32), market=st.integers(0, 1), is_deep=st.booleans())
@settings(deadline=None, max_examples=20)
def test_round_trips_add_up_to_what_the_wallet_gained(
    seed: int, market: int, is_deep: bool
) -> None:
    monkey, owner = played(seed, market, is_deep=is_deep)
    for _ in range(9):  # a thin market does not take it all at once
        monkey.leave()
        owner.hear_all()
    assert not monkey.held()
    gained = sum((trade.net_pnl for trade in owner.trips.closed), NOTHING)
    assert monkey.pit.account.wallet - monkey.transferred == gained
    for trade in owner.trips.closed:
        sign = 1 if trade.direction == "LONG" else -1
        exact = (trade.exit_price - trade.entry_price) * trade.quantity * sign
        assert abs(trade.gross_pnl - exact) < Decimal("0.0001")
