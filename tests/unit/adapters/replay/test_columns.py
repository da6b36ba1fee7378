"""Columns say how long they are, from when to when, and how often nobody traded."""

from pathlib import Path

import pytest

from noctule.adapters.replay.market import load_market
from tests.fakes.recorded_files import START_MS, candle_row, write_funding, write_rows


def test_columns_know_their_span(tmp_path: Path) -> None:
    rows = [candle_row(0), candle_row(1, volume="0", rest=",0,0,0,0")]
    path = write_rows(tmp_path / "BTCUSDT-1m-1.csv", rows)
    funding = write_funding(tmp_path / "BTCUSDT-funding-1.csv", f"{START_MS},8,0.0001")

    recorded = load_market([path, funding])

    candles = recorded.candles["BTCUSDT"]  # type: ignore[index]  # a plain text is a symbol
    assert (len(candles), candles.from_ms, candles.to_ms) == (2, START_MS, START_MS + 120_000)
    assert candles.idle == 1
    assert [len(each) for each in recorded.funding.values()] == [1]


def test_columns_are_frozen(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "BTCUSDT-1m-1.csv", [candle_row()])
    (candles,) = load_market([path]).candles.values()

    with pytest.raises(AttributeError):
        candles.timeframe = None  # type: ignore[misc, assignment]  # that is the point
