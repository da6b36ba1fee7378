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
from noctule.market.board import Board
from noctule.strategies.factory import StrategyFactory
from tests.builders import BTCUSDT, START_MS, candle, order_request

ETHUSDT = Symbol("ETHUSDT")


@pytest.fixture(autouse=True)
def few_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the virtual clock move on soon."""
    monkeypatch.setattr(rehearsal, "_TURNS_MAX", 3)


class Room:
    """Two desks, and a note of whatever is drawn up for them."""

    def __init__(self, clock: VirtualClock, *, refuses: bool = False) -> None:
        self.clock = clock
        self.desks = {symbol: desk_of(symbol) for symbol in (BTCUSDT, ETHUSDT)}
        self.wishes: list[tuple[int, SignalGenerated]] = []
        self.written: list[OrderRequest] = []
        self.refuses = refuses
        self.rehearsal = Rehearsal(
            self.desks, draw_up=self.draw_up, write=self.written.append, clock=clock
        )

    def draw_up(self, wish: SignalGenerated) -> OrderRequest | None:
        self.wishes.append((self.clock.now_ms(), wish))
        return None if self.refuses else order_request()

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


def test_what_is_rehearsed_is_the_entry_of_the_candle_that_is_about_to_close() -> None:
    room = Room(VirtualClock(START_MS + MINUTE_MS + 100))
    room.close_candle()
    room.rehearsal.rehearse(room.desks[BTCUSDT])

    ((_, wish),) = room.wishes
    assert (wish.symbol, wish.strategy) == (BTCUSDT, "sma")
    assert wish.close_ms == START_MS + 2 * MINUTE_MS - 1
    assert room.written == [order_request()]


def test_what_would_be_refused_is_not_written() -> None:
    room = Room(VirtualClock(START_MS), refuses=True)
    room.close_candle()
    room.rehearsal.rehearse(room.desks[BTCUSDT])

    assert len(room.wishes) == 1
    assert room.written == []


def test_without_a_candle_there_is_nothing_to_rehearse() -> None:
    room = Room(VirtualClock(START_MS))
    room.rehearsal.rehearse(room.desks[BTCUSDT])
    assert room.wishes == []


def test_it_begins_a_moment_before_the_close_and_ends_a_moment_after_it_if_nothing_comes() -> None:
    room = kept(lambda room: room.close_candle(START_MS - MINUTE_MS), for_ms=MINUTE_MS + 10_000)

    close_ms = START_MS + MINUTE_MS - 1
    assert room.wishes[0][0] == close_ms - 50
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
