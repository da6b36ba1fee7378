"""Readings in the words of Prometheus; its library is loaded when the first page is asked for."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from noctule.adapters.web.requests import Answer
from noctule.telemetry.metrics import METRICS, Buckets, Kind, Labels, Reading

if TYPE_CHECKING:
    from prometheus_client.core import Metric as Family

__all__ = ["metrics_page"]

_PREFIX: Final = "noctule_"


def metrics_page(read: Callable[[], Iterable[Reading]]) -> Answer:
    """Return all that `read` tells, as /metrics shows it."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Readings(read))
    return Answer(content_type=CONTENT_TYPE_LATEST, body=generate_latest(registry))


class _Readings:
    """A collector that reads when it is asked, and keeps nothing."""

    def __init__(self, read: Callable[[], Iterable[Reading]]) -> None:
        self._read = read

    def collect(self) -> Iterator["Family"]:
        """Return a family for each metric that there is something to tell of."""
        readings: dict[str, list[tuple[Labels, float | Buckets]]] = {}
        for name, labels, value in self._read():
            readings.setdefault(name, []).append((labels, value))
        for name in METRICS:
            if name in readings:
                yield _family(name, readings[name])


def _family(name: str, rows: list[tuple[Labels, float | Buckets]]) -> "Family":
    from prometheus_client.core import (
        CounterMetricFamily,
        GaugeMetricFamily,
        HistogramMetricFamily,
    )

    metric, full = METRICS[name], _PREFIX + name
    if metric.kind is Kind.HISTOGRAM:
        histogram = HistogramMetricFamily(full, metric.text, labels=metric.labels)
        for labels, value in rows:
            assert isinstance(value, Buckets), f"{name} is {value}"
            histogram.add_metric(labels, _cumulated(value), value.total)
        return histogram
    made = CounterMetricFamily if metric.kind is Kind.COUNTER else GaugeMetricFamily
    family = made(full, metric.text, labels=metric.labels)
    for labels, value in rows:
        assert not isinstance(value, Buckets), f"{name} is a histogram"
        family.add_metric(labels, value)
    return family


def _cumulated(buckets: Buckets) -> list[tuple[str, float]]:
    """Return how many were no larger than each bound."""
    total, rows = 0, list[tuple[str, float]]()
    for bound, count in zip((*buckets.bounds, "+Inf"), buckets.counts, strict=True):
        total += count
        rows.append((str(bound), total))
    return rows
