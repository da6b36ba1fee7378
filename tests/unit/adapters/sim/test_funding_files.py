"""Files of funding rates say which rate is settled when."""

import gzip
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from noctule.adapters.sim.candle_files import Gap
from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.funding_files import (
    USUAL_RATE,
    FundingFile,
    FundingRates,
    funding_file_of,
    fundings_of,
)
from tests.conformance.fixtures import DATA, needs_data

HOUR_MS = 3_600_000
DAY_MS = 1_700_006_400_000  # 2023-11-15 00:00 UTC
HEADER = "calc_time,funding_interval_hours,last_funding_rate\n"


def write_fundings(path: Path, *rows: tuple[float, int, str]) -> FundingFile:
    """Write settlements: so many hours after midnight, of so many hours, at a rate."""
    lines = (f"{DAY_MS + int(at * HOUR_MS)},{hours},{rate}\n" for at, hours, rate in rows)
    path.write_text(HEADER + "".join(lines))
    return FundingFile(path=path, symbol="BTCUSDT")


def rates_of(file: FundingFile, gaps: list[Gap] | None = None) -> FundingRates:
    heard: list[Gap] = [] if gaps is None else gaps
    return FundingRates(fundings_of([file]), on_gap=heard.append)


def announced(rates: FundingRates, at_hours: Sequence[float]) -> list[tuple[str, float]]:
    """Return rate and next instant, in hours after midnight, as announced at these hours."""
    told = (rates.at(DAY_MS + int(at * HOUR_MS)) for at in at_hours)
    return [(str(rate), (next_ms - DAY_MS) / HOUR_MS) for rate, next_ms in told]


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("BTCUSDT-funding-20230101-20240514.csv.gz", "BTCUSDT"),
        ("ETHUSDT-fundingRate-2024-05.zip", "ETHUSDT"),
        ("LTCUSDT-funding.parquet", "LTCUSDT"),
        ("BTCUSDT-1m-funding.csv", None),
        ("BTCUSDT-aggTrades-2024-05.zip", None),
    ],
)
def test_a_name_tells_whether_a_file_holds_fundings(name: str, symbol: str | None) -> None:
    file = funding_file_of(Path(name))
    assert (file.symbol if file else None) == symbol


def test_a_rate_is_announced_until_it_is_settled_and_then_the_next_one(tmp_path: Path) -> None:
    file = write_fundings(
        tmp_path / "a.csv", (0, 8, "0.0001"), (8, 8, "-0.0002"), (16, 8, "0.00031")
    )
    last_ms = 1 / HOUR_MS
    assert announced(rates_of(file), [0, 4, 8 - last_ms, 8, 15]) == [
        ("-0.0002", 8),
        ("-0.0002", 8),
        ("-0.0002", 8),
        ("0.00031", 16),
        ("0.00031", 16),
    ]


def test_whoever_asks_about_the_past_is_told_what_was_announced_then(tmp_path: Path) -> None:
    file = write_fundings(tmp_path / "a.csv", *((at, 8, f"0.000{at}") for at in (8, 16, 24, 32)))
    assert announced(rates_of(file), [25, 9, 17, 9]) == [
        ("0.00032", 32),
        ("0.00016", 16),
        ("0.00024", 24),
        ("0.00016", 16),
    ]


