"""Rows become candles, or it is said that one of them cannot be true."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from noctule.adapters.replay.blocks import Block
from noctule.adapters.replay.parsing import block_of
from noctule.adapters.replay.tables import Unread, tables
from noctule.domain.values import Timeframe
from tests.fakes.recorded_files import HEADER, START_MS, candle_row, write_rows


def parsed(folder: Path, rows: Sequence[str], *, header: str | None = None) -> Block:
    path = write_rows(folder / "a.csv", rows, header=header)
    (block,) = (block_of(table, Timeframe.M1) for table in tables(path, lambda _at: None))
    return block


def test_a_row_is_a_candle(tmp_path: Path) -> None:
    block = parsed(tmp_path, [candle_row(rest=",410.5,8,1.25,103.125")])

    assert block.open_ms.tolist() == [START_MS]
    prices = (block.open, block.high, block.low, block.close)
    assert [each.tolist() for each in prices] == [[100], [110], [95], [105]]
    assert (block.volume.tolist(), block.quote_volume.tolist()) == ([4], [410.5])
    assert (block.taker_buy_volume.tolist(), block.taker_buy_quote.tolist()) == ([1.25], [103.125])
    assert block.trades.tolist() == [8]


@pytest.mark.parametrize("rest", ["", ",,,,"])
def test_missing_and_blank_columns_are_filled_in(tmp_path: Path, rest: str) -> None:
    block = parsed(tmp_path, [candle_row(volume="3.001", rest=rest)])

    assert block.trades.tolist() == [4]
    assert block.quote_volume.tolist() == [
        307.6025
    ]  # and not 307.60249999999996, as floats multiply
    assert block.taker_buy_volume.tolist() == [1.5]
    assert block.taker_buy_quote.tolist() == [153.75]


@pytest.mark.parametrize("volume", ["", "0", " 0.000 "])
def test_no_volume_means_no_trade(tmp_path: Path, volume: str) -> None:
    block = parsed(tmp_path, [candle_row(volume=volume, rest=",,,,")])

    assert block.volume.tolist() == [0]
    assert block.trades.tolist() == [0]
    assert block.idle == 1


def test_microseconds_are_milliseconds_in_the_end(tmp_path: Path) -> None:
    row = f"{START_MS}000,100,110,95,105,4,{START_MS + 59_999}999,410,8,1,103"
    block = parsed(tmp_path, [row, candle_row(1)])

    assert block.open_ms.tolist() == [START_MS, START_MS + 60_000]


@pytest.mark.parametrize("volume", ["nan", "-1", "1e999"])
@pytest.mark.parametrize("rest", [",,,,", ",410,8,0,0"])
def test_an_impossible_volume_is_unread(tmp_path: Path, volume: str, rest: str) -> None:
    with pytest.raises(Unread):
        parsed(tmp_path, [candle_row(volume=volume, rest=rest)])


def test_a_table_may_be_quoted(tmp_path: Path) -> None:
    row = ",".join(f'"{field}"' for field in candle_row().split(","))
    assert parsed(tmp_path, [row, candle_row(1)], header=HEADER).close.tolist() == [105, 105]


def test_a_volume_may_have_an_exponent(tmp_path: Path) -> None:
    block = parsed(tmp_path, [candle_row(volume="2.5e-1", rest=",,,,")])

    assert block.volume.tolist() == [0.25]
    assert block.taker_buy_volume.tolist() == [0.12]
