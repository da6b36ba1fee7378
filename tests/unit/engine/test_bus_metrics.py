"""A tally counts, sums up and keeps the longest."""

from noctule.engine.bus_metrics import EventMetrics, Tally


def test_a_tally_keeps_the_count_the_sum_and_the_longest() -> None:
    tally = Tally()
    for duration_ns in (3, 8, 5):
        tally.add(duration_ns)
    tally.errors += 1

    assert tally.metrics() == EventMetrics(
        delivered=3, errors=1, handler_ns_total=16, handler_ns_max=8
    )


def test_a_picture_that_was_taken_does_not_change() -> None:
    tally = Tally()
    picture = tally.metrics()
    tally.add(1)

    assert picture == EventMetrics(delivered=0, errors=0, handler_ns_total=0, handler_ns_max=0)
