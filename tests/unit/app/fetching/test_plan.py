"""What is there already is not fetched again."""

from pathlib import Path

import pytest

from noctule.app.fetching.plan import errands_of, series_of
from noctule.app.fetching.series import Kind, Span
from noctule.app.fetching.spans import DAY_MS
from noctule.domain.errors import ConfigError
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.told_past import APRIL_MS, JUNE_MS, MAY_MS

(BTC,) = series_of([Symbol("BTCUSDT")], Timeframe.M5, [Kind.CANDLES])


def test_a_series_for_each_symbol_and_kind() -> None:
    found = series_of(
        [Symbol("BTCUSDT"), Symbol("ETHUSDT")], Timeframe.M5, [Kind.CANDLES, Kind.FUNDING]
    )

    assert [each.stem for each in found] == [
        "BTCUSDT-5m",
        "BTCUSDT-funding",
        "ETHUSDT-5m",
        "ETHUSDT-funding",
    ]


def test_only_what_no_file_holds_is_missing(tmp_path: Path) -> None:
    for name in ("5m-2023-04.zip", "5m-20230502-20230504.csv.gz", "5m-2023-07.zip"):
        (tmp_path / f"BTCUSDT-{name}").touch()

    (errand,) = errands_of([(BTC, Span(APRIL_MS, JUNE_MS))], tmp_path)

    assert errand.found == ("BTCUSDT-5m-2023-04.zip", "BTCUSDT-5m-20230502-20230504.csv.gz")
    assert errand.missing == (
        Span(MAY_MS, MAY_MS + DAY_MS),
        Span(MAY_MS + 4 * DAY_MS, JUNE_MS),
    )


def test_a_stretch_too_short_for_a_row_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="BTCUSDT 5m: no row begins and is over"):
        errands_of([(BTC, Span(MAY_MS, MAY_MS))], tmp_path)
