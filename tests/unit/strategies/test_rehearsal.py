"""A rehearsal asks as the bot asks, and pretends that what is called for is done."""

from decimal import Decimal

import pytest
from typing_extensions import override

from noctule.adapters.clock import VirtualClock
from noctule.domain.events.data import CandleClosed
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.values import Symbol, Timeframe
from noctule.engine.desk import Desk
from noctule.engine.handlers.market import MarketHandler
from noctule.engine.opinions import Opinions
from noctule.market.board import Board
from noctule.strategies import (
    Candle,
    Direction,
    MarketView,
    Signal,
    Strategy,
    StrategySettings,
)
from noctule.strategies.rehearsal import Rehearsal, candles_from, rehearse
from noctule.strategies.sma_cross import SmaCross, SmaCrossSettings
from tests.fakes.bus import Published
from tests.fakes.carried import carried
from tests.fakes.feed import closed

WAVES = [100 + (step * 7 % 23) - step % 5 for step in range(120)]


class Scripted(Strategy):
    """Says what the script says for the candle's close, and notes what it sees held."""

    def __init__(self, script: dict[float, Signal], *, reverses: bool = False) -> None:
        super().__init__(StrategySettings())
        self.script = script
        self.reverse = reverses  # type: ignore[misc]  # of this one only
        self.held: list[Decimal] = []
        self.asked: list[tuple[str, int]] = []

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        self.held.append(view.position.signed_quantity)
        self.asked.append((candle.timeframe, candle.close_ms))
        return self.script.get(candle.close)


def signal(direction: Direction, stop: float | None = None, target: float | None = None) -> Signal:
    return Signal(direction=direction, reason="as it is written", stop=stop, target=target)


LONG, SHORT, FLAT = (signal(each) for each in (Direction.LONG, Direction.SHORT, Direction.FLAT))


def held(closes: list[float], script: dict[float, Signal], *, reverses: bool = False) -> list[int]:
    strategy = Scripted(script, reverses=reverses)
    rehearse(strategy, candles_from(closes))
    return [int(each) for each in strategy.held]


def test_each_candle_opens_where_the_one_before_closed_and_is_possible() -> None:
    first, second, third = candles_from([100, 101, 99], symbol="ETHUSDT", timeframe="1h")
    assert (first.open, second.open, third.open) == (100, 100, 101)
    assert (third.high, third.low, third.close) == (101, 99, 99)
    assert second.open_ms == first.close_ms + 1
    assert [each.flaw() for each in (first, second, third)] == [None] * 3
    assert (first.symbol, first.timeframe) == ("ETHUSDT", Timeframe.H1)


def test_signals_come_with_the_candle_they_were_given_at() -> None:
    candles = candles_from([1, 2, 3])
    said = rehearse(Scripted({2.0: LONG, 3.0: FLAT}), candles)
    assert said == [(candles[1], LONG), (candles[2], FLAT)]
    assert rehearse(Scripted({}), []) == []


def test_every_longer_bar_is_asked_about_after_the_candle_that_closes_it() -> None:
    strategy = Scripted({})
    candles = candles_from(range(1, 16))
    rehearse(strategy, candles, higher=["5m", "15m"])
    fifth, last = candles[4].close_ms, candles[14].close_ms
    assert ("5m", fifth) in strategy.asked
    assert strategy.asked[-3:] == [("1m", last), ("5m", last), ("15m", last)]


@pytest.mark.parametrize(
    ("closes", "script", "seen"),
    [
        ([1, 2, 3, 4], {2.0: LONG, 3.0: LONG}, [0, 0, 1, 1]),
        ([1, 2, 3, 4], {2.0: LONG, 3.0: FLAT}, [0, 0, 1, 0]),
        ([1, 2, 3, 4], {2.0: LONG, 3.0: SHORT}, [0, 0, 1, 0]),
        ([1, 2, 3, 4], {2.0: SHORT, 3.0: FLAT}, [0, 0, -1, 0]),
        ([1, 2, 3, 4], {1.0: FLAT}, [0, 0, 0, 0]),
    ],
)
def test_what_is_called_for_is_held_from_the_next_candle_on(
    closes: list[float], script: dict[float, Signal], seen: list[int]
) -> None:
    assert held(closes, script) == seen


def test_a_strategy_that_reverses_is_turned_around() -> None:
    assert held([1, 2, 3, 4], {2.0: LONG, 3.0: SHORT}, reverses=True) == [0, 0, 1, -1]


@pytest.mark.parametrize(
    ("closes", "entry", "seen"),
    [
        ([10, 9, 8], signal(Direction.LONG, stop=9), [0, 0, 0]),
        ([10, 9.5, 9.1, 9.1], signal(Direction.LONG, stop=9), [0, 1, 1, 1]),
        ([10, 11, 12], signal(Direction.LONG, target=11), [0, 0, 0]),
        ([10, 11, 12], signal(Direction.LONG, stop=9, target=11.5), [0, 1, 0]),
        ([10, 11, 12], signal(Direction.SHORT, stop=11), [0, 0, 0]),
        ([10, 10.5, 12], signal(Direction.SHORT, stop=11), [0, -1, 0]),
        ([10, 9.5, 9], signal(Direction.SHORT, stop=11, target=9), [0, -1, 0]),
    ],
)
def test_stop_and_target_end_what_is_held(
    closes: list[float], entry: Signal, seen: list[int]
) -> None:
    assert held(closes, {10.0: entry}) == seen


def test_mark_price_and_book_are_those_of_the_close() -> None:
    seen: list[tuple[float, float]] = []

    def note(candle: Candle, view: MarketView) -> None:
        assert view.mark is not None
        assert view.book is not None
        seen.append((view.mark.mark_price, view.book.spread_share))
        assert view.mark.next_funding_ms > candle.close_ms

    strategy, candles = Scripted({}), candles_from([5, 6])
    rehearsal = Rehearsal.of(strategy, candles[0], ask=note)
    for candle in candles:
        rehearsal.close(candle)
    assert seen == [(5, 0), (6, 0)]


def test_what_a_strategy_raises_comes_through() -> None:
    class Broken(Scripted):
        @override
        def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rehearse(Broken({}), candles_from([1]))


async def test_a_rehearsal_says_what_the_bot_says() -> None:
    candles = candles_from(WAVES)
    settings = SmaCrossSettings(fast=2, slow=5)
    rehearsed = rehearse(SmaCross(settings), candles, higher=["3m", "15m"])

    symbol, higher = Symbol("BTCUSDT"), (Timeframe.M3, Timeframe.M15)
    board = Board(symbol, base=Timeframe.M1, higher=higher, capacity=500)
    desk, bus = Desk(label="mine", strategy=SmaCross(settings), board=board), Published()
    handler = MarketHandler(
        bus=bus,
        desks={symbol: desk},
        clock=VirtualClock(0),
        opinions=Opinions([desk], stopwatch_ns=lambda: 0),
    )
    said: list[tuple[str, int, Signal]] = []
    for candle in candles:
        events = [closed(candle)]
        while events:
            await carried(handler.on_candle_closed(events.pop(0)))
            events += [each for each in bus.events if isinstance(each, CandleClosed)]
            signals = [each for each in bus.events if isinstance(each, SignalGenerated)]
            said += [(each.timeframe, each.close_ms, each.signal) for each in signals]
            bus.events.clear()
    assert len(said) > 20
    assert [(each.timeframe, each.close_ms, told) for each, told in rehearsed] == said
