"""Candle files: what is read, what is refused, what is listed."""

from decimal import Decimal
from pathlib import Path

import pyarrow
import pytest
from pyarrow.parquet import write_table

from noctule.adapters.sim.candle_files import Gap, candles_of, data_files, named
from noctule.adapters.sim.data_rows import BadData
from tests.conformance.fixtures import DATA, needs_data
from tests.fakes.sim_market import decimals, write_candles

FULL = "60000,100,110,95,105,4,119999,410,8,1,103"
BLANK = "120000,105,106,104,105,3.001,179999,,,,"


def refusal(path: Path) -> str:
    with pytest.raises(BadData) as caught:
        list(candles_of([named(path, symbol="BTCUSDT", interval="1m")], on_gap=print))
    return str(caught.value).removeprefix(str(path))


def test_a_row_is_a_candle(tmp_path: Path) -> None:
    path = write_candles(tmp_path / "BTCUSDT-1m-x.csv", FULL)
    (candle,) = candles_of([named(path)], on_gap=print)
    assert (candle.symbol, candle.open_ms, candle.close_ms) == ("BTCUSDT", 60_000, 119_999)
    assert (candle.open, candle.high, candle.low, candle.close) == decimals("100 110 95 105")
    assert (candle.volume, candle.quote_volume) == decimals("4 410")
    assert (candle.taker_buy_volume, candle.taker_buy_quote) == decimals("1 103")
    assert candle.count == 8


def test_blank_columns_are_filled_in_plainly(tmp_path: Path) -> None:
    path = write_candles(tmp_path / "BTCUSDT-1m-x.csv", BLANK)
    (candle,) = candles_of([named(path)], on_gap=print)
    assert candle.count == 4
    assert candle.quote_volume == Decimal("3.001") * 105
    assert candle.taker_buy_volume == Decimal("1.500")
    assert candle.taker_buy_quote == Decimal("157.5")


def test_a_file_may_end_after_the_closing_time(tmp_path: Path) -> None:
    path = tmp_path / "BTCUSDT-1m-x.csv"
    path.write_text("60000,100,110,95,105,0,119999\n")
    (candle,) = candles_of([named(path)], on_gap=print)
    assert candle.is_idle


def test_microseconds_are_milliseconds_in_the_end(tmp_path: Path) -> None:
    path = tmp_path / "BTCUSDT-1m-x.csv"
    path.write_text("1735689600000000,100,110,95,105,4,1735689659999999,410,8,1,103,0\n")
    (candle,) = candles_of([named(path)], on_gap=print)
    assert (candle.open_ms, candle.close_ms) == (1_735_689_600_000, 1_735_689_659_999)


PARQUET = {
    "open_time": [60_000, 120_000],
    "open": [100.0, 105.0],
    "high": [110.0, 106.0],
    "low": [95.0, 104.0],
    "close": [105.0, 105.0],
    "volume": [4.0, 3.001],
    "close_time": [119_999, 179_999],
    "quote_volume": [410.0, None],
    "count": [8, None],
    "taker_buy_volume": [1.0, None],
    "taker_buy_quote_volume": [103.0, None],
}


def write_parquet(path: Path, **changes: list[float]) -> Path:
    write_table(pyarrow.table({**PARQUET, **changes}), path)
    return path


def test_a_parquet_file_holds_the_same_candles_as_a_csv_file(tmp_path: Path) -> None:
    parquet = write_parquet(tmp_path / "BTCUSDT-1m-x.parquet")
    csv = write_candles(tmp_path / "BTCUSDT-1m-x.csv", FULL, BLANK)
    candles = list(candles_of([named(parquet)], on_gap=print))
    assert candles == list(candles_of([named(csv)], on_gap=print))
    assert len(candles) == 2


def test_a_bad_row_of_parquet_is_refused_with_file_and_row(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "BTCUSDT-1m-x.parquet", high=[110.0, 103.0])
    assert refusal(path) == ":2: high 103 is not the highest of 105 104 105"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("60000,100,99,95,105,4,119999", ":2: high 99 is not the highest of 100 95 105"),
        ("60000,100,110,95,x,4,119999", ":2: not a candle: 60000,100,110,95,x,4,119999"),
        ("60000,100,110,95,NaN,4,119999", ":2: not a candle: 60000,100,110,95,NaN,4,119999"),
        ("60001,100,110,95,105,4,120000", ":2: open_time 60001 is off the 1m grid"),
        ("60000,100,110,95,105,4,120000", ":2: close_time 120000 does not end the 1m of 60000"),
        ("60000,100,110,95,105,-4,119999", ":2: takers bought -2 of a volume of -4"),
    ],
)
def test_a_bad_row_is_refused_with_file_and_line(tmp_path: Path, row: str, why: str) -> None:
    assert refusal(write_candles(tmp_path / "BTCUSDT-1m-x.csv", row)) == why


