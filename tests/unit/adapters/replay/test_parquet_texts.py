"""Parquet's values are written as a .csv file would have them."""

from datetime import UTC, datetime

import pyarrow

from noctule.adapters.replay.parquet_texts import texts_of


def test_numbers_are_as_short_as_they_can_be() -> None:
    assert texts_of(pyarrow.array([3.0, 3.25, None])) == ["3", "3.25", ""]
    assert texts_of(pyarrow.array([60_000])) == ["60000"]


def test_moments_are_milliseconds() -> None:
    at = datetime(2023, 1, 1, tzinfo=UTC)
    for unit in ("ms", "ns"):
        column = pyarrow.array([at], pyarrow.timestamp(unit, tz="UTC"))
        assert texts_of(column) == ["1672531200000"]
