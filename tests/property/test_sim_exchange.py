"""Whatever an account does and the market does to it, the books of the exchange agree."""

from collections.abc import Callable
from copy import copy
from decimal import Decimal
from random import Random
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from noctule.adapters.sim.events import AlgoUpdated, OrderUpdated, UserEvent
from noctule.adapters.sim.fills import Fills, Ladder, Latency, Queue, Touch
from noctule.adapters.sim.margin import maintenance
from noctule.adapters.sim.model import (
    ZERO,
    AlgoStatus,
    MarginType,
    OrderStatus,
    OrderType,
    Position,
    PositionSide,
    Refusal,
    Side,
    Tif,
)
from noctule.adapters.sim.open_orders import reduces, worth_of
from noctule.adapters.sim.specs import Amendment
from noctule.adapters.sim.statement import unrealized
from tests.fakes.pit import BTC, BTCUSDT, ETH, Pit

FILLS: Final = (
    Fills(),
    Fills(depth=Ladder(level_quote=Decimal(6_000), levels=4)),
    Fills(queue=Queue(ahead_quote=Decimal(50_000), share=Decimal("0.3"))),
    Fills(latency=Latency(entry_ms=700, jitter_ms=900)),
    Fills(queue=Touch()),
)
LEGAL: Final = {
    # An order may end on its way; then it never was NEW.
    None: {OrderStatus.NEW, OrderStatus.CANCELED, OrderStatus.EXPIRED},
    OrderStatus.NEW: set(OrderStatus),
    OrderStatus.PARTIALLY_FILLED: set(OrderStatus) - {OrderStatus.NEW},
}
ALGO_LEGAL: Final = {
    None: {AlgoStatus.NEW},
    AlgoStatus.NEW: {
        AlgoStatus.NEW,  # trailing, activated
        AlgoStatus.TRIGGERING,
        AlgoStatus.CANCELED,
        AlgoStatus.EXPIRED,
    },
    AlgoStatus.TRIGGERING: {AlgoStatus.TRIGGERED, AlgoStatus.REJECTED},
    AlgoStatus.TRIGGERED: {AlgoStatus.FINISHED},
}


