"""A kept stream: heard without a gap, and its listener told exactly when it is not."""

import asyncio
from itertools import pairwise

import pytest
from msgspec.structs import replace

from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import BudgetExhausted, VenueUnreachable
from tests.fakes.stream_scene import AT_ONCE, KLINE, MARK, Scene, play
from tests.fakes.wire import FakeStream, event

HOUR_MS = 3_600_000
SHORT = replace(AT_ONCE, life_ms=60_000)  # a new connection every minute


def closed_of(scene: Scene) -> list[bool]:
    return [stream.is_closed for stream in scene.wire.streams]


def test_a_first_connection_is_made_at_once_and_told_as_a_restoration() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(1_000)
        scene.wire.last.say(event(KLINE))
        await scene.wait(1)

    scene = play(story)
    assert scene.wire.opened_ms == [0]
    assert scene.wire.last.url == "wss://exchange/market/stream#1"
    assert scene.diary.words == ["restored"]
    assert scene.diary.frames == [event(KLINE)]


def test_what_the_exchange_ends_is_connected_anew() -> None:
    async def story(scene: Scene) -> None:
        for reason in ("closed with 1001 going away", "cut"):
            await scene.wait(1_000)
            scene.wire.last.hang_up(reason)
        await scene.wait(1_000)

    assert play(story).diary.words == [
        "restored",
        "lost: closed with 1001 going away",
        "restored",
        "lost: cut",
        "restored",
    ]


def test_an_outage_is_one_loss_and_one_restoration_however_many_attempts_fail() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(1_000)
        scene.wire.failures.extend([VenueUnreachable("no stream: HTTP 503")] * 20)
        scene.wire.last.hang_up("cut")
        await scene.wait(HOUR_MS)

    scene = play(story, settings=StreamSettings())
    assert scene.diary.words == ["restored", "lost: cut", "restored"]
    assert len(scene.wire.opened_ms) == 22


def test_waits_are_drawn_below_a_bound_that_doubles_and_ends() -> None:
    async def story(scene: Scene) -> None:
        scene.wire.failures.extend([VenueUnreachable("no")] * 300)
        await scene.wait(HOUR_MS)

    scene = play(story, settings=StreamSettings(backoff_ms=1_000, backoff_ms_max=10_000))
    waits_ms = [later - earlier for earlier, later in pairwise(scene.wire.opened_ms)]
    assert all(ms <= bound for ms, bound in zip(waits_ms, (1_000, 2_000, 4_000, 8_000)))  # noqa: B905
    assert max(waits_ms) <= 10_000
    assert max(waits_ms) > 9_000, "the whole of the range is used"
    assert min(waits_ms[4:]) < 1_000
    assert len(set(waits_ms)) > 200, "two bots that fail together do not return together"


def test_a_connection_that_does_not_last_is_held_against_the_next() -> None:
    async def story(scene: Scene) -> None:
        for _ in range(12):
            while not scene.wire.streams or scene.wire.last.is_closed:
                await scene.wait(10)
            scene.wire.last.hang_up("cut")
            await scene.wait(1_000)

    scene = play(story, settings=StreamSettings(backoff_ms=1_000, backoff_ms_max=60_000))
    assert scene.wire.opened_ms[-1] > 60_000


def test_after_a_stable_connection_the_waits_are_short_again() -> None:
    async def story(scene: Scene) -> None:
        scene.wire.failures.extend([VenueUnreachable("no")] * 30)
        await scene.wait(HOUR_MS)
        for _ in range(20):
            lost_ms = scene.clock.elapsed_ms()
            scene.wire.last.hang_up("cut")
            await scene.wait(61_000 + 1_000)
            assert scene.wire.opened_ms[-1] - lost_ms <= 1_000

    play(story, settings=StreamSettings(backoff_ms=1_000, backoff_ms_max=60_000))


def test_whoever_is_sent_away_stays_away() -> None:
    async def story(scene: Scene) -> None:
        scene.wire.failures.append(BudgetExhausted("no stream: HTTP 429", retry_after_ms=90_000))
        await scene.wait(91_000)

    scene = play(story)
    assert scene.wire.opened_ms == [0, 90_000]
    assert scene.diary.words == ["lost: no stream: HTTP 429", "restored"]


def test_before_its_day_is_over_a_connection_is_replaced_without_a_word() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait_talking(24 * HOUR_MS, event(MARK), every_ms=5_000)

    scene = play(story, settings=StreamSettings(), names=(KLINE, MARK))
    assert scene.diary.words == ["restored"]
    assert len(scene.wire.streams) == 2
    assert 22.5 * HOUR_MS <= scene.wire.opened_ms[1] <= 23 * HOUR_MS + 1_000
    assert scene.wire.streams[0].is_closed


def test_two_streams_of_one_age_are_not_replaced_at_one_moment() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(4 * 24 * HOUR_MS)

    moments_ms = play(story, settings=StreamSettings()).wire.opened_ms
    lives_ms = {later - earlier for earlier, later in pairwise(moments_ms)}
    assert len(lives_ms) == len(moments_ms) - 1


