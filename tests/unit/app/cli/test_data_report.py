"""The report says what was written, what is missing, and what it took."""

import json

import pytest
from msgspec.structs import replace

from noctule.app.cli.data_report import print_report, report_as_json
from noctule.app.fetching.series import Kind, Series, Span
from noctule.app.fetching.spans import DAY_MS
from noctule.app.fetching.tally import Absence, Fetched, Gap, Report
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from tests.fakes.told_past import APRIL_MS, JUNE_MS, MAY_MS

BTC = Symbol("BTCUSDT")
CANDLES = Fetched(
    series=Series(symbol=BTC, kind=Kind.CANDLES, timeframe=Timeframe.M5),
    wanted=Span(APRIL_MS, JUNE_MS),
    found=("old.csv.gz",),
    files=("new.csv.gz",),
    rows=8_916,
    first_ms=MAY_MS,
    last_ms=JUNE_MS - 5 * MINUTE_MS,
    gaps=(Gap(from_ms=MAY_MS + DAY_MS, to_ms=MAY_MS + DAY_MS + 60 * MINUTE_MS, rows=12),),
    absent=(Absence(from_ms=APRIL_MS, to_ms=MAY_MS, why="the exchange has nothing"),),
)
FUNDING = Fetched(
    series=Series(symbol=BTC, kind=Kind.FUNDING), wanted=Span(APRIL_MS, JUNE_MS), found=("x",)
)
REPORT = Report(
    folder="data",
    source="http://127.0.0.1:8780",
    fetched=(CANDLES, FUNDING),
    requests=12,
    elapsed_ms=3_456,
)


def test_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(REPORT)

    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "fetched          files  there before  rows   first (UTC)       last (UTC)        gaps",
        "BTCUSDT 5m       1      1             8,916  2023-05-01T00:00  2023-05-31T23:55  1",
        "BTCUSDT funding  0      1             0      -                 -                 0",
        "BTCUSDT 5m: 12 missing from 2023-05-02T00:00 to 2023-05-02T01:00",
        "BTCUSDT 5m: the exchange has nothing from 2023-04-01T00:00 to 2023-05-01T00:00",
        "8,916 rows in 1 new file in data, from http://127.0.0.1:8780; 12 requests, 3.5 s",
    ]


def test_many_gaps_do_not_fill_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(replace(REPORT, fetched=(replace(CANDLES, gaps=CANDLES.gaps * 15),)))

    shown = capsys.readouterr().out
    assert shown.count("missing from") == 10
    assert "BTCUSDT 5m: and 5 more gaps, --json lists them all" in shown


def test_json_for_programs() -> None:
    document = json.loads(report_as_json(REPORT))

    assert {name: document[name] for name in ("folder", "source", "requests", "elapsed_ms")} == {
        "folder": "data",
        "source": "http://127.0.0.1:8780",
        "requests": 12,
        "elapsed_ms": 3456,
    }
    assert document["fetched"][0] == {
        "symbol": "BTCUSDT",
        "kind": "candles",
        "interval": "5m",
        "files": ["new.csv.gz"],
        "found": ["old.csv.gz"],
        "rows": 8916,
        "first": "2023-05-01T00:00",
        "last": "2023-05-31T23:55",
        "gaps": [{"from_ms": MAY_MS + DAY_MS, "to_ms": MAY_MS + DAY_MS + 3_600_000, "rows": 12}],
        "absent": [{"from_ms": APRIL_MS, "to_ms": MAY_MS, "why": "the exchange has nothing"}],
        "flaws": [],
    }
    assert document["fetched"][1]["interval"] is None
