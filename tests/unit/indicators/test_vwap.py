"""What was paid on average: by hand, and as its definition says."""

from datetime import UTC, datetime
from math import fsum

import pytest

from noctule.indicators import SessionVwap, Vwap
from tests.indicator_series import HARD, hard, walk

HOUR_MS = 3_600_000
MIDNIGHT_MS = 1_690_848_000_000


def test_each_candle_counts_by_its_volume() -> None:
    vwap = Vwap(2)
    told = [vwap.update(*candle) for candle in ((12.0, 9.0, 9.0, 1.0), (21.0, 18.0, 21.0, 3.0))]

    assert told == [None, (10.0 + 3 * 20.0) / 4]
    assert vwap.update(7.0, 5.0, 6.0, 1.0) == (3 * 20.0 + 6.0) / 4
    assert vwap.warmup == 2


def test_when_nothing_was_traded_it_is_the_last_typical_price() -> None:
    vwap, session = Vwap(2), SessionVwap()
    for price, volume in ((10.0, 5.0), (11.0, 0.0), (12.0, 0.0)):
        vwap.update(price, price, price, volume)
    session.update(11.0, 11.0, 11.0, 0.0, MIDNIGHT_MS)

    assert (vwap.value, session.value) == (12.0, 11.0)


def test_a_session_begins_anew_at_its_hour() -> None:
    vwap = SessionVwap(13)
    opens = [MIDNIGHT_MS + hour * HOUR_MS for hour in (11, 12, 13, 14)]
    prices = (10.0, 20.0, 30.0, 40.0)

    told = [vwap.update(p, p, p, 2.0, open_ms) for p, open_ms in zip(prices, opens, strict=True)]
    assert told == [10.0, 15.0, 30.0, 35.0]
    assert vwap.update(50.0, 50.0, 50.0, 2.0, MIDNIGHT_MS + 36 * HOUR_MS) == 40.0
    assert vwap.update(60.0, 60.0, 60.0, 2.0, MIDNIGHT_MS + 37 * HOUR_MS) == 60.0
    assert vwap.warmup == 1


@pytest.mark.parametrize("series", HARD)
@pytest.mark.parametrize("length", [1, 20])
def test_it_is_what_its_definition_says_anew_each_time(series: str, length: int) -> None:
    candles = hard(series)
    vwap = Vwap(length)
    told = [vwap.update(*row) for row in candles.rows(vwap.inputs)]

    rows = [*candles.rows(("high", "low", "close", "volume"))]
    for stop in range(length, len(rows) + 1):
        assert told[stop - 1] == pytest.approx(mean_paid(rows[stop - length : stop]), rel=1e-12)


@pytest.mark.parametrize("start_hour", [0, 13, 23])
def test_a_session_is_all_candles_since_its_hour(start_hour: int) -> None:
    candles = walk(4, 200)
    vwap = SessionVwap(start_hour)
    told = [vwap.update(*row) for row in candles.rows(vwap.inputs)]

    rows = [*candles.rows(("high", "low", "close", "volume"))]
    for place, open_ms in enumerate(candles.open_ms.tolist()):
        begun = datetime.fromtimestamp(open_ms / 1_000, UTC).hour - start_hour
        since = min(place, begun % 24)  # the candles are hours
        assert told[place] == pytest.approx(mean_paid(rows[place - since : place + 1]), rel=1e-12)


@pytest.mark.parametrize(
    ("start_hour", "complaint"),
    [
        (24, "start_hour is 24, the most is 23"),
        (-1, "start_hour is -1, the least is 0"),
        (9.5, "start_hour is 9.5, it must be a whole number"),
    ],
)
def test_a_session_begins_at_an_hour_of_the_day(start_hour: int, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        SessionVwap(start_hour)


def test_a_length_is_a_whole_number() -> None:
    with pytest.raises(ValueError, match="length is 0, the least is 1"):
        Vwap(0)


def mean_paid(rows: list[tuple[float, ...]]) -> float:
    volume = fsum(row[3] for row in rows)
    if not volume:
        return sum(rows[-1][:3]) / 3
    return fsum((high + low + close) / 3 * part for high, low, close, part in rows) / volume
