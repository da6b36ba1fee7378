"""What comes along the road sets the clock, and whatever is under way is known."""

import asyncio

import pytest

from noctule.adapters.binance.transport.road import Frame, HttpRequest, Method
from noctule.adapters.clock import ScaledClock, VirtualClock
from noctule.app.market_road import MarketRoad
from noctule.domain.errors import VenueUnreachable
from tests.fakes.far_road import FarRoad

TIME = HttpRequest(method=Method.GET, path="/fapi/v1/time", timeout_ms=1_000)
START_MS = 1_700_000_000_000


class Scene:
    def __init__(self) -> None:
        self.real = VirtualClock(0)
        self.clock = ScaledClock(self.real, start_ms=START_MS, speed=1)
        self.far = FarRoad()
        self.road = MarketRoad(self.far, self.clock, api_key="k")
        self.heard: list[Frame] = []

    def is_at_rest(self) -> bool:
        return self.road._is_at_rest.is_set()


async def test_every_event_sets_the_clock_before_it_is_heard() -> None:
    scene = Scene()
    seen: list[int] = []

    def hear(_frame: Frame) -> None:
        seen.append(scene.clock.now_ms())

    await scene.road.open_stream("ws://x/market/stream", hear)
    for at_ms in (5_000, 3_000):
        frame = f'{{"stream":"btcusdt@kline_1m","data":{{"e":"kline","E":{START_MS + at_ms}}}}}'
        scene.far.streams[0].hear(frame.encode())
    assert seen == [START_MS + 5_000, START_MS + 5_000]
    assert scene.road.frames == 2


@pytest.mark.parametrize(
    ("told", "market_ms"),
    [("60", 60_000), ("0", 0), ("-3", 1_000), ("", 1_000), ("inf", 1_000), ("nan", 1_000)],
)
async def test_the_exchange_says_how_fast_its_market_runs(told: str, market_ms: int) -> None:
    scene = Scene()
    scene.far.headers = {"x-market-speed": told}
    await scene.road.request(TIME)
    scene.real.advance_to_ms(1_000)
    assert scene.clock.now_ms() == START_MS + market_ms


async def test_the_exchange_says_that_nothing_is_left() -> None:
    scene = Scene()
    await scene.road.request(TIME)
    assert not scene.road.over.is_set()
    scene.far.headers = {"x-market-over": "1"}
    await scene.road.request(TIME)
    assert scene.road.over.is_set()


async def test_a_stream_says_whose_it_is() -> None:
    scene = Scene()
    for url in ("ws://x/market/stream", "ws://x/private/ws?listenKey=L"):
        await scene.road.open_stream(url, scene.heard.append)
    assert scene.far.urls == [
        "ws://x/market/stream?apiKey=k",
        "ws://x/private/ws?listenKey=L&apiKey=k",
    ]


async def test_it_is_at_rest_once_every_message_is_answered() -> None:
    scene = Scene()
    stream = await scene.road.open_stream("ws://x/market/stream", scene.heard.append)
    stream.send(b"SUBSCRIBE")
    assert not scene.is_at_rest()
    scene.far.streams[0].hear(b'{"e":"kline"}')
    assert not scene.is_at_rest()
    scene.far.streams[0].hear(b'{"result":null,"id":1}')
    scene.far.streams[0].hear(b'{"result":null,"id":1}')
    assert scene.is_at_rest()
    await scene.road.at_rest()


async def test_a_stream_that_is_gone_owes_no_answer() -> None:
    scene = Scene()
    first = await scene.road.open_stream("ws://x/market/stream", scene.heard.append)
    first.send(b"SUBSCRIBE")
    assert await first.closed() == "cut"
    assert scene.is_at_rest()
    first.send(b"SUBSCRIBE")
    first.ping()
    await first.close()
    assert scene.is_at_rest()
    assert first.pongs == 1


async def test_what_fails_is_under_way_no_longer() -> None:
    scene = Scene()
    scene.far.failure = VenueUnreachable("gone")
    with pytest.raises(VenueUnreachable):
        await scene.road.request(TIME)
    with pytest.raises(VenueUnreachable):
        await scene.road.open_stream("ws://x/market/stream", scene.heard.append)
    assert scene.is_at_rest()


async def test_whoever_waits_for_the_next_frame_has_it() -> None:
    scene = Scene()
    await scene.road.open_stream("ws://x/market/stream", scene.heard.append)
    async with asyncio.TaskGroup() as group:
        group.create_task(scene.road.next_frame())
        await asyncio.sleep(0)
        scene.far.streams[0].hear(b'{"e":"kline"}')
    await scene.road.close()
    assert scene.far.is_closed
