"""Names say what files hold."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from noctule.adapters.replay.names import Kind, data_files, named, unnamed_files
from noctule.domain.errors import ConfigError
from noctule.domain.values import Timeframe


@pytest.mark.parametrize(
    ("name", "kind", "symbol", "timeframe"),
    [
        ("BTCUSDT-1m-2024-05.zip", Kind.CANDLES, "BTCUSDT", "1m"),
        ("BTCUSDT-1M-2024.csv", Kind.CANDLES, "BTCUSDT", "1M"),
        ("1000PEPEUSDT-15m.parquet", Kind.CANDLES, "1000PEPEUSDT", "15m"),
        ("MARKUSDT-5m-2024-05.csv.gz", Kind.CANDLES, "MARKUSDT", "5m"),
        ("BTCUSDT_260626-1h-2026.csv", Kind.CANDLES, "BTCUSDT_260626", "1h"),
        ("BTCUSDT-MARK-8h-2023.csv.gz", Kind.MARKS, "BTCUSDT", "8h"),
        ("BTCUSDT-8h-MARK-2023.csv.gz", Kind.MARKS, "BTCUSDT", "8h"),
        ("markPriceKlines/BTCUSDT-1m-2024-05.zip", Kind.MARKS, "BTCUSDT", "1m"),
        ("ETHUSDT-funding-2023.csv.gz", Kind.FUNDING, "ETHUSDT", None),
        ("ETHUSDT-fundingRate-2023-01.zip", Kind.FUNDING, "ETHUSDT", None),
    ],
)
def test_a_name_says_what_is_in_the_file(
    name: str, kind: Kind, symbol: str, timeframe: str | None
) -> None:
    found = named(Path(name), symbol="OTHER", timeframe=Timeframe.D3)

    assert (found.kind, found.symbol, found.timeframe) == (kind, symbol, timeframe)


def test_what_a_name_does_not_say_comes_from_the_caller() -> None:
    found = named(Path("mine.csv"), symbol="BTCUSDT", timeframe=Timeframe.H1)

    assert (found.kind, found.symbol, found.timeframe) == (Kind.CANDLES, "BTCUSDT", Timeframe.H1)


@pytest.mark.parametrize("name", ["mine.csv", "BTCUSDT-7m-2024.csv", "BTCUSDT-trades-2024.csv"])
def test_a_name_that_says_nothing_is_refused(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        named(Path(name))

    assert str(caught.value) == (
        f"{name}: the name should be like BTCUSDT-1m-2024-05.csv.gz,"
        " or say which symbol and timeframe it holds"
    )


def test_a_folder_stands_for_the_files_whose_names_say_what_they_hold(tmp_path: Path) -> None:
    for name in ("BTCUSDT-1m-2.csv", "BTCUSDT-1m-1.csv.gz", "notes.txt", "mine.csv"):
        (tmp_path / name).touch()
    (tmp_path / "BTCUSDT-1m-3.csv").mkdir()

    found = data_files([tmp_path, tmp_path / "BTCUSDT-1m-2.csv"])

    assert [path.name for path in found] == ["BTCUSDT-1m-1.csv.gz", "BTCUSDT-1m-2.csv"]
    assert unnamed_files([tmp_path, tmp_path / "mine.csv"]) == [tmp_path / "mine.csv"]


def test_a_file_that_is_named_is_meant_whatever_its_name_is(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.touch()

    assert data_files([path]) == [path]


def test_a_folder_that_may_not_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_folder: Path) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(ConfigError) as caught:
        data_files([tmp_path])

    assert str(caught.value) == f"{tmp_path}: cannot be read: Permission denied"


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "BTCUSDT-1m-2.csv"
    for paths, told in [
        ([missing], f"{missing}: there is no such file or folder"),
        ([tmp_path], f"{tmp_path}: no file in it is named like BTCUSDT-1m-2024-05.csv.gz"),
        ([], "no data: name a file, or a folder of files"),
    ]:
        with pytest.raises(ConfigError) as caught:
            data_files(paths)
        assert str(caught.value) == told
