"""One feed: stream and REST together make each candle once, and updates never run ahead."""

import pytest
from msgspec.structs import replace

from noctule.adapters.binance.market.candle_feed import CandleFeed
from noctule.adapters.binance.market.event_outbox import EventOutbox
from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.domain.errors import FeedMalformed
from noctule.domain.events.base import DataEvent
from noctule.domain.events.data import CandleClosed, CandleRevised, CandleUpdated
from noctule.domain.market import Candle
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT, START_MS, candle, candles
from tests.fakes.market_desk import kline_frame

FIRST, SECOND, THIRD, FOURTH = candles([100.0, 101.0, 102.0, 103.0])


class Scene:
    """A feed that begins with the first candle, and what became of it."""

    def __init__(self, *, events_max: int = 100, due_ms: int = START_MS) -> None:
        self.asked = 0
        self.counts = FeedCounts()
        self.outbox = EventOutbox(events_max=events_max)
        self.feed = CandleFeed(
            BTCUSDT, Timeframe.M1, outbox=self.outbox, counts=self.counts, ask=self._ask
        )
        self.feed.place(due_ms)

    def hear(self, *bars: Candle, is_closed: bool = True, event_ms: int | None = None) -> None:
        for bar in bars:
            self.feed.hear(kline_frame(bar, is_closed=is_closed, event_ms=event_ms))

    @property
    def told(self) -> tuple[DataEvent, ...]:
        return self.outbox.waiting()

    @property
    def closed(self) -> list[Candle]:
        return [event.candle for event in self.told if isinstance(event, CandleClosed)]

    def _ask(self, feed: CandleFeed) -> None:
        assert feed is self.feed
        self.asked += 1


def closed(bar: Candle) -> CandleClosed:
    minute = (bar.close_ms + 1) // 60_000
    return CandleClosed(at_ms=bar.close_ms, trace=f"BTCUSDT:1m:{minute}", candle=bar)


def test_a_closed_kline_becomes_a_closed_candle() -> None:
    scene = Scene()
    scene.hear(FIRST)
    assert scene.told == (closed(FIRST),)
    assert scene.feed.last == FIRST
    assert scene.asked == 0


def test_an_update_tells_of_the_running_candle_and_the_newest_wins() -> None:
    scene = Scene()
    moved = replace(FIRST, high=105.0, close=105.0)
    scene.hear(FIRST, is_closed=False, event_ms=START_MS + 1)
    scene.hear(moved, is_closed=False, event_ms=START_MS + 2)
    (event,) = scene.told
    assert isinstance(event, CandleUpdated)
    assert (event.candle, event.at_ms) == (moved, START_MS + 2)
    assert event.trace == closed(FIRST).trace


def test_an_update_that_was_overtaken_on_its_way_says_nothing() -> None:
    scene = Scene()
    scene.hear(FIRST, is_closed=False, event_ms=START_MS + 2)
    scene.hear(replace(FIRST, high=105.0), is_closed=False, event_ms=START_MS + 1)
    (event,) = scene.told
    assert isinstance(event, CandleUpdated)
    assert event.candle == FIRST
    scene.feed.begin_anew()  # another connection, perhaps another clock
    scene.hear(replace(FIRST, high=105.0), is_closed=False, event_ms=START_MS + 1)
    (event,) = scene.told
    assert isinstance(event, CandleUpdated)
    assert event.candle.high == 105.0


def test_an_update_never_overtakes_a_close() -> None:
    scene = Scene()
    scene.hear(FIRST, is_closed=False)
    scene.hear(FIRST)
    scene.hear(SECOND, is_closed=False)
    assert [type(event) for event in scene.told] == [CandleUpdated, CandleClosed, CandleUpdated]


def test_a_later_update_proves_a_gap_and_waits_for_what_is_before_it() -> None:
    scene = Scene()
    scene.hear(SECOND, is_closed=False)
    assert scene.told == ()
    assert scene.asked == 1


def test_an_update_of_a_candle_that_is_closed_says_nothing() -> None:
    scene = Scene()
    scene.hear(FIRST)
    scene.hear(FIRST, is_closed=False)
    assert scene.told == (closed(FIRST),)
    assert scene.asked == 0


def test_a_later_close_proves_a_gap_and_rest_fills_it() -> None:
    scene = Scene()
    scene.hear(SECOND, THIRD)
    assert scene.closed == []
    assert scene.asked == 2
    scene.feed.fill([FIRST], told_ms=SECOND.close_ms)
    assert scene.closed == [FIRST, SECOND, THIRD]
    assert scene.counts.fetched == 3


def test_a_repeated_close_is_no_second_one_and_asks_for_nothing() -> None:
    scene = Scene()
    scene.hear(FIRST, FIRST)
    scene.feed.fill([FIRST], told_ms=FIRST.close_ms)
    assert scene.closed == [FIRST]
    assert scene.asked == 0