class Monkey:
    """Does something at random with a pit; what is refused is refused."""

    def __init__(self, pit: Pit, random: Random) -> None:
        self.pit = pit
        self.random = random
        self.price = Decimal(60_000)
        self.doings: tuple[Callable[[], object], ...] = (
            *(self.move, self.move, self.travel, self.mark, self.market, self.market),
            *(self.limit, self.limit, self.stop, self.target, self.trail, self.modify),
            *(self.cancel, self.transfer, self.leverage, self.margin, self.wait, self.isolate),
            self.deleverage,
        )

    def act(self) -> None:
        try:
            self.random.choice(self.doings)()
        except Refusal:
            return

    def near(self, share: float) -> str:
        return str(self.price + Decimal(round(self.random.uniform(-share, share) * 60_000)) / 10)

    def side(self) -> Side:
        return self.random.choice(list(Side))

    def leg(self) -> PositionSide:
        if not self.pit.account.dual_side:
            return PositionSide.BOTH
        return self.random.choice((PositionSide.LONG, PositionSide.SHORT))

    def qty(self) -> str:
        return str(Decimal(self.random.randint(1, 400)) * self.random.choice((1, 1, 5)) / 1_000)

    def move(self, *, travelled: bool = False) -> None:
        step = Decimal(self.random.randint(-9_000, 9_000)) / 10
        self.price = min(max(self.price + step, Decimal(20_000)), Decimal(150_000))
        qty, last = self.qty(), self.last_trade()
        self.pit.tick(str(self.price), qty=qty, travelled=travelled)
        assert_a_share_is_kept(self.pit, last, Decimal(qty))

    def last_trade(self) -> int:
        return max((trade.trade_id for trade in self.pit.account.history.trades), default=0)

    def travel(self) -> None:
        self.move(travelled=True)

    def mark(self) -> None:
        self.pit.mark(self.near(0.05), rate="0.0003")

    def market(self) -> None:
        reduce_only = self.random.random() < 0.3
        self.pit.market(self.side(), self.qty(), leg=self.leg(), reduce_only=reduce_only)

    def limit(self) -> None:
        self.pit.limit(
            self.side(),
            self.qty(),
            self.near(0.1),
            tif=self.random.choice((Tif.GTC, Tif.IOC, Tif.FOK, Tif.GTX)),
            leg=self.leg(),
            reduce_only=self.random.random() < 0.3,
            stp=self.random.choice(("NONE", "EXPIRE_MAKER", "EXPIRE_TAKER", "EXPIRE_BOTH")),
        )

    def stop(self) -> None:
        qty = self.random.choice((None, self.qty()))
        kind = OrderType.STOP_MARKET
        self.pit.algo(kind, self.side(), self.near(0.2), qty=qty, leg=self.leg())

    def target(self) -> None:
        kind, price = OrderType.TAKE_PROFIT, self.near(0.2)
        self.pit.algo(kind, self.side(), price, qty=self.qty(), price=price, leg=self.leg())

    def trail(self) -> None:
        kind = OrderType.TRAILING_STOP_MARKET
        self.pit.algo(kind, self.side(), qty=self.qty(), callback="0.5", leg=self.leg())

    def modify(self) -> None:
        for order in list(self.pit.account.orders.values())[:1]:
            self.pit.exchange.modify(
                self.pit.account,
                BTCUSDT,
                order,
                Amendment(qty=Decimal(self.qty()), price=Decimal(self.near(0.1))),
            )

    def cancel(self) -> None:
        account, exchange = self.pit.account, self.pit.exchange
        for order in list(account.orders.values())[:1]:
            exchange.cancel(account, BTCUSDT, order_id=order.order_id, client_id=None)
        for algo in list(account.algos.values())[:1]:
            exchange.cancel_algo(account, algo_id=algo.algo_id, client_algo_id=None)

    def transfer(self) -> None:
        self.pit.exchange.transfer(
            self.pit.account, Decimal(self.random.randint(-50_000, 50_000)) / 100
        )

    def leverage(self) -> None:
        self.pit.exchange.set_leverage(self.pit.account, BTCUSDT, self.random.randint(1, 130))

    def margin(self) -> None:
        amount = Decimal(self.random.randint(-20_000, 20_000)) / 100
        self.pit.exchange.change_margin(self.pit.account, BTCUSDT, amount, self.leg())

    def isolate(self) -> None:
        kind = self.random.choice(list(MarginType))
        self.pit.exchange.set_margin_type(self.pit.account, BTCUSDT, kind)

    def deleverage(self) -> None:
        legs = self.pit.account.legs(BTCUSDT)
        for leg in legs[: self.random.randrange(2)]:
            price, qty = Decimal(self.near(0.05)), Decimal(self.qty())
            self.pit.exchange.deleverage(self.pit.account, BTCUSDT, leg.side, qty=qty, price=price)

    def wait(self) -> None:
        self.pit.wait(3_600_000)


def played(seed: int, *, fills: int = 0, hedge: bool = False) -> Pit:
    pit = Pit(fills=FILLS[fills], rules=(BTC, ETH))
    if hedge:
        pit.hedge()
    pit.mark("60000", rate="0.0001")
    monkey = Monkey(pit, Random(seed))
    for _ in range(120):
        monkey.act()
        assert_the_books_agree(pit)
    return pit


def assert_the_books_agree(pit: Pit) -> None:
    account, history = pit.account, pit.account.history
    legs = list(account.positions.values())
    incomes = dict.fromkeys(("TRANSFER", "FUNDING_FEE", "INSURANCE_CLEAR"), ZERO)
    for line in history.incomes:
        incomes[line.income_type] = incomes.get(line.income_type, ZERO) + line.income
    trades = list(history.trades)
    realized = sum((trade.realized_pnl for trade in trades), ZERO)
    fees = sum((trade.commission for trade in trades), ZERO)
    moved = incomes["TRANSFER"] + incomes["FUNDING_FEE"] + incomes["INSURANCE_CLEAR"]
    assert account.wallet == moved + realized - fees
    bought = sum((trade.side.sign * trade.qty for trade in trades), ZERO)
    assert bought == sum((leg.amount for leg in legs), ZERO)
    spent = sum((trade.side.sign * trade.qty * trade.price for trade in trades), ZERO)
    held = sum((leg.amount * leg.entry_price for leg in legs), ZERO)
    assert abs(held - spent - realized) < Decimal("0.0001")
    assert all(not leg.isolated_wallet for leg in legs if not leg.amount)
    assert account.wallet >= 0 or any(leg.amount for leg in legs)
    assert_what_is_open_is_open(pit)


