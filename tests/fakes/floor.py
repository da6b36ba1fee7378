"""A trading floor: the real books, desk and gates, over lanes that only note what they are given.

It is Monday, right after the first candle of the day closed; 10000 USDT are in the account.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from noctule.adapters.clock import VirtualClock
from noctule.domain.events.order import OrderRequested
from noctule.domain.instrument import Instrument
from noctule.domain.market import BookTicker, MarkPrice
from noctule.domain.order import Leg, OrderKey, OrderRequest
from noctule.domain.position import AccountSnapshot, Balance, Position
from noctule.domain.report import OrderReport, SymbolLook
from noctule.domain.signals import Direction
from noctule.domain.values import MINUTE_MS, Price, Symbol, Timeframe, quantity, quote
from noctule.engine.cases import Cases, Sources
from noctule.engine.contracts import Contracts
from noctule.engine.desk import Desk
from noctule.engine.entries import Entries
from noctule.engine.freshness import Freshness
from noctule.engine.halts import Halts
from noctule.engine.order_desk import DeskSettings, OrderDesk
from noctule.engine.settings import TradingSettings
from noctule.engine.timers import Timers
from noctule.engine.trades import Trades
from noctule.market.board import Board
from noctule.orders.plan import BracketPlan, EntryTerms
from noctule.positions.account_book import AccountBook
from noctule.risk.calendar import NewsWindow
from noctule.risk.limits import RiskLimits
from noctule.risk.manager import RiskManager
from noctule.strategies.sma_cross import SmaCross, SmaCrossSettings
from tests.builders import BTCUSDT, START_MS, fill, instrument
from tests.fakes.bus import Published
from tests.fakes.desk_events import ACCOUNT, STRATEGY, TRACE
from tests.fakes.noted_lanes import NotedLanes
from tests.fakes.offline import OfflineSetup, OfflineVenue

__all__ = [
    "ETHUSDT",
    "TradingFloor",
    "known_contracts",
    "listed",
    "look",
    "new_floor",
    "plan",
]

ETHUSDT: Final = Symbol("ETHUSDT")
PRICES: Final = {BTCUSDT: 60_000.0, ETHUSDT: 3_000.0}


class TradingFloor:
    """Everything between a signal and the lanes, each under its own name."""

    def __init__(self, contracts: Contracts) -> None:
        self.clock = VirtualClock(START_MS - MINUTE_MS)
        self.bus = Published()
        self.contracts = contracts
        self.book = AccountBook("USDT")
        self.halts = Halts()
        self.trades = Trades(quote_asset="USDT")
        self.lanes = NotedLanes(self.clock)
        self.timers = Timers(clock=self.clock, bus=self.bus)
        self.freshness = Freshness(self.clock)
        self.risk = RiskManager(RiskLimits())
        self.boards = {symbol: _board(symbol) for symbol in PRICES}
        self.desks: dict[Symbol, Desk] = {}  # of the cases made last
        self.offset_ms: float | None = None
        self.saved: list[str] = []
        self.desk = OrderDesk(
            book=self.book,
            contracts=contracts,
            marks=self._mark_of,
            trades=self.trades,
            lanes=self.lanes,
            timers=self.timers,
            clock=self.clock,
            settings=DeskSettings(account=ACCOUNT),
        )

    def open(self, *positions: Position) -> None:
        """Let the candle close, the market be seen and the account be told."""
        self.clock.advance_to_ms(START_MS)
        for symbol in PRICES:
            self.freshness.hear(symbol)
        self.tell_account(*positions)

    def tell_account(
        self,
        *positions: Position,
        orders: tuple[OrderReport, ...] = (),
        wallet: str = "10000",
    ) -> None:
        """Let the venue tell the whole account."""
        balance = Balance(asset="USDT", wallet=quote(wallet), available=quote(wallet))
        self.book.take(
            AccountSnapshot(
                at_ms=self.clock.now_ms(), balances=(balance,), positions=positions, orders=orders
            )
        )

    def wait(self, duration_ms: int) -> None:
        """Let time pass."""
        self.clock.advance_to_ms(self.clock.now_ms() + duration_ms)

    def cases(
        self, trading: TradingSettings | None = None, news: tuple[NewsWindow, ...] = ()
    ) -> Cases:
        """Gather cases from this floor."""
        strategy = SmaCross(SmaCrossSettings())
        self.desks = {
            symbol: Desk(label=STRATEGY, strategy=strategy, board=board)
            for symbol, board in self.boards.items()
        }
        sources = Sources(
            desk=self.desk,
            book=self.book,
            contracts=self.contracts,
            desks=self.desks,
            freshness=self.freshness,
            halts=self.halts,
            lanes=self.lanes,
            clock=self.clock,
            clock_offset_ms=lambda: self.offset_ms,
        )
        return Cases(sources, trading=trading or TradingSettings(), news=news)

    def entries(self, trading: TradingSettings | None = None) -> Entries:
        """Weigh wishes on this floor."""
        settings = trading or TradingSettings()
        return Entries(
            cases=self.cases(settings),
            risk=self.risk,
            desk=self.desk,
            clock=self.clock,
            trading=settings,
        )

    def follow(self, symbol: Symbol = BTCUSDT) -> list[str]:
        """Let a bracket decide, and its orders leave; say what it published."""
        told = self.desk.follow(symbol)
        for event in told:
            if isinstance(event, OrderRequested):
                self.desk.send(event)
        return [type(event).__name__ for event in told]

    async def let_decide(self, symbol: Symbol) -> None:
        """Let a bracket decide, and publish what follows."""
        for event in self.desk.follow(symbol):
            await self.bus.publish(event)

    def enter(self, terms: EntryTerms) -> OrderRequest:
        """Begin the plan's bracket and let its entry leave."""
        (requested,) = self.desk.begin(plan(), terms)
        self.desk.send(requested)
        return requested.request

    def accept(self, request: OrderRequest) -> None:
        """Let the venue have an order of BTCUSDT."""
        bracket = self.desk.brackets[BTCUSDT]
        bracket.on_sent(request.client_order_id)
        bracket.on_accepted(request.client_order_id, self.clock.elapsed_ms())

    def trade(self, request: OrderRequest, *, trade_id: int = 1) -> None:
        """Let an order of 0.010 BTCUSDT fill at once, and both books know it."""
        name, at_ms = request.client_order_id, self.clock.now_ms()
        told = fill(client_order_id=name, side=request.side, trade_id=trade_id, at_ms=at_ms)
        self.desk.brackets[BTCUSDT].on_trade(name, told.quantity, Decimal(0))
        self.book.hear_fill(told)
        self.book.hear_report(replace(self.book.position(BTCUSDT), updated_ms=at_ms))

    def protect(self) -> None:
        """Enter, be filled, and let stop and target rest."""
        request = self.enter(EntryTerms(quantity=quantity("0.010")))
        self.accept(request)
        self.trade(request)
        for _ in range(2):  # the stop first, then its target
            self.follow()
            self.accept(self.lanes.sent[-1])
        self.follow()

    def save(self) -> None:
        """Stand in for the memory."""
        self.saved.append(f"at {self.clock.now_ms() - START_MS}")

    def _mark_of(self, symbol: Symbol) -> Price | None:
        mark = self.boards[symbol].mark
        return None if mark is None else Price(Decimal(repr(mark.mark_price)))


