"""On the stage the whole way of an order is gone, and nothing of the real desk is changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from noctule.adapters.clock import VirtualClock
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.order import OrderRequest
from noctule.domain.values import MINUTE_MS, Timeframe
from noctule.engine.desk import Desk
from noctule.engine.stage import PARTS, Stage
from noctule.market.board import Board
from noctule.strategies.factory import StrategyFactory
from tests.builders import BTCUSDT, START_MS, candle, order_request
from tests.fakes.lane_desk import LaneDesk, turns


class Room:
    """A real desk, and whoever draws up and takes the orders of its stage."""

    def __init__(self, clock: VirtualClock, *, refuses: bool = False) -> None:
        self.desk = desk()
        self.wishes: list[SignalGenerated] = []
        self.lane_desk = LaneDesk()
        self._refuses = refuses
        self.stage = Stage(
            {BTCUSDT: self.desk},
            draw_up=self.draw_up,
            executor=self.lane_desk,
            venue=self.lane_desk,
            clock=clock,
        )

    def draw_up(self, wish: SignalGenerated) -> OrderRequest | None:
        self.wishes.append(wish)
        return None if self._refuses else order_request()


def desk() -> Desk:
    board = Board(BTCUSDT, base=Timeframe.M1, capacity=10)
    kind = StrategyFactory.settings_of("sma_cross")
    assert kind is not None
    return Desk(label="sma", strategy=StrategyFactory.create("sma_cross", kind()), board=board)


@asynccontextmanager
async def opened(room: Room) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        playing = group.create_task(room.stage.open())
        await turns()
        yield
        playing.cancel()


async def rehearse(room: Room) -> None:
    """Go all three thirds of the way."""
    for _ in range(PARTS):
        await room.stage.rehearse(room.desk)


async def test_a_rehearsal_goes_from_a_candle_to_the_executor_in_three_parts(
    clock: VirtualClock,
) -> None:
    room = Room(clock)
    room.desk.board.take(candle())
    async with opened(room):
        await rehearse(room)
        assert len(room.lane_desk.calls) == 1

    (wish,) = room.wishes
    assert (wish.symbol, wish.strategy) == (BTCUSDT, "sma")
    assert wish.close_ms == START_MS + 2 * MINUTE_MS - 1
    assert room.desk.board.series[Timeframe.M1].taken == 1


async def test_one_follows_the_other_as_soon_as_that_is_answered(clock: VirtualClock) -> None:
    room = Room(clock)
    room.desk.board.take(candle())
    async with opened(room):
        for _ in range(3):
            await rehearse(room)
            await turns()

    assert len(room.lane_desk.calls) == 3


async def test_a_wish_is_at_the_markets_latest_price_however_long_ago_the_stage_was_set(
    clock: VirtualClock,
) -> None:
    room = Room(clock)
    room.desk.board.take(candle())
    async with opened(room):
        await rehearse(room)
        await turns()
        room.desk.board.take(candle(open_ms=START_MS + MINUTE_MS, close=60_020.0))
        await rehearse(room)

    assert [wish.price for wish in room.wishes] == [candle().close, 60_020.0]


async def test_while_one_hangs_there_is_no_other(clock: VirtualClock) -> None:
    room = Room(clock)
    room.desk.board.take(candle())
    room.lane_desk.script(order_request().client_order_id, asyncio.Event())
    async with opened(room):
        await rehearse(room)
        await turns()
        await rehearse(room)

    assert len(room.wishes) == 1


async def test_what_would_be_refused_goes_no_further(clock: VirtualClock) -> None:
    room = Room(clock, refuses=True)
    room.desk.board.take(candle())
    async with opened(room):
        await rehearse(room)
        await turns()

    assert len(room.wishes) == 1
    assert room.lane_desk.calls == []


async def test_without_a_candle_there_is_nothing_to_rehearse(clock: VirtualClock) -> None:
    room = Room(clock)
    async with opened(room):
        await room.stage.rehearse(room.desk)

    assert room.wishes == []
