"""A closed candle is told on: to the ledger what came of it, to its signal when it was in."""

from msgspec.structs import replace
from typing_extensions import override

from noctule.adapters.clock import VirtualClock
from noctule.domain.events.data import CandleClosed
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.market import Candle
from noctule.domain.observation import Answer, Observation
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Timeframe
from noctule.engine.desk import Desk
from noctule.engine.handlers.market import MarketHandler
from noctule.engine.opinions import Opinions
from noctule.market.board import Board
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings
from tests.builders import BTCUSDT, START_MS, candles
from tests.fakes.bus import Published, live, new_bus
from tests.fakes.carried import carried
from tests.fakes.feed import closed

LONG = Signal(direction=Direction.LONG, reason="close above the band", stop=59_000.0)


class Bullish(Strategy):
    """Wants to be long, whatever closes."""

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        return LONG


def new_handler(bus: Published) -> tuple[MarketHandler, Desk]:
    board = Board(BTCUSDT, base=Timeframe.M1, higher=[Timeframe.M5], capacity=10)
    desk = Desk(label="mine", strategy=Bullish(StrategySettings()), board=board)
    opinions = Opinions([desk], stopwatch_ns=lambda: 0)
    clock = VirtualClock(START_MS)
    handler = MarketHandler(bus=bus, desks={BTCUSDT: desk}, clock=clock, opinions=opinions)
    return handler, desk


async def test_every_closed_candle_is_put_down_after_its_signal_has_gone() -> None:
    bus = Published()
    handler, desk = new_handler(bus)
    seen: list[tuple[Observation, int]] = []
    handler.on_asked = lambda observation: seen.append((observation, len(bus.events)))
    history = candles([60_000.0] * 5)
    desk.board.seed(history[:4], {Timeframe.M5: []})
    for bar in history[3:]:
        await carried(handler.on_candle_closed(closed(bar)))
    (bar,) = [each.candle for each in bus.events if isinstance(each, CandleClosed)]
    await carried(handler.on_candle_closed(closed(bar)))
    assert [(each.candle.timeframe, each.answer, published) for each, published in seen] == [
        ("1m", Answer.HISTORY, 0),
        ("1m", Answer.SIGNAL, 1),
        ("5m", Answer.SIGNAL, 3),
    ]


async def test_a_signal_knows_when_its_candle_was_in_and_so_does_one_of_a_longer_bar() -> None:
    bus = Published()
    handler, _ = new_handler(bus)
    for number, bar in enumerate(candles([60_000.0] * 5)):
        await carried(handler.on_candle_closed(replace(closed(bar), received_ms=START_MS + number)))
    (longer,) = [each for each in bus.events if isinstance(each, CandleClosed)]
    await carried(handler.on_candle_closed(longer))
    signals = [each.received_ms for each in bus.events if isinstance(each, SignalGenerated)]
    assert signals == [START_MS + each for each in (0, 1, 2, 3, 4, 4)]


class Short(Strategy):
    """Is at a loss about longer bars, and only about these."""

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        if candle.timeframe is not Timeframe.M1:
            raise ValueError("too long")
        return None


async def test_what_it_makes_of_a_longer_bar_is_not_put_down_of_the_candle_that_closed_it() -> None:
    bus = new_bus()
    board = Board(BTCUSDT, base=Timeframe.M1, higher=[Timeframe.M5], capacity=10)
    desk = Desk(label="mine", strategy=Short(StrategySettings()), board=board)
    handler = MarketHandler(
        bus=bus,
        desks={BTCUSDT: desk},
        clock=VirtualClock(START_MS),
        opinions=Opinions([desk], stopwatch_ns=lambda: 0),
        show_later=bus.show_later,
    )
    seen: list[Observation] = []
    handler.on_asked = seen.append
    bus.subscribe(CandleClosed, handler.on_candle_closed)
    async with live(bus):
        for bar in candles([60_000.0] * 5):
            await bus.hand_in(closed(bar))
    assert [(each.candle.timeframe, each.answer) for each in seen[-2:]] == [
        ("1m", Answer.NOTHING),
        ("5m", Answer.FAILED),
    ]
