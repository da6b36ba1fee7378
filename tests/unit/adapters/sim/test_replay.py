"""Replay: a file that is played and taped comes out as it was."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from noctule.adapters.sim.candle_files import candles_of, named
from noctule.adapters.sim.candles import Candle
from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.expansion import FirstRule, high_first, low_first, nearer_first
from noctule.adapters.sim.funding_files import FundingRates
from noctule.adapters.sim.generator import generate
from noctule.adapters.sim.intervals import DAY_MS, MINUTE_MS
from noctule.adapters.sim.klines import Kline
from noctule.adapters.sim.replay import file_of, play_candles, play_files, play_trades, together
from noctule.adapters.sim.source import Instant, MarketEvent
from noctule.adapters.sim.tape import Tape
from tests.conformance.fixtures import DATA, needs_data
from tests.fakes.sim_market import START_MS, Quotes, candle, figures, rules_of, tick, write_candles

RULES = [nearer_first, high_first, low_first]


def taped(events: Iterable[MarketEvent], *symbols: str) -> Tape:
    quotes = Quotes()
    tape = Tape(rules_of(*symbols), quotes)
    for event in events:
        tape.see(event)
    return tape


def as_candle(kline: Kline) -> Candle:
    return Candle(
        symbol="BTCUSDT",
        open_ms=kline.open_ms,
        close_ms=kline.close_ms,
        open=kline.open,
        high=kline.high,
        low=kline.low,
        close=kline.close,
        volume=kline.volume,
        quote_volume=kline.quote_volume,
        count=kline.count,
        taker_buy_volume=kline.taker_buy_volume,
        taker_buy_quote=kline.taker_buy_quote,
    )


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("symbol", ["BTCUSDT", "THINUSDT"])
def test_generated_candles_that_are_played_again_come_out_as_they_were(
    rule: FirstRule, symbol: str
) -> None:
    events = islice(generate(rules_of(symbol), Random(5), start_ms=START_MS), 15_000)
    first = taped(events, symbol)
    for interval in ("1m", "5m", "15m", "1h"):
        rows = first.klines(symbol, interval, limit=1_500)[1:-1]
        again = taped(
            play_candles(_of("BTCUSDT", rows), rule=rule, funding=FundingRates()), "BTCUSDT"
        )
        replayed = again.klines("BTCUSDT", interval, limit=1_500)[:-1]
        expected = [figures(row) for row in rows]
        assert [figures(row) for row in replayed] == expected[-len(replayed) :]
        assert len(replayed) > 15


def _of(symbol: str, rows: Iterable[Kline]) -> list[Candle]:
    """Begin with the first candle in which anybody traded: klines begin with a trade."""
    candles = [as_candle(row) for row in rows]
    begin = next(place for place, each in enumerate(candles) if not each.is_idle)
    return candles[begin:]


def test_a_candle_is_its_time_then_ticks_each_with_the_mark_it_sets() -> None:
    kinds = [type(event) for event in play_candles([candle()], funding=FundingRates())]
    assert kinds == [Instant, *[Tick, MarkTick] * 4, Instant]


def test_a_candle_without_trades_is_nothing_but_its_time() -> None:
    idle = candle("100 100 100 100", volume="0", count=0)
    assert list(play_candles([idle], funding=FundingRates())) == [
        Instant(time_ms=START_MS),
        Instant(time_ms=START_MS + MINUTE_MS),
    ]


def test_no_candle_is_no_market() -> None:
    assert list(play_candles([], funding=FundingRates())) == []


def test_the_mark_is_the_price_and_the_next_funding_lies_ahead() -> None:
    marks = [
        each
        for each in play_candles([candle()], funding=FundingRates(usual_hours=4))
        if isinstance(each, MarkTick)
    ]
    assert [each.mark for each in marks] == [100, 95, 110, 105]
    assert {each.next_funding_ms - START_MS for each in marks} == {4 * 3_600_000}
    assert {each.funding_rate for each in marks} == {Decimal("0.0001")}


def test_trades_are_played_with_their_marks() -> None:
    events = list(play_trades([tick("100"), tick("101", at=1)], funding=FundingRates()))
    assert [type(each) for each in events] == [Tick, MarkTick, Tick, MarkTick, Instant]


def test_markets_are_merged_by_time_and_an_instant_is_told_once() -> None:
    one: list[MarketEvent] = [Instant(time_ms=1), tick("100", at=0), Instant(time_ms=START_MS + 9)]
    two: list[MarketEvent] = [
        Instant(time_ms=1),
        tick("7", at=5, symbol="ETHUSDT"),
        Instant(time_ms=START_MS + 9),
    ]
    merged = list(together([iter(one), iter(two)]))
    assert merged == [one[0], one[1], two[1], one[2]]


def test_files_of_several_symbols_are_one_market(tmp_path: Path) -> None:
    row = "60000,100,110,95,105,4,119999"
    files = [
        named(write_candles(tmp_path / f"{symbol}-1m-x.csv", row))
        for symbol in ("BTCUSDT", "ETHUSDT")
    ]
    events = list(play_files(files, on_gap=print))
    times = [event.time_ms for event in events]
    assert times == sorted(times)
    assert [event.symbol for event in events if isinstance(event, Tick)] == [
        "BTCUSDT",
        "ETHUSDT",
    ] * 4
    assert sum(isinstance(event, Instant) for event in events) == 2


def test_files_of_trades_and_of_candles_are_played_side_by_side(tmp_path: Path) -> None:
    trades = tmp_path / "ETHUSDT-trades-x.csv"
    trades.write_text("7,10,2,20,60001,false\n8,11,2,22,60002,true\n")
    candles = write_candles(tmp_path / "BTCUSDT-1m-x.csv", "60000,100,110,95,105,4,119999")
    events = play_files([file_of(trades), file_of(candles)], on_gap=print)
    ticks = [event for event in events if isinstance(event, Tick)]
    assert [tick.symbol for tick in ticks] == ["BTCUSDT", *["ETHUSDT"] * 2, *["BTCUSDT"] * 3]


def test_two_intervals_of_one_symbol_are_refused_with_a_remedy(tmp_path: Path) -> None:
    files = [named(tmp_path / f"BTCUSDT-{name}-x.csv") for name in ("1m", "5m")]
    with pytest.raises(BadData, match=r"5m candles of BTCUSDT, but .* has 1m candles; choose one"):
        play_files(files, on_gap=print)


def test_files_of_mark_prices_move_the_mark_beside_what_trades(tmp_path: Path) -> None:
    rows = {"1m-x": "60000,100,110,95,105,4,119999", "1m-MARK-x": "60000,101,111,96,106,,119999"}
    files = [
        file_of(write_candles(tmp_path / f"BTCUSDT-{name}.csv", row)) for name, row in rows.items()
    ]
    events = list(play_files(files, on_gap=print))
    assert [event.price for event in events if isinstance(event, Tick)] == [100, 95, 110, 105]
    assert [event.mark for event in events if isinstance(event, MarkTick)] == [101, 96, 111, 106]


def test_files_of_fundings_are_announced_beside_what_trades(tmp_path: Path) -> None:
    trades = write_candles(tmp_path / "BTCUSDT-1m-x.csv", "60000,100,110,95,105,4,119999")
    funding = tmp_path / "BTCUSDT-funding-x.csv"
    funding.write_text("0,4,0.0007\n14400000,4,-0.0003\n")
    events = play_files([file_of(trades), file_of(funding)], on_gap=print)
    marks = [event for event in events if isinstance(event, MarkTick)]
    assert {event.funding_rate for event in marks} == {Decimal("-0.0003")}
    assert {event.next_funding_ms for event in marks} == {14_400_000}


@pytest.mark.parametrize(
    ("name", "what"), [("1m-MARK-x", "mark prices"), ("funding-x", "funding rates")]
)
def test_what_is_said_of_a_market_is_refused_without_it(
    tmp_path: Path, name: str, what: str
) -> None:
    file = tmp_path / f"BTCUSDT-{name}.csv"
    with pytest.raises(BadData, match=f"{what} alone; give what BTCUSDT traded too"):
        play_files([file_of(file)], on_gap=print)


@needs_data
@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT"])
def test_recorded_mark_prices_that_are_played_come_out_as_they_were(symbol: str) -> None:
    folder = DATA / "klines"
    traded, marked = (
        named(folder / f"{symbol}-{name}.csv.gz")
        for name in ("4h-20230101-20240513", "MARK-8h-20230101-20240514")
    )
    told: dict[int, list[Decimal]] = {}
    for event in play_files([traded, marked], on_gap=print):
        if isinstance(event, MarkTick) and not event.is_last:
            told.setdefault(marked.interval.open_of(event.time_ms), []).append(event.mark)
    recorded = {each.open_ms: each for each in candles_of([marked], on_gap=print)}
    told.popitem()  # the market ends in the middle of it
    assert len(told) > 1_400
    for open_ms, prices in told.items():
        was = recorded[open_ms]
        assert (prices[0], prices[-1]) == (was.open, was.close)
        assert (max(prices), min(prices)) == (was.high, was.low)


@needs_data
@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT", "SOLUSDT", "LTCUSDT", "DOGEUSDT"])
def test_recorded_minutes_that_are_played_come_out_as_they_were(symbol: str) -> None:
    file = named(DATA / "klines" / f"{symbol}-1m-20230814-20230816.csv.gz")
    recorded = list(candles_of([file], on_gap=print))
    tape = taped(play_files([file], on_gap=print), symbol)
    rows = tape.klines(symbol, "1m", limit=1_500)[:-1]
    assert [figures(row) for row in rows] == [figures(row) for row in recorded[-len(rows) :]]
    assert len(rows) == 1_499


@needs_data
@pytest.mark.parametrize(
    ("played", "first_day", "expected", "odd"),
    [
        # 2023-08-16 15:40: the recorded minutes do not add up to the recorded five.
        (
            "BTCUSDT-1m-20230814-20230816",
            "2023-08-14",
            "BTCUSDT-5m-20230801-20230930",
            [1_692_200_400_000],
        ),
        ("LTCUSDT-1m-20230814-20230816", "2023-08-14", "LTCUSDT-5m-20230801-20230930", []),
        ("ETHUSDT-5m-20230501-20230731", "2023-05-01", "ETHUSDT-1h-20230101-20240513", []),
        # 2023-09-12 08:35: trading is halted for a quarter of an hour.
        ("BTCUSDT-5m-20230801-20230930", "2023-09-03", "BTCUSDT-4h-20230101-20240513", []),
    ],
)
def test_longer_klines_are_the_recorded_ones_but_where_the_record_is_odd(
    played: str, first_day: str, expected: str, odd: list[int]
) -> None:
    file, longer = (named(DATA / "klines" / f"{name}.csv.gz") for name in (played, expected))
    begin_ms = int(datetime.fromisoformat(f"{first_day}T00:00+00:00").timestamp()) * 1_000
    end_ms = begin_ms + 18 * DAY_MS  # months would take a minute under coverage
    shown = (each for each in candles_of([file], on_gap=print) if begin_ms <= each.open_ms < end_ms)
    recorded = {each.open_ms: each for each in candles_of([longer], on_gap=print)}
    tape = taped(play_candles(shown, funding=FundingRates()), file.symbol)
    rows = tape.klines(file.symbol, longer.interval.name, limit=1_500)[1:-1]
    assert len(rows) > 100
    assert [row.open_ms for row in rows if _traded(row) != _traded(recorded[row.open_ms])] == odd


def _traded(of: Kline | Candle) -> tuple[Decimal, ...]:
    return (of.open, of.high, of.low, of.close, of.volume)