def test_a_settlement_that_was_noted_late_belongs_to_the_hour(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{DAY_MS + 8 * HOUR_MS + 47},8,0.0003\n{DAY_MS + 16 * HOUR_MS - 3},8,0.0004")
    rates = rates_of(FundingFile(path=path, symbol="BTCUSDT"))
    assert announced(rates, [7, 8]) == [("0.0003", 8), ("0.0004", 16)]


def test_the_interval_may_change_in_a_series_without_anything_missing(tmp_path: Path) -> None:
    hours = [(8, 8), (16, 8), (20, 4), (24, 4), (25, 1), (26, 1), (32, 8), (40, 8)]
    file = write_fundings(tmp_path / "a.csv", *((at, each, "0.0002") for at, each in hours))
    gaps: list[Gap] = []
    told = announced(rates_of(file, gaps), range(39))
    assert {at for _, at in told} == {at for at, _ in hours}
    assert {rate for rate, _ in told} == {"0.0002"}
    assert gaps == []


def test_before_a_series_begins_the_usual_rate_is_due_at_whole_intervals_and_told_once(
    tmp_path: Path,
) -> None:
    file = write_fundings(tmp_path / "a.csv", (21, 8, "0.0007"))
    gaps: list[Gap] = []
    told = announced(rates_of(file, gaps), [1, 7, 8, 15, 16, 20])
    assert told == [*[("0.0001", 8)] * 2, *[("0.0001", 16)] * 2, *[("0.0007", 21)] * 2]
    (gap,) = gaps
    assert (gap.path, gap.line, gap.to_ms) == (file.path, 2, DAY_MS + 21 * HOUR_MS)
    assert gap.flaw == "no funding rate before this row, so it is 0.0001"


def test_after_a_series_the_usual_rate_is_due_at_its_last_interval_and_told_once(
    tmp_path: Path,
) -> None:
    file = write_fundings(tmp_path / "a.csv", (0, 4, "0.0007"), (4, 4, "0.0008"))
    gaps: list[Gap] = []
    told = announced(rates_of(file, gaps), [1, 4, 7, 8, 100])
    assert told == [("0.0008", 4), *[("0.0001", 8)] * 2, ("0.0001", 12), ("0.0001", 104)]
    (gap,) = gaps
    assert (gap.line, gap.from_ms, gap.to_ms) == (3, DAY_MS + 8 * HOUR_MS, None)
    assert gap.flaw == "no funding rate after this row, so it is 0.0001"


def test_in_a_hole_of_a_series_the_usual_rate_is_due_and_each_hole_is_told_once(
    tmp_path: Path,
) -> None:
    rows = [(0, 8, "0.0002"), (8, 8, "0.0002"), (32, 8, "0.0003"), (56, 8, "0.0004")]
    file = write_fundings(tmp_path / "a.csv", *rows)
    gaps: list[Gap] = []
    told = announced(rates_of(file, gaps), [8, 17, 24, 33, 41, 48])
    assert told == [
        ("0.0001", 16),
        ("0.0001", 24),
        ("0.0003", 32),
        ("0.0001", 40),
        ("0.0001", 48),
        ("0.0004", 56),
    ]
    assert [(gap.line, gap.from_ms) for gap in gaps] == [
        (4, DAY_MS + 16 * HOUR_MS),
        (5, DAY_MS + 40 * HOUR_MS),
    ]


def test_without_a_file_it_is_the_usual_rate_at_the_contracts_interval() -> None:
    gaps: list[Gap] = []
    rates = FundingRates(usual_hours=4, on_gap=gaps.append)
    assert announced(rates, [0, 3.9, 4]) == [("0.0001", 4), ("0.0001", 4), ("0.0001", 8)]
    assert Decimal("0.0001") == USUAL_RATE
    assert gaps == []


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("x,8,0.0001\n7,x,0.0001", "2: not a funding: 7,x,0.0001"),
        ("1700006400000,8,", "1: not a funding: 1700006400000,8,"),
        ("1700006400000,8,NaN", "1: not a funding: 1700006400000,8,NaN"),
        ("1700006400000,8", "1: 2 columns, 3 are needed"),
        ("1700006400000,8,1", "1: the funding rate is 1"),
        ("1700006400000,0,0.1", "1: an interval of 0 hours does not divide the day"),
        ("1700006400000,7,0.1", "1: an interval of 7 hours does not divide the day"),
        ("1700006400000,48,0.1", "1: an interval of 48 hours does not divide the day"),
        ("1700006460001,8,0.1", "1: calc_time 1700006460001 is not on the hour"),
        (
            "1700006400012,8,0.1\n1700006400013,8,0.1",
            "2: 1700006400013 is not after the row before",
        ),
    ],
)
def test_a_bad_row_is_refused_with_file_and_line(tmp_path: Path, rows: str, why: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(rows)
    with pytest.raises(BadData) as caught:
        list(fundings_of([FundingFile(path=path, symbol="BTCUSDT")]))
    assert str(caught.value) == f"{path}:{why}"


def test_files_follow_one_another_packed_or_not_in_ms_or_in_us(tmp_path: Path) -> None:
    one = write_fundings(tmp_path / "1.csv", (0, 8, "0.0001"))
    packed = tmp_path / "2.csv.gz"
    packed.write_bytes(gzip.compress(f"{(DAY_MS + 8 * HOUR_MS) * 1_000},8,0.0002\n".encode()))
    two = FundingFile(path=packed, symbol="BTCUSDT")
    assert [each.rate for each in fundings_of([one, two])] == [Decimal("0.0001"), Decimal("0.0002")]
    with pytest.raises(BadData, match=r"1\.csv:2: \d+ is not after the row before"):
        list(fundings_of([two, one]))


@needs_data
@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT", "LTCUSDT"])
def test_every_recorded_funding_is_announced_for_its_hour(symbol: str) -> None:
    path = DATA / "funding" / f"{symbol}-funding-20230101-20240514.csv.gz"
    file = funding_file_of(path)
    assert file is not None
    gaps: list[Gap] = []
    rates = rates_of(file, gaps)
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()[1:]
    assert len(lines) == 1_498
    for line in lines:
        time, _, rate = line.split(",")
        due_ms = int(time) // HOUR_MS * HOUR_MS
        assert rates.at(due_ms - 1) == (Decimal(rate), due_ms)
    assert gaps == []
