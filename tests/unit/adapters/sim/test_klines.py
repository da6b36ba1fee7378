"""Klines: minutes from ticks, longer ones from shorter ones, and a bounded past."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.intervals import INTERVALS, MINUTE_MS
from noctule.adapters.sim.klines import KLINES_MAX, Kline, Klines
from tests.fakes.sim_market import START_MS, tick


def traded(klines: Klines, *trades: tuple[int, str]) -> list[tuple[str, Kline]]:
    """Trade one coin at each (minute, price) and return what has closed meanwhile."""
    closed: list[tuple[str, Kline]] = []
    for minute, price in trades:
        closed += klines.roll(START_MS + minute * MINUTE_MS)
        klines.trade(tick(price, at=minute * MINUTE_MS))
    return closed


def shape(kline: Kline | None) -> str:
    assert kline is not None
    minute = (kline.open_ms - START_MS) // MINUTE_MS
    return f"{minute}: {kline.open} {kline.high} {kline.low} {kline.close} × {kline.volume}"


def test_there_is_no_kline_before_the_first_trade() -> None:
    klines = Klines()
    assert list(klines.roll(START_MS)) == []
    assert klines.latest("5m", 10) == []


def test_a_minute_holds_what_traded_in_it() -> None:
    klines = Klines()
    traded(klines, (0, "100"), (0, "103"), (0, "99"), (0, "101"))
    kline = klines.running("1m")
    assert shape(kline) == "0: 100 103 99 101 × 4"
    assert kline is not None
    assert (kline.first_id, kline.last_id, kline.count) == (1, 4, 4)


def test_a_minute_without_trades_repeats_the_close_with_no_volume() -> None:
    klines = Klines(["1m"])
    traded(klines, (0, "100"), (0, "101"), (3, "99"))
    assert [shape(each) for each in klines.latest("1m", 10)] == [
        "0: 100 101 100 101 × 2",
        "1: 101 101 101 101 × 0",
        "2: 101 101 101 101 × 0",
        "3: 99 99 99 99 × 1",
    ]


def test_open_high_and_low_of_a_longer_kline_come_from_traded_minutes_only() -> None:
    klines = Klines()
    traded(klines, (4, "200"), (7, "99"), (8, "98"), (10, "97"))
    assert [shape(each) for each in klines.latest("5m", 10)] == [
        "0: 200 200 200 200 × 1",
        "5: 99 99 98 98 × 2",  # though its first minutes repeat 200
        "10: 97 97 97 97 × 1",
    ]


def test_a_kline_closes_with_all_the_longer_ones_that_end_with_it_shorter_first() -> None:
    closed = traded(Klines(), (14, "100"), (15, "101"))
    assert [name for name, _ in closed] == ["1m", "3m", "5m", "15m"]


def test_the_running_kline_of_every_interval_has_the_latest_price() -> None:
    klines = Klines()
    traded(klines, (0, "100"), (61, "105"), (62, "104"))
    for name in ("1h", "4h", "1d", "3d", "1w", "1M"):
        running = klines.running(name)
        assert running is not None
        assert running.close == Decimal(104), name
        assert running.count == (2 if name == "1h" else 3), name


def test_an_interval_that_is_not_kept_is_built_when_it_is_asked_for() -> None:
    kept, built = Klines(), Klines(["1m"])
    trades = [(minute, str(100 + minute * 7 % 13)) for minute in (0, 1, 4, 9, 9, 17, 31)]
    traded(kept, *trades)
    traded(built, *trades)
    for name in INTERVALS:
        assert built.latest(name, 9) == kept.latest(name, 9), name
        assert built.running(name) == kept.running(name), name


def test_a_look_at_the_running_kline_changes_nothing() -> None:
    klines = Klines()
    traded(klines, (0, "100"), (6, "101"))
    assert klines.running("1d") == klines.running("1d")
    shown = klines.latest("1m", 1)[0]
    klines.trade(tick("150", at=6 * MINUTE_MS))
    assert shown.high == Decimal(101)


def test_no_more_than_1500_klines_are_kept_whatever_happens() -> None:
    klines = Klines(["1m"])
    traded(klines, (0, "100"), (5_000, "101"))
    assert len(klines.latest("1m", 9_999)) == KLINES_MAX + 1  # the running one
    assert shape(klines.latest("1m", 2)[0]) == "4999: 100 100 100 100 × 0"


@pytest.mark.slow  # more than a million minutes, each of them closed
def test_no_more_than_two_years_are_kept_of_long_intervals() -> None:
    klines, day = Klines(["1m", "1d", "1w"]), 1_440
    traded(klines, (0, "100"), (800 * day, "101"))
    assert len(klines.latest("1d", 9_999)) == 730 + 1  # the running one
    assert len(klines.latest("1w", 9_999)) == 104 + 1
