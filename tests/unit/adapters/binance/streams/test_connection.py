"""One connection: how it is opened, and every way in which it can be found dead."""

import pytest
from msgspec.structs import replace

from noctule.domain.errors import FeedError, VenueUnreachable
from tests.fakes.stream_scene import AT_ONCE, KLINE, MARK, Scene, play
from tests.fakes.wire import FakeStream, event

TALKERS = (KLINE, MARK)


def test_names_are_subscribed_in_few_spaced_messages() -> None:
    names = [f"s{number}usdt@kline_1m" for number in range(600)]

    async def story(scene: Scene) -> None:
        await scene.wait(5_000)

    stream = play(story, names=names).wire.last
    assert stream.names == names
    assert [len(str(said["params"]).split(",")) for _, said in stream.said] == [100] * 6
    assert [said["id"] for _, said in stream.said] == [1, 2, 3, 4, 5, 6]
    assert [ms for ms, _ in stream.said] == [0, 200, 400, 600, 800, 1_000]


def test_a_stream_without_names_says_nothing_and_is_open_at_once() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(1)

    scene = play(story, names=())
    assert scene.wire.last.said == []
    assert scene.diary.words == ["restored"]


def test_answers_to_us_are_not_events() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(1_000)
        scene.wire.last.say(b'{"result":null,"id":1}', event(KLINE))
        await scene.wait(1)

    assert play(story).diary.frames == [event(KLINE)]


def test_a_subscription_that_is_not_acknowledged_ends_the_connection() -> None:
    def deaf(stream: FakeStream) -> None:
        stream.acknowledges = False

    async def story(scene: Scene) -> None:
        scene.wire.dress = deaf
        await scene.wait(5_201)

    scene = play(story)
    assert scene.diary.words == ["lost: not acknowledged within 5000 ms"]
    assert len(scene.wire.streams) == 2


@pytest.mark.parametrize(
    "answer",
    [
        b'{"code":2,"msg":"Invalid request: too many"}',
        b'{"error":{"code":2,"msg":"Invalid request: too many"},"id":1}',
    ],
)
def test_a_refused_subscription_ends_the_connection(answer: bytes) -> None:
    def refuse(stream: FakeStream) -> None:
        stream.acknowledges = False
        stream.say(answer)

    async def story(scene: Scene) -> None:
        scene.wire.dress = refuse
        await scene.wait(1)

    reason = "lost: subscription refused: 2: Invalid request: too many"
    assert play(story, settings=replace(AT_ONCE, backoff_ms=500)).diary.words == [reason]


def test_streams_that_talk_are_open_when_they_do() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(3_000)
        assert scene.diary.words == []
        scene.wire.last.say(event(MARK))
        await scene.wait(1)
        assert scene.diary.words == ["restored"]

    play(story, names=TALKERS)


def test_streams_that_should_talk_and_never_do_are_on_no_live_connection() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(8_201)

    scene = play(story, names=TALKERS)
    assert scene.diary.words == ["lost: silent from the start within 8000 ms"]


def test_a_connection_that_falls_silent_is_dead_though_pings_are_answered() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait_talking(20_000, event(MARK))
        await scene.wait(8_000)

    scene = play(story, names=TALKERS)
    assert scene.diary.words == ["restored", "lost: silent for 8000 ms"]
    assert scene.wire.streams[0].pongs > 4


def test_klines_alone_may_be_silent_as_long_as_pings_are_answered() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(3_600_000)

    assert play(story).diary.words == ["restored"]


def test_a_half_open_connection_is_noticed_within_ten_seconds() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(61_000)
        scene.wire.last.is_mute = True
        await scene.wait(10_000)

    scene = play(story)
    assert scene.diary.words == ["restored", "lost: no pong within 3500 ms", "restored"]


def test_events_are_signs_of_life_where_pongs_do_not_come() -> None:
    def mumble(stream: FakeStream) -> None:
        stream.pongs_come = False

    async def story(scene: Scene) -> None:
        scene.wire.dress = mumble
        await scene.wait_talking(60_000, event(KLINE))
        assert scene.diary.words == ["restored"]
        await scene.wait(6_000)

    words = ["restored", "lost: no pong within 3500 ms", "restored"]
    assert play(story).diary.words == words


def test_pings_go_out_steadily() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(12_001)

    assert play(story).wire.last.pings_ms == [0, 4_000, 8_000, 12_000]


@pytest.mark.parametrize(
    "garbage",
    [b"<html>", b"", b'{"id":', b'{"msg":"\xff"}', b'{"x":' * 100_000],
    ids=["html", "nothing", "half", "no text", "deep"],
)
def test_garbage_ends_the_connection(garbage: bytes) -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(1_000)
        scene.wire.last.say(garbage)
        await scene.wait(1)

    scene = play(story)
    assert scene.diary.words == ["restored", "lost: garbage"]
    assert scene.diary.frames == []


def test_what_is_neither_event_nor_answer_is_the_listeners_to_judge() -> None:
    strange = [b'{"id":"a","status":200}', b"[1]", b'{"data":{},"stream":"x"}']

    async def story(scene: Scene) -> None:
        await scene.wait(1_000)
        scene.wire.last.say(*strange)
        await scene.wait(1)

    scene = play(story)
    assert scene.diary.frames == strange
    assert scene.diary.words == ["restored"]


def test_a_listener_that_complains_gets_a_fresh_connection() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(1_000)
        scene.diary.complaint = FeedError("9000 ms behind")
        scene.wire.last.say(event(KLINE, 1), event(KLINE, 2))
        await scene.wait(1)
        scene.diary.complaint = None
        await scene.wait(1_000)

    scene = play(story)
    assert scene.diary.words == ["restored", "lost: 9000 ms behind", "restored"]
    assert scene.diary.frames == [event(KLINE, 1)], "after its end nothing is heard"


def test_a_connection_that_is_not_made_in_time_is_given_up() -> None:
    async def story(scene: Scene) -> None:
        scene.wire.connect_ms = 60_000
        await scene.wait(5_001)

    assert play(story).diary.words == ["lost: not connected within 5000 ms"]


def test_a_failed_handshake_is_told_in_its_own_words() -> None:
    async def story(scene: Scene) -> None:
        scene.wire.failures.append(VenueUnreachable("no stream: HTTP 503"))
        await scene.wait(1)

    scene = play(story, settings=replace(AT_ONCE, backoff_ms=500))
    assert scene.diary.words == ["lost: no stream: HTTP 503"]


def test_hanging_up_may_take_only_so_long() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(1_000)
        scene.wire.last.close_ms = 3_600_000
        scene.stream.renew("try again")
        await scene.wait(2_000)

    assert play(story).diary.words == ["restored", "lost: try again", "restored"]
