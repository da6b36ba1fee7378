"""The names that /metrics tells, and the page that explains them."""

import re
from pathlib import Path

import pytest

from noctule.telemetry.metrics import METRICS, Buckets, Kind

PAGE = Path(__file__).resolve().parents[3] / "docs/metrics.md"


def test_an_observation_falls_under_the_first_bound_that_is_no_smaller() -> None:
    buckets = Buckets(0.1, 1, 10)
    for value in (0.05, 0.1, 0.2, 10, 11):
        buckets.observe(value)

    assert buckets.counts == [2, 1, 1, 1]
    assert buckets.total == pytest.approx(21.35)


def test_bounds_that_do_not_ascend_are_a_mistake() -> None:
    with pytest.raises(AssertionError, match="do not ascend"):
        Buckets(1, 0.1)


@pytest.mark.parametrize("name", METRICS)
def test_a_name_tells_whether_it_only_grows(name: str) -> None:
    assert name.endswith("_total") == (METRICS[name].kind is Kind.COUNTER)
    assert re.fullmatch("[a-z_]+", name)


def test_the_page_names_every_metric_with_its_kind_labels_and_meaning_in_this_order() -> None:
    rows = re.findall(r"^\| `noctule_(\w+)` \| (\w+) \| (.*?) \| (.*?) \|$", PAGE.read_text(), re.M)

    assert rows == [
        (name, each.kind.value, ", ".join(f"`{label}`" for label in each.labels), each.text)
        for name, each in METRICS.items()
    ]
