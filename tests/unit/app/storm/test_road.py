"""The road of a storm: everything takes its time on it, in order, until the process is dead."""

from collections.abc import Callable
from random import Random

import pytest

from noctule.adapters.binance.transport.road import (
    Frame,
    FrameStream,
    HttpAnswer,
    HttpRequest,
    Method,
)
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.storm.road import StormRoad
from noctule.domain.errors import VenueUnreachable

PING = HttpRequest(method=Method.GET, path="/fapi/v1/ping", timeout_ms=1_000)


class Inside:
    """Answers at once, notes when, and hands over whoever listens."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.asked_ms: list[int] = []
        self.say: Callable[[Frame], None] = lambda _frame: None

    async def request(self, request: HttpRequest) -> HttpAnswer:
        self.asked_ms.append(self.clock.now_ms())
        return HttpAnswer(status=200, headers={}, body=b"{}")

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        self.say = hear
        return FakeStream()

    async def close(self) -> None:
        return


class FakeStream:
    """A stream that nobody ends."""

    pongs = 0

    def send(self, text: bytes) -> None:
        raise NotImplementedError

    def ping(self) -> None:
        raise NotImplementedError

    async def closed(self) -> str:
        raise NotImplementedError

    async def close(self) -> None:
        return


def road_over(inside: Inside, *, way_ms: tuple[int, int] = (10, 10)) -> StormRoad:
    return StormRoad(inside, way_ms=way_ms, random=Random(1))


def test_a_request_is_on_its_way_there_and_back() -> None:
    async def main(clock: VirtualClock) -> tuple[list[int], int]:
        inside = Inside(clock)
        await road_over(inside).request(PING)
        return inside.asked_ms, clock.now_ms()

    assert run_virtual(main, start_ms=0) == ([10], 20)


def test_what_leaves_in_one_moment_arrives_together_and_all_else_in_its_order() -> None:
    async def main(clock: VirtualClock) -> list[tuple[int, Frame]]:
        heard: list[tuple[int, Frame]] = []
        inside = Inside(clock)
        road = road_over(inside, way_ms=(1, 500))
        await road.open_stream("ws://", lambda frame: heard.append((clock.now_us(), frame)))
        for number in range(50):
            inside.say(b"a%d" % number)
            inside.say(b"b%d" % number)
            await clock.sleep_ms(20)
        await clock.sleep_ms(500)
        return heard

    heard = run_virtual(main, start_ms=0)
    assert [frame for _, frame in heard] == [
        b"%s%d" % (letter, number) for number in range(50) for letter in (b"a", b"b")
    ]
    times = [at_us for at_us, _ in heard]
    assert times == sorted(times)
    assert times[::2] == times[1::2]
    assert len(set(times)) > 10


def test_what_is_said_after_an_arrival_in_the_same_moment_is_not_lost() -> None:
    async def main(clock: VirtualClock) -> list[Frame]:
        heard: list[Frame] = []
        inside = Inside(clock)
        road = road_over(inside, way_ms=(0, 0))
        await road.open_stream("ws://", heard.append)
        inside.say(b"first")
        await clock.sleep_ms(0)
        await clock.sleep_ms(1)
        inside.say(b"second")
        inside.say(b"third")
        await clock.sleep_ms(1)
        return heard

    assert run_virtual(main, start_ms=0) == [b"first", b"second", b"third"]


def test_a_slow_reader_hears_everything_later() -> None:
    async def main(clock: VirtualClock) -> list[int]:
        heard_ms: list[int] = []
        inside = Inside(clock)
        road = road_over(inside)
        await road.open_stream("ws://", lambda _frame: heard_ms.append(clock.now_ms()))
        road.late_ms = 3_000
        inside.say(b"x")
        await clock.sleep_ms(5_000)
        return heard_ms

    assert run_virtual(main, start_ms=0) == [10 + 3_010]


def test_of_a_dead_process_nothing_is_heard_and_it_hears_nothing() -> None:
    async def main(clock: VirtualClock) -> tuple[list[Frame], list[int]]:
        heard: list[Frame] = []
        inside = Inside(clock)
        road = road_over(inside)
        await road.open_stream("ws://", heard.append)
        inside.say(b"on its way")
        road.sever()
        with pytest.raises(VenueUnreachable, match="the process is dead"):
            await road.request(PING)
        await clock.sleep_ms(1_000)
        assert road.is_severed
        return heard, inside.asked_ms

    assert run_virtual(main, start_ms=0) == ([], [])
