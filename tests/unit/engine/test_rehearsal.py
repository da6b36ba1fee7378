"""An order is rehearsed around every close, and nothing is ever changed by it."""

import asyncio
from collections.abc import Callable

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.market import Candle
from noctule.domain.order import OrderRequest
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from noctule.engine import rehearsal
from noctule.engine.desk import Desk
from noctule.engine.rehearsal import Rehearsal
from noctule.engine.stage import Stage
from noctule.market.board import Board
from noctule.strategies.factory import StrategyFactory
from tests.builders import BTCUSDT, START_MS, candle
from tests.fakes.lane_desk import LaneDesk

ETHUSDT = Symbol("ETHUSDT")


@pytest.fixture(autouse=True)
def few_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the virtual clock move on soon."""
    monkeypatch.setattr(rehearsal, "_TURNS_MAX", 3)


class Room:
    """Two desks, and a note of whatever is drawn up for them."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.desks = {symbol: desk_of(symbol) for symbol in (BTCUSDT, ETHUSDT)}
        self.wishes: list[tuple[int, SignalGenerated]] = []
        nobody = LaneDesk()
        stage = Stage(self.desks, draw_up=self.draw_up, executor=nobody, venue=nobody, clock=clock)
        self.rehearsal = Rehearsal(stage, clock=clock)

    def draw_up(self, wish: SignalGenerated) -> OrderRequest | None:
        self.wishes.append((self.clock.now_ms(), wish))
        return None

    def close_candle(self, open_ms: int = START_MS) -> None:
        for symbol, desk in self.desks.items():
            desk.board.take(bar(symbol, open_ms))


def desk_of(symbol: Symbol) -> Desk:
    board = Board(symbol, base=Timeframe.M1, capacity=10)
    kind = StrategyFactory.settings_of("sma_cross")
    assert kind is not None
    return Desk(label="sma", strategy=StrategyFactory.create("sma_cross", kind()), board=board)


def bar(symbol: Symbol, open_ms: int) -> Candle:
    return candle(symbol=symbol, open_ms=open_ms)


def kept(then: Callable[[Room], None], *, for_ms: int, from_ms: int = START_MS) -> Room:
    async def play(clock: VirtualClock) -> Room:
        room = Room(clock)
        then(room)
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(room.rehearsal.keep())
            await clock.sleep_ms(for_ms)
            keeping.cancel()
        return room

    return run_virtual(play, start_ms=from_ms)


def test_it_begins_a_moment_before_the_close_and_ends_a_moment_after_it_if_nothing_comes() -> None:
    room = kept(lambda room: room.close_candle(START_MS - MINUTE_MS), for_ms=MINUTE_MS + 10_000)

    close_ms = START_MS + MINUTE_MS - 1
    assert close_ms - 50 <= room.wishes[0][0] < close_ms - 40
    assert close_ms < room.wishes[-1][0] <= close_ms + 350
    assert {wish.symbol for _, wish in room.wishes} == {BTCUSDT, ETHUSDT}


def test_it_ends_as_soon_as_every_candle_is_in() -> None:
    room = kept(Room.close_candle, for_ms=MINUTE_MS + 10_000)
    assert room.wishes == []


def test_it_goes_on_with_the_next_close() -> None:
    room = kept(lambda room: room.close_candle(START_MS - MINUTE_MS), for_ms=2 * MINUTE_MS)
    assert {ms // MINUTE_MS for ms, _ in room.wishes} >= {
        START_MS // MINUTE_MS,
        START_MS // MINUTE_MS + 1,
    }


def test_who_trades_nothing_rehearses_nothing() -> None:
    async def play(clock: VirtualClock) -> None:
        nobody = LaneDesk()
        stage = Stage({}, draw_up=lambda _: None, executor=nobody, venue=nobody, clock=clock)
        await Rehearsal(stage, clock=clock).keep()

    run_virtual(play, start_ms=START_MS)
