"""Readings as Prometheus reads them."""

import subprocess
import sys

import pytest

from noctule.adapters.web.exposition import metrics_page
from noctule.telemetry.metrics import Buckets, Reading


def page(*readings: Reading) -> str:
    answer = metrics_page(lambda: readings)
    assert answer.content_type.startswith("text/plain; version=")
    return answer.body.decode()


def test_each_metric_is_told_once_with_its_meaning_and_every_row_of_it() -> None:
    told = page(
        ("queue_depth", ("data",), 3),
        ("equity", (), 10_001.5),
        ("queue_depth", ("order",), 0),
    )

    assert told == (
        "# HELP noctule_queue_depth events that wait\n"
        "# TYPE noctule_queue_depth gauge\n"
        'noctule_queue_depth{queue="data"} 3.0\n'
        'noctule_queue_depth{queue="order"} 0.0\n'
        "# HELP noctule_equity wallet and unrealised profit\n"
        "# TYPE noctule_equity gauge\n"
        "noctule_equity 10001.5\n"
    )


def test_a_counter_is_one() -> None:
    told = page(("trades_total", ("won",), 7))

    assert "# TYPE noctule_trades_total counter\n" in told
    assert 'noctule_trades_total{result="won"} 7.0\n' in told


def test_a_histogram_counts_up_from_bound_to_bound() -> None:
    naked = Buckets(0.1, 1)
    for seconds in (0.05, 0.5, 0.75, 9):
        naked.observe(seconds)
    rows = [row for row in page(("naked_seconds", (), naked)).splitlines() if row[0] != "#"]

    assert rows == [
        'noctule_naked_seconds_bucket{le="0.1"} 1.0',
        'noctule_naked_seconds_bucket{le="1"} 3.0',
        'noctule_naked_seconds_bucket{le="+Inf"} 4.0',
        "noctule_naked_seconds_count 4.0",
        "noctule_naked_seconds_sum 10.3",
    ]


def test_a_histogram_that_is_a_number_or_the_other_way_round_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="naked_seconds is 3"):
        page(("naked_seconds", (), 3))
    with pytest.raises(AssertionError, match="equity is a histogram"):
        page(("equity", (), Buckets(1)))


def test_the_library_is_not_loaded_before_somebody_asks() -> None:
    program = (
        "import sys; import noctule.app.watching; sys.exit(int('prometheus_client' in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
