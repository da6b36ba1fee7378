"""Before the first event every board has its history, as far back as its bars need it."""

from collections.abc import Sequence

import pytest
from typing_extensions import override

from noctule.adapters.clock import VirtualClock
from noctule.domain.market import Candle
from noctule.domain.signals import Signal
from noctule.domain.values import Symbol, Timeframe
from noctule.engine.desk import Desk
from noctule.engine.warm_up import warm_up
from noctule.market.board import Board
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings
from tests.builders import BTCUSDT, START_MS, candles
from tests.fakes.feed import ScriptedCollector

ETHUSDT = Symbol("ETHUSDT")
MINUTE_MS = 60_000
DAY_MS = 1_440 * MINUTE_MS
FIRST_OF_OCTOBER_MS = START_MS + 3 * DAY_MS


class Silent(Strategy):
    """Must not be asked."""

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        raise AssertionError(f"asked about {candle}")


class Archive(ScriptedCollector):
    """A collector that has all history up to an instant, and notes what is asked of it."""

    def __init__(self, now_ms: int, *, hole_at_ms: int | None = None) -> None:
        super().__init__()
        self.asked: list[str] = []
        self._now_ms = now_ms
        self._hole_at_ms = hole_at_ms

    @override
    async def history(self, symbol: Symbol, timeframe: Timeframe, count: int) -> Sequence[Candle]:
        self.asked.append(f"{symbol} {count}x{timeframe}")
        open_ms = timeframe.open_of(self._now_ms)
        for _ in range(count):
            open_ms = timeframe.open_of(open_ms - 1)
        bars = candles([7.0] * count, symbol=symbol, timeframe=timeframe, start_ms=open_ms)
        return [bar for bar in bars if bar.open_ms != self._hole_at_ms]


def new_desk(*higher: Timeframe, symbol: Symbol = BTCUSDT, capacity: int = 100) -> Desk:
    board = Board(symbol, base=Timeframe.M1, higher=higher, capacity=capacity)
    return Desk(label="mine", strategy=Silent(StrategySettings()), board=board)


async def warmed(archive: Archive, *desks: Desk, now_ms: int) -> None:
    await warm_up(archive, desks, clock=VirtualClock(now_ms))


async def test_every_board_is_filled_in_the_base_and_each_higher_timeframe() -> None:
    now_ms = START_MS + 7 * 60 * MINUTE_MS + 30_000
    archive = Archive(now_ms)
    first = new_desk(Timeframe.M5, Timeframe.H1)
    second = new_desk(symbol=ETHUSDT)
    await warmed(archive, first, second, now_ms=now_ms)

    assert archive.asked == [
        "BTCUSDT 100x1m",
        "BTCUSDT 100x5m",
        "BTCUSDT 100x1h",
        "ETHUSDT 100x1m",
    ]
    assert {each: len(series.history) for each, series in first.board.series.items()} == {
        "1m": 100,
        "5m": 100,
        "1h": 100,
    }
    assert [bar.symbol for bar in second.view.history(Timeframe.M1)] == ["ETHUSDT"] * 100


@pytest.mark.parametrize(
    ("higher", "after_open_ms", "count"),
    [
        ((), 90_000, 10),
        ((Timeframe.M5,), 4 * MINUTE_MS, 10),
        ((Timeframe.D1,), 20 * MINUTE_MS, 21),
        ((Timeframe.D1,), 1_439 * MINUTE_MS, 1_440),
        ((Timeframe.D1, Timeframe.W1), DAY_MS + 20 * MINUTE_MS, 3 * 1_440 + 1_440 + 21),
        ((Timeframe.MO1,), 5 * DAY_MS, 5 * 1_440 + 1),
    ],
)
async def test_base_history_reaches_back_to_where_the_oldest_running_bar_opened(
    higher: tuple[Timeframe, ...], after_open_ms: int, count: int
) -> None:
    now_ms = FIRST_OF_OCTOBER_MS + after_open_ms  # a Thursday
    archive = Archive(now_ms)
    await warmed(archive, new_desk(*higher, capacity=10), now_ms=now_ms)

    assert archive.asked[0] == f"BTCUSDT {count}x1m"


@pytest.mark.parametrize("ahead_ms", [0, 300, 59_999])
async def test_a_clock_ahead_of_the_exchange_loses_no_bar_that_still_runs_there(
    ahead_ms: int,
) -> None:
    exchange_ms = FIRST_OF_OCTOBER_MS - 1
    desk = new_desk(Timeframe.D1, capacity=10)
    await warmed(Archive(exchange_ms), desk, now_ms=exchange_ms + ahead_ms)

    assert len(desk.view.history(Timeframe.D1)) == 10
    last_minute = candles([7.0], start_ms=FIRST_OF_OCTOBER_MS - MINUTE_MS)
    assert [bar.timeframe for bar in desk.board.take(last_minute[0])] == ["1d"]


async def test_the_first_bar_after_the_start_is_whole_and_follows_its_history() -> None:
    now_ms = START_MS + 17 * MINUTE_MS + 1
    desk = new_desk(Timeframe.H1, capacity=3)
    await warmed(Archive(now_ms), desk, now_ms=now_ms)
    told = [
        bar
        for minute in candles([7.0] * 43, start_ms=START_MS + 17 * MINUTE_MS)
        for bar in desk.board.take(minute)
    ]

    assert [(bar.open_ms, bar.volume) for bar in told] == [(START_MS, 600.0)]
    opens = [bar.open_ms - START_MS for bar in desk.view.history(Timeframe.H1)]
    assert opens == [-120 * MINUTE_MS, -60 * MINUTE_MS, 0]


async def test_history_with_a_hole_is_told(caplog: pytest.LogCaptureFixture) -> None:
    now_ms = START_MS + 60 * MINUTE_MS
    archive = Archive(now_ms, hole_at_ms=START_MS + 40 * MINUTE_MS)
    desk = new_desk()
    await warmed(archive, desk, now_ms=now_ms)

    assert len(desk.view.history(Timeframe.M1)) == 19
    assert [(each.levelname, each.getMessage()) for each in caplog.records] == [
        ("WARNING", "history has a hole")
    ]


async def test_a_venue_without_history_leaves_the_boards_empty() -> None:
    class Young(Archive):
        @override
        async def history(
            self, symbol: Symbol, timeframe: Timeframe, count: int
        ) -> Sequence[Candle]:
            return ()

    desk = new_desk(Timeframe.M5)
    await warmed(Young(START_MS), desk, now_ms=START_MS)
    assert len(desk.view.history(Timeframe.M1)) == 0
