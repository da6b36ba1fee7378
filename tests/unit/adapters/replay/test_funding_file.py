"""Funding rates belong to whole hours, whenever they were settled."""

from decimal import Decimal
from pathlib import Path

import pytest

from noctule.adapters.replay.funding_file import FundingJudge, read_funding
from noctule.domain.errors import ConfigError
from tests.fakes.recorded_files import START_MS, write_funding

HOUR_MS = 3_600_000


def test_late_times_are_the_hours_that_were_meant(tmp_path: Path) -> None:
    path = write_funding(
        tmp_path / "BTCUSDT-funding-1.csv.gz",
        f"{START_MS},8,0.00010000",
        f"{START_MS + 8 * HOUR_MS + 47},8,-0.00001686",
        f"{START_MS + 12 * HOUR_MS - 2},4,0",
    )

    file = read_funding(path)

    assert file.times_ms == (START_MS, START_MS + 8 * HOUR_MS, START_MS + 12 * HOUR_MS)
    assert [str(rate) for rate in file.rates] == ["0.00010000", "-0.00001686", "0"]
    assert file.source.rows == 3


@pytest.mark.parametrize(
    ("row", "flaw"),
    [
        ("x,8,0.1", 'calc_time is "x", should be milliseconds like 1672531200000'),
        (f"{START_MS},8,", "last_funding_rate is blank, should be a number"),
        (f"{START_MS},8,nan", 'last_funding_rate is "nan", should be a number'),
        (
            f"{START_MS + HOUR_MS // 3},8,0.1",
            f"calc_time {START_MS + HOUR_MS // 3} is off the hour, should be {START_MS}",
        ),
    ],
)
def test_a_bad_row_is_refused_with_its_line(tmp_path: Path, row: str, flaw: str) -> None:
    path = write_funding(tmp_path / "BTCUSDT-funding-1.csv", row)

    with pytest.raises(ConfigError) as caught:
        read_funding(path)

    assert str(caught.value) == f"{path}:2: {flaw}"


@pytest.mark.parametrize("later", [0, 3, -HOUR_MS])
def test_rates_come_once_and_in_time_order(later: int) -> None:
    judge = FundingJudge()
    assert judge([f"{START_MS}", "8", "0.1"]) is None

    assert judge([f"{START_MS + later}", "8", "0.1"]) == (
        f"calc_time {START_MS + later} is not after the row above, should be in time order"
    )
    assert judge.rates == [Decimal("0.1")]
