"""Arrow's columns are read from their bytes, blanks and slices and all."""

import subprocess
import sys

import pyarrow

from noctule.adapters.replay.arrow_arrays import blanks_of, numbers_of


def test_numbers_are_what_arrow_holds() -> None:
    for kind in (pyarrow.int32(), pyarrow.int64(), pyarrow.float64()):
        column = pyarrow.array([*range(20)], kind)
        assert numbers_of(column).tolist() == [*range(20)]
        assert numbers_of(column[3:7]).tolist() == [3, 4, 5, 6]


def test_blanks_are_told() -> None:
    column = pyarrow.array([1.5, None, 2.5] * 5)
    assert blanks_of(column).tolist() == [False, True, False] * 5
    assert blanks_of(column[4:]).tolist() == ([False, True, False] * 5)[4:]
    assert blanks_of(pyarrow.array([1.5, 2.5])).tolist() == [False, False]


def test_a_column_of_blanks_alone_has_numbers_too() -> None:
    column = pyarrow.array([None, None], pyarrow.float64())
    assert len(numbers_of(column)) == 2
    assert blanks_of(column).tolist() == [True, True]
    assert len(numbers_of(pyarrow.nulls(3, pyarrow.float64())[3:])) == 0


def test_reading_a_market_does_not_load_pandas(tmp_path: object) -> None:
    told = (
        "import sys; from pathlib import Path; from tests.fakes.recorded_files import *;"
        "from noctule.adapters.replay.market import load_market;"
        f"path = write_rows(Path({str(tmp_path)!r}) / 'BTCUSDT-1m-1.csv', random_rows(9));"
        "before = 'pandas' in sys.modules; load_market([path]);"
        "print(before, 'pandas' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=20
    )
    assert done.stdout.split() == ["False", "False"]
