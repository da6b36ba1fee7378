"""What the Transport promises, held against every implementation of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from noctule.adapters.binance.transport.road import Frame, FrameStream
from noctule.domain.errors import OutcomeUnknown, VenueError, VenueUnreachable
from tests.fakes.roads import ROADS, Mishap, Road

MARKS = "/market/stream?streams=btcusdt@markPrice@1s"


@pytest_asyncio.fixture(params=ROADS.values(), ids=ROADS.keys())
async def road(request: pytest.FixtureRequest) -> AsyncIterator[Road]:
    async with request.param() as road:
        yield road


class Ear:
    """Remembers what it hears; can be told to raise."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.raises: Exception | None = None
        self._heard = asyncio.Event()

    def __call__(self, frame: Frame) -> None:
        self.frames.append(frame)
        self._heard.set()
        if self.raises is not None:
            raise self.raises

    async def hear(self, count: int) -> None:
        while len(self.frames) < count:
            self._heard.clear()
            await self._heard.wait()


async def listening(road: Road, ear: Ear, path: str = MARKS) -> FrameStream:
    return await road.transport.open_stream(f"{road.stream_url}{path}", ear)


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0.001)


# Requests.


async def test_a_request_has_its_answer_with_headers(road: Road) -> None:
    answer = await road.transport.request(road.client.balance().request)

    assert answer.status == 200
    assert json.loads(answer.body)[0]["asset"] == "USDT"
    assert "x-mbx-used-weight-1m" in answer.headers
    assert all(name == name.lower() for name in answer.headers)


async def test_a_public_request_has_its_answer(road: Road) -> None:
    answer = await road.transport.request(road.client.time().request)
    assert set(json.loads(answer.body)) == {"serverTime"}


async def test_a_refusal_passes_through_with_its_status_and_code(road: Road) -> None:
    request = road.client.query_order("BTCUSDT", orig_client_order_id="nobody").request
    answer = await road.transport.request(request)

    assert answer.status == 400
    assert json.loads(answer.body)["code"] == -2013


async def test_requests_at_once_have_each_their_own_answer(road: Road) -> None:
    names = [f"nobody-{number}" for number in range(10)]
    requests = [road.order() for _ in names]
    answers = await asyncio.gather(*map(road.transport.request, requests))

    assert len({json.loads(each.body)["orderId"] for each in answers}) == len(names)
    assert len(road.account.orders) == len(names)


@pytest.mark.parametrize("mishap", Mishap, ids=lambda mishap: mishap.name)
async def test_what_may_have_arrived_and_has_no_answer_is_unknown(
    road: Road, mishap: Mishap
) -> None:
    road.befall(mishap)
    with pytest.raises(OutcomeUnknown):
        await road.transport.request(road.order())

    if mishap is Mishap.LATE:
        await until(lambda: bool(road.account.orders))
    is_executed = mishap not in (Mishap.LOST_BEFORE, Mishap.RESET_BEFORE)
    assert bool(road.account.orders) is is_executed


@pytest.mark.parametrize("mishap", Mishap, ids=lambda mishap: mishap.name)
async def test_the_road_is_open_again_after_a_mishap(road: Road, mishap: Mishap) -> None:
    road.befall(mishap)
    with pytest.raises(OutcomeUnknown):
        await road.transport.request(road.order())

    answer = await road.transport.request(road.client.balance().request)
    assert answer.status == 200


async def test_what_went_wrong_is_told_without_what_was_signed(road: Road) -> None:
    road.befall(Mishap.RESET_BEFORE)
    with pytest.raises(VenueError) as caught:
        await road.transport.request(road.order())

    assert "signature" not in str(caught.value)


# Streams.


async def test_frames_are_heard_in_order(road: Road) -> None:
    ear = Ear()
    stream = await listening(road, ear)
    await ear.hear(5)
    await stream.close()

    times = [json.loads(frame)["data"]["E"] for frame in ear.frames]
    assert times == sorted(set(times))


async def test_what_is_said_is_answered(road: Road) -> None:
    ear = Ear()
    stream = await listening(road, ear, "/market/stream")
    stream.send(b'{"method":"LIST_SUBSCRIPTIONS","params":[],"id":7}')
    await ear.hear(1)

    assert json.loads(ear.frames[0]) == {"result": [], "id": 7}


async def test_a_stream_that_does_not_exist_is_unreachable(road: Road) -> None:
    with pytest.raises(VenueUnreachable):
        await listening(road, Ear(), "/nowhere")


async def test_pongs_are_counted(road: Road) -> None:
    stream = await listening(road, Ear())
    assert stream.pongs == 0
    stream.ping()
    stream.ping()
    await until(lambda: stream.pongs == 2)


async def test_a_stream_that_is_closed_tells_why(road: Road) -> None:
    stream = await listening(road, Ear())
    road.protocol.switchboard.hang_up()

    assert await stream.closed() == "closed with 1001 going away"
    assert await stream.closed() == "closed with 1001 going away"  # whoever asks


async def test_a_stream_that_is_cut_says_so(road: Road) -> None:
    stream = await listening(road, Ear())
    road.sessions[-1].abort()

    assert await stream.closed() == "cut"


async def test_a_mute_stream_is_open_and_answers_no_ping(road: Road) -> None:
    ear = Ear()
    stream = await listening(road, ear)
    await ear.hear(1)
    road.sessions[-1].is_mute = True
    other = await listening(road, Ear())  # by which we know that time has passed
    stream.ping()
    other.ping()
    await until(lambda: other.pongs == 1)
    heard = len(ear.frames)
    other.ping()
    await until(lambda: other.pongs == 2)

    assert stream.pongs == 0
    assert len(ear.frames) == heard


async def test_hanging_up_ends_it_on_both_sides(road: Road) -> None:
    ear = Ear()
    before = len(road.sessions)
    stream = await listening(road, ear)
    await ear.hear(1)
    await stream.close()

    assert await stream.closed()
    await until(lambda: len(road.sessions) == before)
    heard = len(ear.frames)
    other = await listening(road, another := Ear())
    await another.hear(2)
    await other.close()
    assert len(ear.frames) == heard


async def test_what_is_said_to_a_stream_that_is_gone_is_swallowed(road: Road) -> None:
    stream = await listening(road, Ear())
    await stream.close()
    stream.send(b"{}")
    stream.ping()
    await stream.close()

    assert stream.pongs == 0


async def test_what_a_listener_raises_comes_out_where_the_end_is_awaited(road: Road) -> None:
    ear = Ear()
    ear.raises = AssertionError("a bug")
    stream = await listening(road, ear)

    with pytest.raises(AssertionError, match="a bug"):
        await stream.closed()


async def test_closing_the_transport_can_be_done_twice(road: Road) -> None:
    await road.transport.close()
    await road.transport.close()
