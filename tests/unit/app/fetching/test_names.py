"""A file's name says what it holds, and is read back as exactly that."""

from pathlib import Path

import pytest

from noctule.adapters.sim.candle_files import named
from noctule.adapters.sim.funding_files import funding_file_of
from noctule.app.fetching.names import covered_by, name_of, span_named
from noctule.app.fetching.series import Kind, Series, Span
from noctule.app.fetching.spans import DAY_MS
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from tests.fakes.told_past import APRIL_MS, JUNE_MS, MAY_MS

BTC = Symbol("BTCUSDT")
CANDLES = Series(symbol=BTC, kind=Kind.CANDLES, timeframe=Timeframe.M5)
MARKS = Series(symbol=BTC, kind=Kind.MARKS, timeframe=Timeframe.M5)
FUNDING = Series(symbol=BTC, kind=Kind.FUNDING)
HOUR_MS = 60 * MINUTE_MS


@pytest.mark.parametrize(
    ("series", "span", "name"),
    [
        (CANDLES, Span(MAY_MS, JUNE_MS), "BTCUSDT-5m-20230501-20230531.csv.gz"),
        (CANDLES, Span(MAY_MS, MAY_MS + DAY_MS), "BTCUSDT-5m-20230501-20230501.csv.gz"),
        (
            CANDLES,
            Span(MAY_MS, MAY_MS + 12 * HOUR_MS),
            "BTCUSDT-5m-20230501T0000-20230501T1155.csv.gz",
        ),
        (MARKS, Span(MAY_MS, JUNE_MS), "BTCUSDT-MARK-5m-20230501-20230531.csv.gz"),
        (FUNDING, Span(MAY_MS, JUNE_MS), "BTCUSDT-funding-20230501-20230531.csv.gz"),
        (
            FUNDING,
            Span(MAY_MS + 8 * HOUR_MS, JUNE_MS),
            "BTCUSDT-funding-20230501T0800-20230531T2300.csv.gz",
        ),
    ],
)
def test_the_name_is_what_is_held_and_back(series: Series, span: Span, name: str) -> None:
    assert name_of(series, span) == name
    assert span_named(series, name) == span
    others = {CANDLES, MARKS, FUNDING} - {series}
    assert [span_named(each, name) for each in others] == [None, None]


def test_names_in_order_are_times_in_order() -> None:
    spans = [
        Span(APRIL_MS, MAY_MS),
        Span(MAY_MS, MAY_MS + 12 * HOUR_MS),
        Span(MAY_MS + 12 * HOUR_MS, MAY_MS + DAY_MS),
        Span(MAY_MS + DAY_MS, JUNE_MS),
        Span(JUNE_MS, JUNE_MS + DAY_MS),
    ]
    names = [name_of(CANDLES, each) for each in spans]

    assert sorted(names) == names


def test_the_simulated_exchange_knows_them() -> None:
    assert not named(Path(name_of(CANDLES, Span(MAY_MS, JUNE_MS)))).is_mark
    assert named(Path(name_of(MARKS, Span(MAY_MS, JUNE_MS)))).is_mark
    assert funding_file_of(Path(name_of(FUNDING, Span(MAY_MS, JUNE_MS))))


@pytest.mark.parametrize(
    ("series", "name", "span"),
    [
        (CANDLES, "BTCUSDT-5m-2023-05.zip", Span(MAY_MS, JUNE_MS)),
        (CANDLES, "BTCUSDT-5m-2023-05-02.csv", Span(MAY_MS + DAY_MS, MAY_MS + 2 * DAY_MS)),
        (MARKS, "BTCUSDT-5m-MARK-2023-05.parquet", Span(MAY_MS, JUNE_MS)),
        (FUNDING, "BTCUSDT-fundingRate-2023-05.zip", Span(MAY_MS, JUNE_MS)),
    ],
)
def test_names_of_others_are_understood(series: Series, name: str, span: Span) -> None:
    assert span_named(series, name) == span


@pytest.mark.parametrize(
    "name",
    [
        "ETHUSDT-5m-2023-05.zip",
        "BTCUSDT-15m-2023-05.zip",
        "BTCUSDT-5m-2023-05.zip.CHECKSUM",
        "BTCUSDT-5m-2023-05",
        "BTCUSDT-5m-all.csv",
        "BTCUSDT-5m-20230531-20230501.csv",
        "BTCUSDT-5m-20230231-20230301.csv",
        ".BTCUSDT-5m-20230501-20230531.csv.gz.part",
    ],
)
def test_what_is_not_known_to_hold_it_is_not_counted(name: str) -> None:
    assert span_named(CANDLES, name) is None


def test_a_folder_is_read_and_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "BTCUSDT-5m-2023-05.csv").touch()
    (tmp_path / "BTCUSDT-5m-2023-06.csv").mkdir()

    assert [path.name for path, _ in covered_by(CANDLES, tmp_path)] == ["BTCUSDT-5m-2023-05.csv"]
    assert not list(covered_by(CANDLES, tmp_path / "gone"))