def assert_a_share_is_kept(pit: Pit, last: int, qty: Decimal) -> None:
    """Check what one market trade of this quantity gave to those who rest."""
    queue = pit.exchange.fills.queue
    if isinstance(queue, Queue) and queue.share is not None:
        trades = (each for each in pit.account.history.trades if each.trade_id > last)
        made = sum((each.qty for each in trades if each.is_maker), ZERO)
        assert made <= qty * queue.share


def assert_what_is_open_is_open(pit: Pit) -> None:
    account, book = pit.account, pit.exchange._floor.books[BTCUSDT]
    assert all(order.is_open for order in account.orders.values())
    assert all(algo.is_open for algo in account.algos.values())
    travelling = {arrival.order.order_id for arrival in book.arrivals}
    trailing = {*book.on_last.trailing, *book.on_mark.trailing}
    assert account.orders.keys() - travelling == book.entries.keys() - account.algos.keys()
    assert account.algos.keys() - trailing == book.entries.keys() - account.orders.keys()
    assert len(book.on_last) + len(book.on_mark) == len(book.entries) + len(trailing)
    for symbol, side in account.open_orders.legs():
        adding = [each for each in account.open_orders.of(symbol, side) if not reduces(each)]
        assert account.open_orders.worth(symbol, side, book.mark) == worth_of(adding, book.mark)
    resting = [account.orders[number] for number in account.orders.keys() - travelling]
    left = sum((order.left for order in resting if order.reduce_only), ZERO)
    assert left <= abs(account.position(BTCUSDT, PositionSide.BOTH).amount)


@given(seed=st.integers(0, 2**32), fills=st.integers(0, len(FILLS) - 1), hedge=st.booleans())
@settings(deadline=None)
def test_balance_is_deposits_and_profit_and_funding_less_fees_and_bought_is_sold_and_position(
    seed: int, fills: int, hedge: bool
) -> None:
    played(seed, fills=fills, hedge=hedge)


@given(seed=st.integers(0, 2**32), fills=st.integers(0, len(FILLS) - 1), hedge=st.booleans())
@settings(deadline=None, max_examples=30)
def test_statuses_only_move_legally_and_fills_never_exceed_the_quantity(
    seed: int, fills: int, hedge: bool
) -> None:
    orders: dict[int, OrderStatus] = {}
    algos: dict[int, AlgoStatus] = {}
    for event in played(seed, fills=fills, hedge=hedge).events:
        if isinstance(event, OrderUpdated):
            order = event.order
            assert order.status in LEGAL.get(orders.get(order.order_id), set()), order
            assert ZERO <= order.executed <= order.qty
            orders[order.order_id] = order.status
        if isinstance(event, AlgoUpdated):
            algo = event.algo
            assert algo.status in ALGO_LEGAL.get(algos.get(algo.algo_id), set()), algo
            algos[algo.algo_id] = algo.status


@given(seed=st.integers(0, 2**32), fills=st.integers(0, len(FILLS) - 1), hedge=st.booleans())
@settings(deadline=None, max_examples=20)
def test_the_same_calls_give_the_same_events(seed: int, fills: int, hedge: bool) -> None:
    def told() -> list[UserEvent]:
        return played(seed, fills=fills, hedge=hedge).events

    assert told() == told()


@given(seed=st.integers(0, 2**32), hedge=st.booleans())
@settings(deadline=None, max_examples=30)
def test_after_a_mark_nobody_is_left_without_margin(seed: int, hedge: bool) -> None:
    pit = played(seed, hedge=hedge)
    pit.mark("60000")
    book = pit.exchange._floor.books[BTCUSDT]
    for price in range(60_000, 30_000, -50):
        pit.mark(str(price))
        for legs, wallet in purses(pit):
            margin = wallet + sum((unrealized(leg, book) for leg in legs), ZERO)
            least = sum((maintenance(BTC, abs(leg.amount) * book.mark) for leg in legs), ZERO)
            assert margin > least, (price, legs)


def purses(pit: Pit) -> list[tuple[list[Position], Decimal]]:
    legs = [copy(leg) for leg in pit.account.held()]
    if pit.account.is_isolated(BTCUSDT):
        return [([leg], leg.isolated_wallet) for leg in legs]
    return [(legs, pit.account.cross_wallet)] if legs else []