def test_a_contradiction_is_a_revision() -> None:
    scene = Scene()
    corrected = replace(FIRST, volume=11.0)
    scene.hear(FIRST, event_ms=FIRST.close_ms + 1)
    scene.hear(corrected, event_ms=FIRST.close_ms + 2)
    assert scene.told == (
        closed(FIRST),
        CandleRevised(
            at_ms=FIRST.close_ms,
            trace=closed(FIRST).trace,
            candle=corrected,
            published=FIRST,
        ),
    )
    assert scene.counts.revised == 1


def test_an_impossible_candle_is_malformed_and_asked_of_rest() -> None:
    scene = Scene()
    with pytest.raises(FeedMalformed, match=r"btcusdt@kline_1m: low 200.0 is not the lowest"):
        scene.hear(replace(FIRST, low=200.0))
    assert scene.told == ()
    assert scene.asked == 1


@pytest.mark.parametrize(
    "change", [{"symbol": "ETHUSDT"}, {"timeframe": Timeframe.M5}], ids=["symbol", "timeframe"]
)
def test_a_candle_of_another_series_is_malformed(change: dict[str, str]) -> None:
    scene = Scene()
    frame = kline_frame(replace(candle(), **change))
    with pytest.raises(FeedMalformed, match="a candle of"):
        scene.feed.hear(frame)
    assert scene.feed.frames == 0


def test_while_nobody_fetches_closes_they_stay_due() -> None:
    scene = Scene(events_max=2)
    scene.hear(FIRST, SECOND, THIRD)
    assert scene.closed == [FIRST, SECOND]
    assert scene.feed.ledger.due_ms == THIRD.open_ms


def test_it_is_known_how_many_traded_candles_the_stream_was_silent_about() -> None:
    scene = Scene()
    idle = replace(SECOND, trades=0, volume=0.0, taker_buy_volume=0.0)
    scene.feed.fill([FIRST, idle, THIRD], told_ms=THIRD.close_ms)
    assert scene.feed.unheard == 2
    scene.hear(FOURTH, is_closed=False)
    assert scene.feed.unheard == 0


def test_where_the_exchange_has_no_candles_the_last_close_is_repeated() -> None:
    scene = Scene()
    scene.hear(FIRST)
    scene.hear(FOURTH)
    scene.feed.fill_idle(FOURTH.open_ms, told_ms=FOURTH.close_ms)
    idle = [candle(100.0, open_ms=bar.open_ms, volume=0.0, trades=0) for bar in (SECOND, THIRD)]
    assert scene.closed == [FIRST, *idle, FOURTH]
    assert scene.counts.invented == 2


def test_a_hole_of_years_is_filled_in_parts() -> None:
    scene = Scene()
    scene.hear(FIRST)
    scene.feed.fill_idle(START_MS + 5_000 * 60_000, told_ms=0)
    assert scene.feed.ledger.due_ms == START_MS + 1_001 * 60_000


def test_where_there_is_no_last_close_the_series_begins_after_the_hole() -> None:
    scene = Scene()
    scene.hear(THIRD)
    scene.feed.fill_idle(THIRD.open_ms, told_ms=THIRD.close_ms)
    assert scene.closed == [THIRD]
    assert scene.counts.invented == 0


def test_a_feed_begins_where_it_is_placed() -> None:
    outbox, counts = EventOutbox(events_max=1), FeedCounts()
    feed = CandleFeed(BTCUSDT, Timeframe.M1, outbox=outbox, counts=counts, ask=lambda feed: None)
    assert not feed.is_placed
    with pytest.raises(AssertionError, match="btcusdt@kline_1m was not placed"):
        _ = feed.ledger
    feed.place(SECOND.open_ms, after=FIRST)
    assert (feed.ledger.due_ms, feed.last) == (SECOND.open_ms, FIRST)


def test_a_candle_says_when_its_frame_or_the_answer_that_told_it_was_in() -> None:
    times = iter([FIRST.close_ms + 31, SECOND.close_ms + 400])
    outbox, counts = EventOutbox(events_max=9), FeedCounts()
    feed = CandleFeed(
        BTCUSDT,
        Timeframe.M1,
        outbox=outbox,
        counts=counts,
        ask=lambda feed: None,
        now_ms=lambda: next(times),
    )
    feed.place(FIRST.open_ms)
    feed.hear(kline_frame(FIRST, is_closed=True))
    feed.fill([SECOND], told_ms=SECOND.close_ms)
    received = [each.received_ms for each in outbox.waiting() if isinstance(each, CandleClosed)]
    assert received == [FIRST.close_ms + 31, SECOND.close_ms + 400]
