"""What is counted of the events that pass."""

from decimal import Decimal

from msgspec.structs import replace

from noctule.adapters.clock import VirtualClock
from noctule.domain.events.base import Event
from noctule.domain.events.data import CandleClosed, FeedLost, FeedRestored
from noctule.domain.events.desk import PositionClosed, PositionProtected
from noctule.domain.events.order import AccountFeedLost, AccountFeedRestored, OrderSubmitted
from noctule.domain.ids import candle_trace
from noctule.domain.order import ClientOrderId
from noctule.domain.values import Price, Quote, Symbol, Timeframe
from noctule.engine.measures import Measures
from noctule.telemetry.metrics import Buckets
from tests.builders import BTCUSDT, START_MS, candle
from tests.fakes.desk_events import CLOSED
from tests.fakes.events import tick

ETHUSDT = Symbol("ETHUSDT")


class Counting:
    """The tap, on a clock and a stopwatch in a test's hands."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START_MS)
        self.now_ns = 0
        self.measures = Measures(clock=self.clock, stopwatch_ns=lambda: self.now_ns)

    def see(self, *events: Event) -> Measures:
        for event in events:
            self.measures.see(event)
        return self.measures


def closed(
    symbol: Symbol = BTCUSDT, *, minute: int = 0, timeframe: Timeframe = Timeframe.M1
) -> CandleClosed:
    open_ms = START_MS + (minute + 1) * 60_000 - timeframe.ms
    ended = candle(symbol=symbol, timeframe=timeframe, open_ms=open_ms)
    trace = candle_trace(symbol, timeframe, ended.close_ms)
    return CandleClosed(at_ms=ended.close_ms, trace=trace, candle=ended)


def sent(cause: CandleClosed) -> OrderSubmitted:
    return OrderSubmitted(
        at_ms=START_MS,
        trace=cause.trace,
        symbol=cause.candle.symbol,
        client_order_id=ClientOrderId("noc-1"),
    )


def observed(buckets: Buckets) -> list[float]:
    """Return the largest value that each observation may have had."""
    bounds = [*buckets.bounds, float("inf")]
    return [
        bound for bound, count in zip(bounds, buckets.counts, strict=True) for _ in range(count)
    ]


def test_how_late_a_candle_has_its_turn_and_only_once_for_the_bars_that_it_completes() -> None:
    desk = Counting()
    desk.clock.advance_to_ms(START_MS + 5 * 60_000 + 40)
    measures = desk.see(closed(minute=4), closed(minute=4, timeframe=Timeframe.M5))

    assert observed(measures.candle_lag) == [0.05]
    assert measures.candle_lag.total == 0.04


def test_how_long_it_takes_from_a_candles_turn_to_its_order() -> None:
    desk = Counting()
    first, other = closed(), closed(ETHUSDT)
    desk.see(first)
    desk.now_ns = 90_000
    desk.see(other)
    desk.now_ns = 400_000
    measures = desk.see(sent(first))
    assert observed(measures.tick_to_order) == [0.0005]

    desk.now_ns = 700_000
    desk.see(sent(other))
    assert measures.tick_to_order.total == (400_000 + 610_000) / 1e9


def test_an_entry_on_a_higher_bar_is_measured_from_the_candle_that_completed_it() -> None:
    desk = Counting()
    bar = closed(minute=4, timeframe=Timeframe.M5)
    desk.see(closed(minute=4))
    desk.now_ns = 100_000
    desk.see(bar)
    desk.now_ns = 150_000

    assert observed(desk.see(sent(bar)).tick_to_order) == [0.00015]


def test_the_stop_that_follows_an_entry_is_no_second_entry() -> None:
    desk, ended = Counting(), closed()

    assert len(observed(desk.see(ended, sent(ended), sent(ended)).tick_to_order)) == 1


def test_an_order_of_an_older_candle_or_of_none_is_not_measured() -> None:
    desk, ended = Counting(), closed()
    measures = desk.see(ended, closed(minute=1), sent(ended))

    assert observed(measures.tick_to_order) == []


def test_how_long_a_position_was_naked() -> None:
    protected = PositionProtected(
        at_ms=START_MS,
        trace="",
        symbol=BTCUSDT,
        strategy="mine",
        stop=Price(Decimal(59_000)),
        target=None,
        naked_ms=120,
    )

    assert observed(Counting().see(protected).naked) == [0.25]


def test_trades_are_counted_with_what_they_came_to() -> None:
    won = replace(
        CLOSED.trade,
        gross_pnl=Quote(Decimal(12)),
        fees=Quote(Decimal(1)),
        funding=Quote(Decimal("-0.5")),
    )
    lost = replace(won, gross_pnl=Quote(Decimal(-8)))
    measures = Counting().see(
        *(PositionClosed(at_ms=START_MS, trace="", trade=each) for each in (won, lost))
    )

    assert (measures.won, measures.lost) == (1, 1)
    assert (measures.net_pnl, measures.fees, measures.funding) == (1.0, 2.0, -1.0)


def test_a_feed_that_comes_back_after_a_loss_is_a_reconnect_and_one_that_begins_is_none() -> None:
    begun = FeedRestored(at_ms=START_MS, trace="", symbol=BTCUSDT, gap_from_ms=None)
    lost = FeedLost(at_ms=START_MS, trace="", symbol=BTCUSDT, reason="cut")
    away = AccountFeedLost(at_ms=START_MS, trace="", reason="cut")
    back = AccountFeedRestored(at_ms=START_MS, trace="", missed=0)
    measures = Counting().see(begun, lost, lost, begun, away, back, away, back)

    assert measures.reconnects == {"BTCUSDT": 1, "account": 2}


def test_all_other_events_pass() -> None:
    assert Counting().see(tick()).reconnects == {}
