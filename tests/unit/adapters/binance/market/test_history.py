"""History over REST: settled candles only, page by page, without a gap."""

from msgspec.structs import replace

from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.adapters.binance.market.history import KlineHistory
from noctule.domain.market import Candle
from noctule.domain.values import MINUTE_MS, Timeframe
from tests.builders import BTCUSDT, START_MS, candle, candles
from tests.fakes.market_desk import FakeMarket

BARS = candles([100.0] * 4_000)


def market(now_ms: int, bars: list[Candle] = BARS) -> FakeMarket:
    return FakeMarket(bars, lambda: now_ms)


async def latest(source: FakeMarket, count: int, *, counts: FeedCounts | None = None) -> list[int]:
    """Return which candles the history holds, by their numbers."""
    history = KlineHistory(source, counts or FeedCounts())
    found = await history.latest(BTCUSDT, Timeframe.M1, count=count)
    return [(bar.open_ms - START_MS) // MINUTE_MS for bar in found]


async def test_the_open_last_row_is_never_taken_for_closed() -> None:
    source = market(START_MS + 10 * MINUTE_MS + 30_000)
    assert await latest(source, 3) == [7, 8, 9]


async def test_right_after_the_end_the_last_row_is_not_believed_either() -> None:
    source = market(START_MS + 10 * MINUTE_MS + 1)
    source.lag_ms = 5  # REST still tells candle 9 as it was before its last trade
    assert await latest(source, 3) == [6, 7, 8]


async def test_a_long_history_is_read_in_pages_of_at_most_1500() -> None:
    source = market(START_MS + 3_999 * MINUTE_MS)
    assert await latest(source, 3_500) == list(range(499, 3_999))
    assert [limit for _, _, limit in source.asked] == [1_500, 1_500, 501]


async def test_a_short_history_is_paid_by_the_row() -> None:
    source = market(START_MS + 100 * MINUTE_MS)
    assert await latest(source, 10) == list(range(90, 100))
    assert [limit for _, _, limit in source.asked] == [11]


async def test_a_young_symbol_has_what_it_has() -> None:
    assert await latest(market(START_MS + 2 * MINUTE_MS), 500) == [0, 1]
    assert await latest(market(START_MS), 500) == []
    assert await latest(market(START_MS - MINUTE_MS), 500) == []
    assert await latest(market(START_MS + 2 * MINUTE_MS), 0) == []


async def test_what_lies_before_a_gap_is_left_out() -> None:
    bars = [*BARS[:5], *BARS[6:20]]
    assert await latest(market(START_MS + 10 * MINUTE_MS, bars), 9) == [6, 7, 8, 9]


async def test_an_impossible_row_is_counted_and_is_a_gap() -> None:
    counts = FeedCounts()
    bars = [*BARS[:5], replace(BARS[5], low=200.0), *BARS[6:20]]
    assert await latest(market(START_MS + 9 * MINUTE_MS, bars), 9, counts=counts) == [6, 7, 8]
    assert counts.malformed == 1


async def test_months_are_counted_by_the_calendar() -> None:
    bars: list[Candle] = []
    open_ms = 1_704_067_200_000  # 2024-01-01
    for _ in range(24):
        bars.append(candle(timeframe=Timeframe.MO1, open_ms=open_ms))
        bars[-1] = replace(bars[-1], close_ms=Timeframe.MO1.close_of(open_ms))
        open_ms = bars[-1].close_ms + 1
    source = market(bars[-1].open_ms + 5, bars)
    history = KlineHistory(source, FeedCounts())
    found = await history.latest(BTCUSDT, Timeframe.MO1, count=20)
    assert list(found) == bars[3:23]