def test_a_row_that_goes_back_or_comes_twice_is_refused(tmp_path: Path) -> None:
    path = write_candles(tmp_path / "BTCUSDT-1m-x.csv", FULL, FULL)
    assert refusal(path) == ":3: 60000 is not after the row before"


def test_gaps_are_listed_within_a_file_and_between_files(tmp_path: Path) -> None:
    later = "300000,100,110,95,105,4,359999"
    one = write_candles(tmp_path / "BTCUSDT-1m-1.csv", FULL, "240000,100,110,95,105,4,299999")
    two = write_candles(tmp_path / "BTCUSDT-1m-2.csv", later, "420000,1,1,1,1,0,479999")
    gaps: list[Gap] = []
    candles = list(candles_of([named(one), named(two)], gaps.append))
    assert [candle.open_ms for candle in candles] == [60_000, 240_000, 300_000, 420_000]
    assert gaps == [
        Gap(path=one, line=3, from_ms=120_000, to_ms=240_000),
        Gap(path=two, line=3, from_ms=360_000, to_ms=420_000),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "BTCUSDT-5m-2024-05.csv.gz",
        "BTCUSDT-5m-2024-05-01.zip",
        "BTCUSDT-5m.csv",
        "BTCUSDT-5m-x.parquet",
    ],
)
def test_a_name_tells_symbol_and_interval(name: str) -> None:
    file = named(Path(name))
    assert (file.symbol, file.interval.name) == ("BTCUSDT", "5m")


@pytest.mark.parametrize(
    ("name", "is_mark"),
    [
        ("BTCUSDT-1m-MARK-2024-05.csv.gz", True),
        ("BTCUSDT-MARK-8h-20230101-20240514.csv.gz", True),
        ("BTCUSDT-markPrice-1m-2024-05.zip", True),
        ("BTCUSDT-1m-2024-05-mark.parquet", True),
        ("markPriceKlines/BTCUSDT/1m/BTCUSDT-1m-2024-05.zip", True),
        ("BTCUSDT-1m-2024-05.zip", False),
        ("MARKUSDT-1m-2024-05.zip", False),
    ],
)
def test_the_name_or_the_archive_s_folder_tells_mark_prices(name: str, is_mark: bool) -> None:
    assert named(Path(name)).is_mark is is_mark


def test_options_win_over_the_name() -> None:
    file = named(Path("ETHUSDT-1m-x.csv"), symbol="SOLUSDT", interval="1h")
    assert (file.symbol, file.interval.name) == ("SOLUSDT", "1h")


@pytest.mark.parametrize("name", ["candles.csv", "BTCUSDT-7m-x.csv", "BTCUSDT-SPOT-8h-x.csv.gz"])
def test_a_name_that_tells_nothing_is_refused_with_a_remedy(name: str) -> None:
    with pytest.raises(BadData, match=r"the name should be SYMBOL-INTERVAL-….csv.gz"):
        named(Path(name))


def test_a_folder_means_its_data_files_in_order(tmp_path: Path) -> None:
    for name in ("b.csv.gz", "a.csv", "notes.txt", "c.zip"):
        (tmp_path / name).write_text("")
    assert [path.name for path in data_files([tmp_path])] == ["a.csv", "b.csv.gz", "c.zip"]
    assert data_files([tmp_path / "a.csv"]) == [tmp_path / "a.csv"]


def test_a_path_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="there is no such file or folder"):
        data_files([tmp_path / "gone.csv"])
    with pytest.raises(BadData, match=r"no \.csv, \.csv\.gz, \.zip, \.parquet file is there"):
        data_files([tmp_path])


@needs_data
def test_every_recorded_futures_file_is_read_to_its_end_without_a_gap() -> None:
    paths = [path for path in data_files([DATA / "klines"]) if "SPOT" not in path.name]
    gaps: list[Gap] = []
    counts = [sum(1 for _ in candles_of([named(path)], gaps.append)) for path in paths]
    assert len(counts) == 20
    assert min(counts) == 1_498
    assert gaps == []
