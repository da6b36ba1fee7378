"""What is put down of a closed candle is what the strategy saw and said, and stays so."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from typing_extensions import override

from noctule.domain.market import BookTicker, Candle, MarkPrice
from noctule.domain.observation import Answer, Observation, Readings
from noctule.domain.position import Position
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import MINUTE_MS, Timeframe
from noctule.engine.desk import Desk
from noctule.engine.observed import answered, came_with_history, observed
from noctule.engine.opinions import Opinions
from noctule.indicators import Sma
from noctule.market.board import Board
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings
from tests.builders import BTCUSDT, START_MS, candle, candles
from tests.fakes.feed import closed

LONG = Signal(direction=Direction.LONG, reason="close above the band", stop=59_000.0)
MARK = MarkPrice(
    symbol=BTCUSDT, mark_price=60_000.1, index_price=60_001.0, funding_rate=0.0, next_funding_ms=1
)
BOOK = BookTicker(
    symbol=BTCUSDT,
    bid_price=60_000.0,
    bid_quantity=1.0,
    ask_price=60_000.1,
    ask_quantity=2.0,
    update_id=7,
)


class Averaging(Strategy):
    """Asks for two averages, and says what its test wants."""

    def __init__(self, say: Callable[[], Any]) -> None:
        super().__init__(StrategySettings())
        self._say = say

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        view.indicator(Sma, 2)
        view.on("5m").indicator(Sma, 2, of="high")
        return self._say()  # type: ignore[no-any-return]  # whatever it is


def desk_that(say: Callable[[], Any]) -> Desk:
    board = Board(BTCUSDT, base=Timeframe.M1, higher=[Timeframe.M5], capacity=10)
    for bar in candles([60_000.0, 60_000.0]):
        board.take(bar)
    board.mark, board.book = MARK, BOOK
    return Desk(label="mine", strategy=Averaging(say), board=board, warmup_bars=5)


def ask(desk: Desk) -> Observation:
    bar = candle(open_ms=START_MS + 2 * MINUTE_MS, close=60_010.0)
    desk.board.take(bar)
    event = closed(bar)
    told = Opinions([desk], stopwatch_ns=lambda: 0).ask(desk, event)
    return observed(desk, event, answered(desk, told))


def test_a_signal_is_put_down_with_everything_that_was_seen() -> None:
    desk = desk_that(lambda: LONG)
    seen = ask(desk)
    bar = desk.view.history("1m")[-1]
    assert seen == Observation(
        at_ms=closed(bar).at_ms,
        candle=bar,
        strategy="mine",
        candles=3,
        candles_needed=5,
        answer=Answer.SIGNAL,
        said=LONG,
        readings=(
            Readings(Timeframe.M1, ("sma(2)",), (60_005.0,)),
            Readings(Timeframe.M5, ("sma(2) of high",), (None,)),
        ),
        position=Position(symbol=BTCUSDT),
        regime=None,
        mark=MARK,
        book=BOOK,
    )


def test_later_candles_change_nothing_of_it() -> None:
    desk = desk_that(lambda: None)
    seen = ask(desk)
    desk.board.take(candle(open_ms=START_MS + 3 * MINUTE_MS, close=70_000.0))
    desk.view.refresh()
    assert seen.readings[0].values == (60_005.0,)


def test_nothing_said_is_put_down_as_that() -> None:
    seen = ask(desk_that(lambda: None))
    assert (seen.answer, seen.said, seen.cause) == (Answer.NOTHING, None, None)


def test_it_was_heard_when_its_frame_was_in() -> None:
    desk = desk_that(lambda: None)
    event = replace(closed(desk.view.history("1m")[-1]), received_ms=START_MS + 7)
    assert observed(desk, event, answered(desk, ())).at_ms == START_MS + 7
    assert came_with_history(desk, event).at_ms == START_MS + 7


def test_a_failure_is_put_down_with_its_place() -> None:
    seen = ask(desk_that(lambda: 1 / 0))
    assert seen.answer is Answer.FAILED
    assert seen.cause is not None
    assert "ZeroDivisionError" in seen.cause


def test_one_that_is_asked_no_more_says_why() -> None:
    desk = desk_that(lambda: LONG)
    desk.disabled = "took 2000 ms"
    seen = ask(desk)
    assert (seen.answer, seen.cause) == (Answer.DISABLED, "took 2000 ms")
    assert seen.readings == ()


def test_a_candle_that_came_with_the_history_was_asked_about_by_nobody() -> None:
    desk = desk_that(lambda: LONG)
    seen = came_with_history(desk, closed(desk.view.history("1m")[-1]))
    assert (seen.answer, seen.said, seen.candles) == (Answer.HISTORY, None, 2)
