"""A series knows its names, its grid, and when its next row is due."""

import pytest

from noctule.app.fetching.series import Kind, Series
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from tests.fakes.told_past import MAY_MS

BTC = Symbol("BTCUSDT")
HOUR_MS = 60 * MINUTE_MS
CANDLES = Series(symbol=BTC, kind=Kind.CANDLES, timeframe=Timeframe.M5)
MARKS = Series(symbol=BTC, kind=Kind.MARKS, timeframe=Timeframe.M5)
FUNDING = Series(symbol=BTC, kind=Kind.FUNDING)


@pytest.mark.parametrize(
    ("series", "stem", "title", "first_column"),
    [
        (CANDLES, "BTCUSDT-5m", "BTCUSDT 5m", "open_time"),
        (MARKS, "BTCUSDT-MARK-5m", "BTCUSDT 5m mark price", "open_time"),
        (FUNDING, "BTCUSDT-funding", "BTCUSDT funding", "calc_time"),
    ],
)
def test_it_is_named_after_what_it_is(
    series: Series, stem: str, title: str, first_column: str
) -> None:
    assert (series.stem, series.title) == (stem, title)
    assert series.header.startswith(first_column)


def test_candles_begin_on_their_grid_and_end_with_the_next() -> None:
    assert CANDLES.first_from(MAY_MS) == MAY_MS
    assert CANDLES.first_from(MAY_MS + 1) == MAY_MS + 5 * MINUTE_MS
    assert CANDLES.settled_before(MAY_MS + 6 * MINUTE_MS) == MAY_MS + 5 * MINUTE_MS
    assert CANDLES.next_due(MAY_MS) == MAY_MS + 5 * MINUTE_MS
    assert CANDLES.first_due(MAY_MS + 1) == MAY_MS + 5 * MINUTE_MS


def test_fundings_are_late_by_milliseconds_and_come_every_eighth_hour() -> None:
    assert FUNDING.first_from(MAY_MS + 1) == MAY_MS + HOUR_MS
    assert FUNDING.settled_before(MAY_MS + 8) == MAY_MS
    assert FUNDING.next_due(MAY_MS + 8) == MAY_MS + 8 * HOUR_MS
    assert FUNDING.first_due(MAY_MS) == MAY_MS + 8 * HOUR_MS
    assert not FUNDING.is_late(MAY_MS + 8 * HOUR_MS + 40, MAY_MS + 8 * HOUR_MS)
    assert FUNDING.is_late(MAY_MS + 16 * HOUR_MS, MAY_MS + 8 * HOUR_MS)


def test_what_is_missing_is_counted_in_rows() -> None:
    assert CANDLES.count(MAY_MS, MAY_MS + HOUR_MS) == 12
    assert FUNDING.count(MAY_MS, MAY_MS + 24 * HOUR_MS) == 3
    assert FUNDING.count(MAY_MS, MAY_MS + HOUR_MS) == 1