def test_in_a_hand_over_both_talk_until_the_new_one_has_proved_itself() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait_talking(61_000, event(MARK))
        await scene.wait(500)
        old, new = scene.wire.streams
        assert new.names == [KLINE, MARK]
        assert closed_of(scene) == [False, False], "the new one has not been heard yet"
        scene.diary.frames.clear()
        old.say(event(KLINE, 1))
        new.say(event(KLINE, 1))
        await scene.wait(1_900)
        assert closed_of(scene) == [False, False], "on the old one something is on its way"
        old.say(event(KLINE, 2))
        await scene.wait(200)
        assert closed_of(scene) == [True, False]
        old.say(event(KLINE, 3))
        new.say(event(KLINE, 3))
        await scene.wait(1)
        numbers = [1, 1, 2, 3]
        assert scene.diary.frames == [event(KLINE, number) for number in numbers]

    scene = play(story, settings=SHORT, names=(KLINE, MARK))
    assert scene.diary.words == ["restored"]


def test_a_hand_over_that_fails_is_tried_again_while_the_old_one_goes_on() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(59_000)
        scene.wire.failures.extend([VenueUnreachable("no")] * 5)
        await scene.wait(2_000)
        scene.wire.last.say(event(KLINE))
        await scene.wait(60_000)

    scene = play(story, settings=replace(SHORT, backoff_ms=1_000))
    assert scene.diary.words == ["restored"]
    assert scene.diary.frames == [event(KLINE)]
    assert len(scene.wire.streams) >= 2


def test_an_old_connection_that_dies_before_the_new_one_is_open_is_a_loss() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(59_000)
        scene.wire.connect_ms = 4_000
        await scene.wait(2_000)
        scene.wire.last.hang_up("closed with 1001")
        await scene.wait(10_000)

    scene = play(story, settings=SHORT)
    assert scene.diary.words == ["restored", "lost: closed with 1001", "restored"]
    assert scene.wire.opened_ms[:2] == [0, 60_200]


def test_an_old_connection_that_dies_when_the_new_one_is_open_is_no_loss() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(61_000)
        scene.wire.streams[0].hang_up("closed with 1001")
        await scene.wait(10_000)

    assert play(story, settings=SHORT).diary.words == ["restored"]


def test_a_new_connection_that_dies_at_once_does_not_take_the_old_one_with_it() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(61_000)
        scene.wire.streams[1].hang_up("cut")
        await scene.wait(100)
        assert closed_of(scene)[:2] == [False, True]
        await scene.wait(10_000)
        assert closed_of(scene) == [True, True, False]

    assert play(story, settings=SHORT).diary.words == ["restored"]


def test_renewing_connects_to_an_address_asked_for_anew() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(1_000)
        scene.stream.renew("the listen key has expired")
        await scene.wait(1_000)

    scene = play(story)
    assert scene.diary.words == ["restored", "lost: the listen key has expired", "restored"]
    assert scene.wire.last.url == "wss://exchange/market/stream#2"


def test_renewing_gives_up_an_attempt_to_an_address_that_may_be_old() -> None:
    async def story(scene: Scene) -> None:
        def deaf(stream: FakeStream) -> None:
            stream.acknowledges = scene.urls_given > 1

        scene.wire.dress = deaf
        await scene.wait(1_000)
        scene.stream.renew("the listen key has expired")
        await scene.wait(1_000)

    words = ["lost: the listen key has expired", "restored"]
    assert play(story).diary.words == words


def test_an_address_that_cannot_be_had_is_a_failed_attempt() -> None:
    async def story(scene: Scene) -> None:
        async def no_key() -> str:
            raise VenueUnreachable("no listen key")

        scene.stream._url = no_key
        await scene.wait(30_000)

    scene = play(story, settings=StreamSettings())
    assert scene.wire.opened_ms == []
    assert scene.diary.words == ["lost: no listen key"]


def test_it_knows_when_it_last_heard_an_event() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(1_000)
        heard_ms.append(scene.stream.heard_ms)
        scene.wire.last.say(event(KLINE))
        await scene.wait(1_000)
        heard_ms.append(scene.stream.heard_ms)
        scene.wire.last.hang_up("cut")
        await scene.wait(1_000)
        heard_ms.append(scene.stream.heard_ms)

    heard_ms: list[int | None] = []
    play(story)
    assert heard_ms == [None, 1_000, 1_000]


def test_when_cancelled_it_hangs_up_and_tells_nobody() -> None:
    async def story(scene: Scene) -> None:
        await scene.wait(61_000)  # in the middle of a hand-over

    scene = play(story, settings=SHORT)
    assert [stream.is_closed for stream in scene.wire.streams] == [True, True]
    assert scene.diary.words == ["restored"]


def test_a_mistake_of_the_listeners_is_not_kept_from_anybody() -> None:
    async def main(clock: VirtualClock) -> None:
        scene = Scene(clock, AT_ONCE, (KLINE,))
        scene.diary.complaint = AssertionError("a bug")
        async with asyncio.TaskGroup() as group:
            group.create_task(scene.stream.run())
            await scene.wait(1_000)
            scene.wire.last.say(event(KLINE))
            await scene.wait(1_000)

    with pytest.raises(BaseExceptionGroup) as caught:
        run_virtual(main, start_ms=0)
    bug: BaseException = caught.value
    while isinstance(bug, BaseExceptionGroup):
        (bug,) = bug.exceptions
    assert str(bug) == "a bug"


def test_names_of_two_routes_are_a_mistake() -> None:
    async def main(clock: VirtualClock) -> None:
        Scene(clock, AT_ONCE, (KLINE, "btcusdt@bookTicker"))

    with pytest.raises(AssertionError, match="of two routes"):
        run_virtual(main, start_ms=0)
