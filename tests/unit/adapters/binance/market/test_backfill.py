"""Backfill: what is missing is fetched at once when it is known to be, else on a deadline."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from msgspec.structs import replace

from noctule.adapters.binance.market.backfill import Backfill
from noctule.adapters.binance.market.candle_feed import CandleFeed
from noctule.adapters.binance.market.event_outbox import EventOutbox
from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.adapters.binance.market.history import KlineHistory
from noctule.adapters.binance.market.settings import CollectorSettings
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import BudgetExhausted, VenueUnreachable
from noctule.domain.events.data import CandleClosed
from noctule.domain.market import Candle
from noctule.domain.values import MINUTE_MS, Timeframe
from tests.builders import BTCUSDT, START_MS, candles
from tests.fakes.market_desk import FakeMarket, kline_frame

BARS = candles([100.0 + number for number in range(2_000)])
SETTINGS = CollectorSettings(
    check_ms=100, close_grace_ms=1_500, retry_ms=1_000, retry_ms_max=4_000, fetches_at_once=2
)


class JumpyClock:
    """A clock whose market time a test sets forward or back."""

    def __init__(self, true: VirtualClock) -> None:
        self.ahead_ms = 0
        self.elapsed_ms = true.elapsed_ms
        self.sleep_ms = true.sleep_ms
        self.sleep_until_ms = true.sleep_until_ms
        self._true = true

    def now_ms(self) -> int:
        return self._true.now_ms() + self.ahead_ms


class Scene:
    """A backfill at work for one feed that begins with the first bar."""

    def __init__(self, clock: VirtualClock, *, events_max: int = 10_000) -> None:
        self.clock = clock
        self.ours = JumpyClock(clock)
        self.market = FakeMarket(BARS, clock.now_ms)
        self.counts = FeedCounts()
        self.outbox = EventOutbox(events_max=events_max)
        self.backfill = Backfill(
            source=self.market,
            history=KlineHistory(self.market, self.counts),
            outbox=self.outbox,
            clock=self.ours,
            settings=SETTINGS,
        )
        self.feed = CandleFeed(
            BTCUSDT,
            Timeframe.M1,
            outbox=self.outbox,
            counts=self.counts,
            ask=self.backfill.ask,
        )
        self.feed.place(START_MS)

    async def until(self, minutes: int, real_ms: int = 0) -> None:
        """Let time pass until so long after the start."""
        await self.clock.sleep_until_ms(START_MS + minutes * MINUTE_MS + real_ms)

    def hear(self, *numbers: int, is_closed: bool = True) -> None:
        for number in numbers:
            self.feed.hear(kline_frame(BARS[number], is_closed=is_closed))

    @property
    def closed(self) -> list[Candle]:
        return [each.candle for each in self.outbox.waiting() if isinstance(each, CandleClosed)]

    @property
    def asked_ms(self) -> list[int]:
        """Return when REST was asked, in milliseconds from the start."""
        return [at_ms - START_MS for at_ms in self.market.asked_at_ms]


def played(
    story: Callable[[Scene], Awaitable[None]], *, events_max: int = 10_000, minutes_late: int = 0
) -> Scene:
    """Run a backfill while a story happens to its scene."""

    async def main(clock: VirtualClock) -> Scene:
        scene = Scene(clock, events_max=events_max)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(scene.backfill.run([scene.feed]))
            await story(scene)
            running.cancel()
        return scene

    return run_virtual(main, start_ms=START_MS + minutes_late * MINUTE_MS)


def test_a_close_that_comes_in_time_is_not_asked_for() -> None:
    async def story(scene: Scene) -> None:
        for number in range(3):
            await scene.until(number + 1, 1_000)
            scene.hear(number)
        await scene.until(4, 0)

    scene = played(story)
    assert scene.closed == BARS[:3]
    assert scene.asked_ms == []


def test_a_close_that_never_comes_is_fetched_after_its_grace() -> None:
    async def story(scene: Scene) -> None:
        await scene.until(1, 1_800)

    scene = played(story)
    assert scene.closed == BARS[:1]
    assert scene.asked_ms == [MINUTE_MS + 1_500]


def test_a_gap_that_a_later_frame_proves_is_fetched_at_once() -> None:
    async def story(scene: Scene) -> None:
        await scene.until(1, 300)
        scene.hear(1, is_closed=False)
        await scene.clock.sleep_ms(1)

    scene = played(story)
    assert scene.closed == BARS[:1]
    assert scene.asked_ms == [MINUTE_MS + 300]


def test_asking_twice_is_asking_once() -> None:
    async def story(scene: Scene) -> None:
        await scene.until(1, 300)
        scene.hear(1, 1, 1, is_closed=False)
        await scene.clock.sleep_ms(1)

    assert len(played(story).asked_ms) == 1


def test_a_last_row_is_not_believed_until_it_is_told_twice_and_over() -> None:
    async def story(scene: Scene) -> None:
        stale = replace(BARS[0], volume=9.0, taker_buy_volume=4.5)
        scene.market.candles = [stale]  # the exchange shows how it was before the last trade
        await scene.until(1, 1_600)
        assert scene.closed == []
        scene.market.candles = [BARS[0]]  # still no next row: nobody has traded since
        await scene.until(1, 2_600)
        assert scene.closed == []
        await scene.until(1, 3_600)

    scene = played(story)
    assert scene.closed == [BARS[0]]
    assert scene.asked_ms == [MINUTE_MS + late for late in (1_500, 2_500, 3_500)]


def test_the_running_row_is_not_believed_however_often_it_is_told() -> None:
    async def story(scene: Scene) -> None:
        scene.market.candles = BARS[:1]
        scene.market.now_ms = lambda: START_MS + 30_000  # the exchange's clock is behind ours
        await scene.until(1, 20_000)

    assert played(story).closed == []


def test_a_long_gap_is_fetched_page_by_page() -> None:
    async def story(scene: Scene) -> None:
        await scene.clock.sleep_ms(2_000)

    scene = played(story, minutes_late=1_900)
    assert scene.closed == BARS[:1_900]
    assert [limit for _, _, limit in scene.market.asked] == [1_500, 403]


def test_after_failures_it_waits_longer_up_to_a_bound() -> None:
    async def story(scene: Scene) -> None:
        scene.market.failures.extend([VenueUnreachable("down")] * 5)
        await scene.until(1, 20_000)

    scene = played(story)
    pauses = [1_000, 2_000, 4_000, 4_000, 4_000]
    asked = [MINUTE_MS + 1_500 + sum(pauses[:count]) for count in range(6)]
    assert scene.asked_ms == asked
    assert scene.closed == BARS[:1]


def test_an_exhausted_budget_is_waited_for() -> None:
    async def story(scene: Scene) -> None:
        scene.market.failures.append(BudgetExhausted("weight", retry_after_ms=9_000))
        await scene.until(1, 20_000)

    assert played(story).asked_ms == [MINUTE_MS + 1_500, MINUTE_MS + 10_500]


def test_an_exchange_that_knows_nothing_is_asked_again_less_and_less_up_to_a_bound() -> None:
    async def story(scene: Scene) -> None:
        scene.market.candles = []  # the market stands still
        await scene.until(1, 20_000)
        scene.market.candles = BARS
        await scene.until(1, 23_000)

    scene = played(story)
    pauses = [1_000, 2_000, 4_000, 4_000, 4_000, 4_000]
    assert scene.asked_ms == [MINUTE_MS + 1_500 + sum(pauses[:count]) for count in range(7)]
    assert scene.closed == BARS[:1]


def test_what_was_told_before_the_end_does_not_count_as_told_twice() -> None:
    async def story(scene: Scene) -> None:
        scene.market.candles = [replace(BARS[0], volume=9.0, taker_buy_volume=4.5)]
        await scene.until(0, 59_000)
        scene.backfill.ask(scene.feed)
        await scene.until(1, 1_600)  # REST still shows how it was before the last trade
        assert scene.closed == []
        scene.market.candles = BARS
        await scene.until(1, 2_600)

    assert played(story).closed == BARS[:1]


def test_a_hole_in_the_exchanges_own_history_is_believed_the_second_time() -> None:
    async def story(scene: Scene) -> None:
        scene.hear(0)
        scene.market.candles = [BARS[0], *BARS[3:10]]
        await scene.until(4, 1_600)

    scene = played(story)
    assert [bar.open_ms for bar in scene.closed] == [bar.open_ms for bar in BARS[:4]]
    assert [bar.is_idle for bar in scene.closed] == [False, True, True, False]
    assert scene.counts.invented == 2


def test_an_impossible_row_is_counted_and_asked_for_again() -> None:
    async def story(scene: Scene) -> None:
        scene.market.candles = [replace(BARS[0], low=999.0), *BARS[1:10]]
        await scene.until(1, 1_600)
        assert scene.closed == []
        scene.market.candles = BARS
        await scene.until(1, 3_000)

    scene = played(story)
    assert scene.closed == BARS[:1]
    assert scene.counts.malformed == 1


def test_an_impossible_row_at_the_head_of_a_full_page_is_not_asked_for_without_a_pause() -> None:
    async def story(scene: Scene) -> None:
        scene.market.candles = [replace(BARS[0], low=999.0), *BARS[1:]]
        await scene.clock.sleep_ms(3_900)

    scene = played(story, minutes_late=1_900)
    assert scene.asked_ms == [1_900 * MINUTE_MS + late_ms for late_ms in (1_600, 2_600, 3_600)]


def test_while_nobody_fetches_events_nothing_is_asked_and_later_everything() -> None:
    async def story(scene: Scene) -> None:
        scene.hear(0, 1, 2)
        await scene.until(10)
        assert scene.asked_ms == []
        while len(scene.outbox):
            await scene.outbox.get()
        await scene.until(10, 1_600)

    assert played(story, events_max=2).closed == BARS[2:10]


def test_a_run_after_another_one_asks_anew() -> None:
    async def main(clock: VirtualClock) -> Scene:
        scene = Scene(clock)
        scene.backfill.ask(scene.feed)  # nobody runs yet
        async with asyncio.TaskGroup() as group:
            running = group.create_task(scene.backfill.run([scene.feed]))
            await scene.until(1, 1_600)
            running.cancel()
        return scene

    assert run_virtual(main, start_ms=START_MS).closed == BARS[:1]


@pytest.mark.parametrize("ahead_ms", [90_000, 3_600_000, -90_000, -3_600_000])
def test_a_clock_that_jumps_makes_nothing_final_too_early_and_loses_nothing(ahead_ms: int) -> None:
    async def story(scene: Scene) -> None:
        for second in range(10 * 60):
            scene.ours.ahead_ms = ahead_ms if 120 <= second < 400 else 0
            await scene.clock.sleep_ms(1_000)
            assert len(scene.closed) <= (scene.clock.now_ms() - START_MS) // MINUTE_MS
        await scene.clock.sleep_ms(3_000)

    assert played(story).closed == BARS[:10]


def test_each_page_is_no_longer_than_there_can_be_candles() -> None:
    async def story(scene: Scene) -> None:
        await scene.clock.sleep_ms(2_000)

    for minutes, limit in ((1, 3), (98, 100), (1_498, 1_500)):
        scene = played(story, minutes_late=minutes)
        assert scene.market.asked[0] == (BTCUSDT, START_MS, limit)
