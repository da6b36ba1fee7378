"""The order book's feed: told while it is whole, begun anew when it is not."""

import asyncio
from collections.abc import Awaitable, Callable

from noctule.adapters.binance.market.depth_feed import DepthFeed, DepthSnapshots
from noctule.adapters.binance.market.event_outbox import EventOutbox
from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.adapters.binance.market.settings import CollectorSettings
from noctule.adapters.binance.wire.depth import DepthSnapshot
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import BudgetExhausted, VenueUnreachable
from noctule.domain.events.data import DepthUpdated
from noctule.domain.market import BookLevel
from noctule.domain.values import Symbol
from tests.builders import BTCUSDT, START_MS
from tests.fakes.market_desk import FakeMarket, enveloped

ETHUSDT = Symbol("ETHUSDT")


def frame(first_id: int, previous_id: int, bid: str = "10", quantity: str = "1") -> bytes:
    event = {"e": "depthUpdate", "E": first_id, "T": 4, "s": "BTCUSDT"}
    ids = {"U": first_id, "u": first_id, "pu": previous_id}
    return enveloped("btcusdt@depth", {**event, **ids, "b": [[bid, quantity]], "a": []})


def whole(last_id: int) -> DepthSnapshot:
    return DepthSnapshot(last_id=last_id, bids=[(9.0, 1.0)], asks=[(11.0, 1.0)])


class Scene:
    """A feed with one level, and who fetches its snapshots."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.market = FakeMarket([], clock.now_ms)
        self.counts = FeedCounts()
        self.outbox = EventOutbox(events_max=10)
        self.snapshots = DepthSnapshots(
            source=self.market, clock=clock, settings=CollectorSettings(retry_ms=1_000)
        )
        self.feed = self.feed_of(BTCUSDT)

    def feed_of(self, symbol: Symbol) -> DepthFeed:
        return DepthFeed(
            symbol, levels=1, outbox=self.outbox, counts=self.counts, ask=self.snapshots.ask
        )

    @property
    def told(self) -> list[DepthUpdated]:
        return [each for each in self.outbox.waiting() if isinstance(each, DepthUpdated)]


def played(story: Callable[[Scene], Awaitable[None]]) -> Scene:
    async def main(clock: VirtualClock) -> Scene:
        scene = Scene(clock)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(scene.snapshots.run())
            await story(scene)
            running.cancel()
        return scene

    return run_virtual(main, start_ms=START_MS)


def test_nothing_is_told_before_a_snapshot_and_the_upper_levels_after_it() -> None:
    async def story(scene: Scene) -> None:
        scene.market.books.append(whole(1))
        scene.feed.hear(frame(2, 1))
        assert scene.told == []
        await scene.clock.sleep_ms(1)
        scene.feed.hear(frame(3, 2, quantity="7"))
        scene.feed.hear(frame(3, 2, quantity="8"))

    scene = played(story)
    (event,) = scene.told
    assert event.depth.bids == (BookLevel(10.0, 7.0),)
    assert event.depth.asks == (BookLevel(11.0, 1.0),)
    assert (event.at_ms, event.trace) == (3, "depth:BTCUSDT:3")
    assert scene.market.books_asked == 1


def test_a_missing_change_asks_for_a_new_snapshot() -> None:
    async def story(scene: Scene) -> None:
        scene.market.books.extend([whole(1), whole(5)])
        scene.feed.hear(frame(2, 1))
        await scene.clock.sleep_ms(1)
        scene.feed.hear(frame(6, 5))
        await scene.clock.sleep_ms(1)
        scene.feed.hear(frame(7, 6, quantity="3"))

    scene = played(story)
    assert scene.told[-1].depth.update_id == 7
    assert scene.counts.resynced == 1
    assert scene.market.books_asked == 2


def test_a_snapshot_that_does_not_fit_or_does_not_come_is_asked_for_again_after_a_pause() -> None:
    async def story(scene: Scene) -> None:
        scene.market.failures.append(VenueUnreachable("down"))
        scene.market.failures.append(BudgetExhausted("weight", retry_after_ms=5_000))
        scene.market.books.extend([whole(1), whole(5)])
        scene.feed.hear(frame(6, 5))
        await scene.clock.sleep_ms(999)
        assert scene.market.books_asked == 1
        await scene.clock.sleep_ms(2)
        assert scene.market.books_asked == 2
        await scene.clock.sleep_ms(5_000)
        assert scene.market.books_asked == 3
        await scene.clock.sleep_ms(1_000)
        assert not scene.feed.book.is_void

    assert played(story).market.books_asked == 4


def test_a_book_that_the_exchange_refuses_keeps_no_other_from_its_own() -> None:
    async def story(scene: Scene) -> None:
        scene.market.delisted.add(ETHUSDT)
        scene.market.books.append(whole(1))
        delisted = scene.feed_of(ETHUSDT)
        delisted.hear(frame(2, 1))
        scene.feed.hear(frame(2, 1))
        await scene.clock.sleep_ms(5_000)
        assert delisted.book.is_void
        assert not scene.feed.book.is_void

    assert 3 < played(story).market.books_asked < 8
