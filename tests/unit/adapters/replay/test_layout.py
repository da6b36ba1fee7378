"""The first line of a file is a header that names the archive's columns, or a row."""

import pytest

from noctule.adapters.replay.layout import CANDLES, FUNDING, Header, header_of
from tests.fakes.recorded_files import HEADER

ALL = HEADER


@pytest.mark.parametrize(
    ("line", "header"),
    [
        (ALL, Header(columns=11, lines=1)),
        (f"{ALL},ignore", Header(columns=12, lines=1)),
        (f"\ufeff{ALL.upper()}", Header(columns=11, lines=1)),
        (",".join(f'"{name}"' for name in ALL.split(",")), Header(columns=11, lines=1)),
        (ALL.rpartition(",quote")[0], Header(columns=7, lines=1)),
        ("1,2,3,4,5,6,7,8,9,10,11", Header(columns=11, lines=0)),
    ],
)
def test_a_header_is_told_from_a_row(line: str, header: Header) -> None:
    assert header_of(line.encode(), CANDLES) == header


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        ("date,open", f'column 1 is "date", should be open_time of {ALL}'),
        (
            "open_time,open,low,high,close,volume,close_time",
            f'column 3 is "low", should be high of {ALL}',
        ),
        (
            "open_time,open,high,low,close",
            "5 columns, should be at least 7: open_time,open,high,low,close,volume,close_time",
        ),
        (
            "1672531200000,1,1,1,1",
            "5 columns, should be at least 7: open_time,open,high,low,close,volume,close_time",
        ),
        ("\x00\x01", f"column 1 is '\\x00\\x01', should be open_time of {ALL}"),
        ("", f"column 1 is blank, should be open_time of {ALL}"),
    ],
)
def test_wrong_columns_are_named(line: str, flaw: str) -> None:
    assert header_of(line.encode(), CANDLES).flaw == flaw


def test_funding_has_columns_of_its_own() -> None:
    line = b"calc_time,funding_interval_hours,last_funding_rate\n"
    assert header_of(line, FUNDING) == Header(columns=3, lines=1)
