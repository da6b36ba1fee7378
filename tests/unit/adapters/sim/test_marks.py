"""Mark prices of a replayed market: those of a file where it has them, else the last price."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from noctule.adapters.sim.candles import Candle
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.expansion import First, high_first
from noctule.adapters.sim.funding_files import Funding, FundingRates
from noctule.adapters.sim.marks import mark_of, with_marks, with_quiet_fundings
from noctule.adapters.sim.replay import play_candles, play_trades
from noctule.adapters.sim.source import Instant, MarketEvent
from tests.fakes.sim_market import START_MS, candle, tick

HOUR_MS = 3_600_000
USUAL = FundingRates()
MARK = "200 220 190 210"


def market(*minutes: int) -> Iterator[MarketEvent]:
    return play_candles([candle(minute=minute) for minute in minutes], funding=USUAL)


def marked(*minutes: int) -> list[Candle]:
    return [candle(MARK, minute=minute, volume="0", count=0) for minute in minutes]


def marks(events: Iterator[MarketEvent]) -> list[tuple[int, int]]:
    """Return when, after the start, and how high."""
    return [
        (event.time_ms - START_MS, int(event.mark))
        for event in events
        if isinstance(event, MarkTick)
    ]


def test_of_a_market_without_marks_it_is_the_price_of_each_trade() -> None:
    of_trade = mark_of(tick("101", at=7), FundingRates(usual_hours=4))
    assert of_trade.mark == of_trade.index == 101
    assert of_trade.is_last
    assert of_trade.next_funding_ms - START_MS == 4 * 3_600_000


def test_the_mark_goes_through_its_own_candle_beside_the_last_price() -> None:
    events = list(with_marks(market(0), iter(marked(0)), funding=USUAL))
    assert marks(iter(events)) == [(0, 200), (20_000, 190), (40_000, 220), (59_999, 210)]
    assert not any(event.is_last for event in events if isinstance(event, MarkTick))
    assert [event.price for event in events if isinstance(event, Tick)] == [100, 95, 110, 105]


def test_mark_and_last_price_take_the_same_side_first() -> None:
    played = with_marks(market(0), iter(marked(0)), rule=high_first, funding=USUAL)
    assert [price for _, price in marks(played)] == [200, 220, 190, 210]


def test_the_order_of_the_extremes_is_asked_for_when_the_first_of_them_is_due() -> None:
    asked: list[Decimal] = []

    def rule(of: Candle) -> First:
        asked.append(of.open)
        return First.LOW

    events = with_marks(
        play_trades(iter([tick("1"), tick("1", at=20_000)]), funding=USUAL),
        marked(0),
        rule=rule,
        funding=USUAL,
    )
    assert isinstance(next(events), MarkTick)
    assert isinstance(next(events), Tick)
    assert asked == []
    assert isinstance(next(events), MarkTick)
    assert asked == [200]


def test_marks_move_on_while_nobody_trades() -> None:
    idle = candle("100 100 100 100", minute=1, volume="0", count=0)
    played = with_marks(play_candles([candle(), idle], funding=USUAL), marked(0, 1), funding=USUAL)
    assert [at for at, _ in marks(played)][4:] == [60_000, 80_000, 100_000, 119_999]


def test_where_the_record_has_a_gap_or_is_over_the_mark_is_the_last_price() -> None:
    played = with_marks(market(0, 1, 2, 3), marked(0, 2), funding=USUAL)
    by_minute: dict[int, list[int]] = {}
    for at, price in marks(played):
        by_minute.setdefault(at // 60_000, []).append(price)
    recorded, traded = [200, 190, 220, 210], [100, 95, 110, 105]
    assert list(by_minute.values()) == [recorded, traded, recorded, traded]


def test_before_the_record_begins_the_mark_follows_the_last_price() -> None:
    played = list(with_marks(market(0, 1), marked(1), funding=USUAL))
    follows = [event.is_last for event in played if isinstance(event, MarkTick)]
    assert follows == [*[True] * 4, *[False] * 4]


def test_once_there_was_a_record_the_last_price_is_told_as_a_mark_of_its_own() -> None:
    played = list(with_marks(market(0, 1), marked(0), funding=USUAL))
    assert not any(event.is_last for event in played if isinstance(event, MarkTick))


def test_marks_from_before_the_market_are_left_out_but_the_one_in_force() -> None:
    hour = Candle(
        symbol="BTCUSDT",
        open_ms=START_MS - 30 * 60_000,
        close_ms=START_MS + 30 * 60_000 - 1,
        **dict(zip(("open", "high", "low", "close"), map(Decimal, MARK.split()), strict=True)),
        volume=Decimal(0),
        quote_volume=Decimal(0),
        count=0,
        taker_buy_volume=Decimal(0),
        taker_buy_quote=Decimal(0),
    )
    played = marks(with_marks(market(0), [*marked(-90), hour], funding=USUAL))
    assert played == [(0, 200), (0, 190)]


def settled_at(*hours: int) -> FundingRates:
    """Return rates that name their hour: 0.0008 is settled eight hours after the start."""
    return FundingRates(
        Funding(
            path=Path("f.csv"),
            line=line,
            funding_ms=START_MS + hour * HOUR_MS,
            hours=4,
            rate=Decimal(f"0.00{hour:02}"),
        )
        for line, hour in enumerate(hours, start=1)
    )


def fundings(events: Iterator[MarketEvent]) -> list[tuple[float, str, float]]:
    """Return when each mark was told, in hours, the rate it announced, and for when."""
    return [
        (
            (event.time_ms - START_MS) / HOUR_MS,
            str(event.funding_rate),
            (event.next_funding_ms - START_MS) / HOUR_MS,
        )
        for event in events
        if isinstance(event, MarkTick)
    ]


def trades_at(*hours: float) -> Iterator[Tick]:
    return iter([tick("100", at=int(hour * HOUR_MS)) for hour in hours])


def test_each_mark_announces_the_funding_that_is_settled_next() -> None:
    told = fundings(play_trades(trades_at(1, 4, 5), funding=settled_at(4, 8)))
    assert told == [(1, "0.0004", 4), (4, "0.0008", 8), (5, "0.0008", 8)]


def test_recorded_marks_announce_it_too() -> None:
    funding = settled_at(4, 8)
    told = fundings(with_marks(market(0), marked(0), funding=funding))
    assert [each[1:] for each in told] == [("0.0004", 4)] * 4


def test_a_funding_while_nobody_trades_is_told_with_the_last_mark() -> None:
    funding = settled_at(4, 8, 12, 16)
    played = with_quiet_fundings(play_trades(trades_at(1, 12, 13), funding=funding), funding)
    assert fundings(played) == [
        (1, "0.0004", 4),
        (4, "0.0008", 8),
        (8, "0.0012", 12),
        (12, "0.0016", 16),
        (13, "0.0016", 16),
    ]


def test_whoever_only_waits_is_told_of_a_funding_in_between() -> None:
    funding = settled_at(4, 8)
    events: list[MarketEvent] = [*play_trades(trades_at(1), funding=funding)]
    late = Instant(time_ms=START_MS + 5 * HOUR_MS)
    played = list(with_quiet_fundings(iter([late, *events, late]), funding))
    assert [type(each) for each in played] == [Instant, Tick, MarkTick, Instant, MarkTick, Instant]
    assert fundings(iter(played)) == [(1, "0.0004", 4), (4, "0.0008", 8)]


def test_no_market_has_no_marks() -> None:
    assert list(with_marks(iter(()), marked(0), funding=USUAL)) == []
