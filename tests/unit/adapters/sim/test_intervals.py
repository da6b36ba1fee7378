"""Kline intervals: fifteen names, each on its own grid."""

from datetime import UTC, datetime

import pytest

from noctule.adapters.sim.intervals import INTERVALS


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000


def test_the_intervals_are_binances_fifteen_from_short_to_long() -> None:
    assert list(INTERVALS) == [
        *("1m", "3m", "5m", "15m", "30m"),
        *("1h", "2h", "4h", "6h", "8h", "12h"),
        *("1d", "3d", "1w", "1M"),
    ]


@pytest.mark.parametrize(
    ("name", "opens", "ends"),
    [
        ("1m", "2024-02-29 13:37:00", "2024-02-29 13:38:00"),
        ("15m", "2024-02-29 13:30:00", "2024-02-29 13:45:00"),
        ("8h", "2024-02-29 08:00:00", "2024-02-29 16:00:00"),
        ("1d", "2024-02-29 00:00:00", "2024-03-01 00:00:00"),
        ("1w", "2024-02-26 00:00:00", "2024-03-04 00:00:00"),
        ("1M", "2024-02-01 00:00:00", "2024-03-01 00:00:00"),
    ],
)
def test_every_instant_lies_in_one_kline(name: str, opens: str, ends: str) -> None:
    interval = INTERVALS[name]
    open_ms = interval.open_of(ms("2024-02-29 13:37:59"))
    assert (open_ms, interval.end_of(open_ms)) == (ms(opens), ms(ends))


def test_december_is_followed_by_january() -> None:
    assert INTERVALS["1M"].end_of(ms("2023-12-01 00:00:00")) == ms("2024-01-01 00:00:00")


def test_a_kline_is_built_only_of_klines_that_never_straddle_it() -> None:
    parts = [name for name in INTERVALS if INTERVALS["12h"].is_built_of(INTERVALS[name])]
    assert parts == ["1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h"]
    assert not INTERVALS["1w"].is_built_of(INTERVALS["3d"])
    assert not INTERVALS["1M"].is_built_of(INTERVALS["1w"])
