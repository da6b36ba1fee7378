import pytest

from noctule.adapters.clock import VirtualClock
from noctule.app.subscriptions import subscribe_all
from noctule.domain.events.base import Event
from noctule.domain.events.data import (
    BookTickerUpdated,
    CandleClosed,
    CandleRevised,
    CandleUpdated,
    FeedLost,
    FeedRestored,
    MarkPriceUpdated,
)
from noctule.domain.events.order import OrderFilled
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.market import BookTicker, MarkPrice
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Quantity, Timeframe
from noctule.engine.bus import EventBus
from noctule.engine.handlers.account import AccountHandler
from noctule.engine.handlers.market import Desk, MarketHandler
from noctule.market.board import Board
from noctule.strategies.sma_cross import SmaCross, SmaCrossSettings
from tests.builders import BTCUSDT, candle, fill
from tests.fakes.feed import closed

MARK = MarkPrice(
    symbol=BTCUSDT, mark_price=2.0, index_price=2.0, funding_rate=0.0, next_funding_ms=1
)
BOOK = BookTicker(
    symbol=BTCUSDT,
    bid_price=1.0,
    bid_quantity=1.0,
    ask_price=2.0,
    ask_quantity=1.0,
    update_id=1,
)


def new_market(bus: EventBus) -> tuple[MarketHandler, Board]:
    board = Board(BTCUSDT, base=Timeframe.M1, capacity=10)
    desk = Desk(label="mine", strategy=SmaCross(SmaCrossSettings()), board=board)
    return MarketHandler(bus=bus, desks={BTCUSDT: desk}, clock=VirtualClock(0)), board


def test_each_queue_has_its_handler() -> None:
    bus = EventBus(stopwatch_ns=lambda: 0)
    seen: list[Event] = []
    halted: list[object] = []
    candle_closed = closed(candle())
    signal_generated = SignalGenerated(
        at_ms=1,
        trace="t",
        symbol=BTCUSDT,
        timeframe=Timeframe.M1,
        strategy="s",
        close_ms=1,
        price=1.0,
        signal=Signal(direction=Direction.LONG, reason="why not"),
    )
    order_filled = OrderFilled(at_ms=1, trace="t", fill=fill(), remaining=Quantity(fill().quantity))

    async def opine(event: CandleClosed) -> None:
        seen.append(event)
        await bus.publish(signal_generated)

    subscribe_all(
        bus,
        market=new_market(bus)[0],
        account=AccountHandler(halt=halted.append, resume=halted.append),
        on_candle_closed=opine,
        on_signal_generated=seen.append,
        on_order_filled=seen.append,
    )
    bus.drive(candle_closed)
    bus.drive(order_filled)

    assert seen == [candle_closed, signal_generated, order_filled]


def test_what_else_the_market_tells_reaches_its_board(caplog: pytest.LogCaptureFixture) -> None:
    bus = EventBus(stopwatch_ns=lambda: 0)
    halted: list[object] = []
    market, board = new_market(bus)
    subscribe_all(
        bus,
        market=market,
        account=AccountHandler(halt=halted.append, resume=halted.append),
        on_candle_closed=market.on_candle_closed,
        on_signal_generated=lambda _event: None,
        on_order_filled=lambda _event: None,
    )
    bus.drive(CandleUpdated(at_ms=1, trace="t", candle=candle()))
    assert market.freshness.silent_ms(BTCUSDT) == 0
    bus.drive(MarkPriceUpdated(at_ms=1, trace="t", mark=MARK))
    bus.drive(BookTickerUpdated(at_ms=1, trace="t", book=BOOK))
    assert (board.mark, board.book) == (MARK, BOOK)
    bus.drive(FeedLost(at_ms=1, trace="t", symbol=BTCUSDT, reason="silent"))
    assert market.freshness.is_lost(BTCUSDT)
    bus.drive(FeedRestored(at_ms=1, trace="t", symbol=BTCUSDT, gap_from_ms=None))
    assert not market.freshness.is_lost(BTCUSDT)
    bus.drive(CandleRevised(at_ms=1, trace="t", candle=candle(), published=candle()))
    assert caplog.records[-1].getMessage() == "candle revised"