async def new_floor(*positions: Position) -> TradingFloor:
    """Make a floor that is open for business."""
    floor = TradingFloor(await known_contracts())
    floor.open(*positions)
    return floor


async def known_contracts() -> Contracts:
    """Return rules and terms of both symbols, at usual fees and five times leverage."""
    contracts, setup = Contracts(), OfflineSetup()
    await contracts.read_rules(OfflineVenue(VirtualClock(0), instruments=listed))
    await setup.apply(tuple(PRICES), leverage=5, margin_type="isolated")
    await contracts.read_terms(setup, PRICES)
    return contracts


def plan(direction: Direction = Direction.LONG, *, target: str | None = "62000") -> BracketPlan:
    """Plan a position of 60000 with a stop a thousand away."""
    stop = "59000" if direction is Direction.LONG else "61000"
    return BracketPlan(
        symbol=BTCUSDT,
        strategy=STRATEGY,
        trace=TRACE,
        key=OrderKey(close_ms=START_MS - 1, timeframe=Timeframe.M1, leg=Leg.ENTRY, attempt=0),
        direction=direction,
        stop=Price(Decimal(stop)),
        target=None if target is None else Price(Decimal(target)),
        signal_price=60_000.0,
    )


def look(
    signed_quantity: str = "0", *orders: OrderReport, entry_price: str = "60000"
) -> SymbolLook:
    """Answer what is held of BTCUSDT, and what rests there."""
    held = Decimal(signed_quantity)
    return SymbolLook(
        symbol=BTCUSDT,
        signed_quantity=held,
        entry_price=Price(Decimal(entry_price)) if held else None,
        orders=orders,
        at_ms=START_MS,
    )


def _board(symbol: Symbol) -> Board:
    board, price = Board(symbol, base=Timeframe.M1, capacity=200), PRICES[symbol]
    board.mark = MarkPrice(
        symbol=symbol,
        mark_price=price,
        index_price=price,
        funding_rate=0.0001,
        next_funding_ms=START_MS + 240 * MINUTE_MS,
    )
    board.book = BookTicker(
        symbol=symbol,
        bid_price=price,
        bid_quantity=1.0,
        ask_price=price,
        ask_quantity=1.0,
        update_id=1,
    )
    return board


async def listed() -> Mapping[Symbol, Instrument]:
    """Return the rules of both symbols."""
    return {symbol: instrument(symbol=symbol) for symbol in PRICES}
