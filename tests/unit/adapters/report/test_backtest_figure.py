import numpy as np

from noctule.adapters.report.backtest_figure import instants, rounded, telling


def test_a_short_curve_is_drawn_whole() -> None:
    assert telling(np.array([3.0, 1.0, 2.0])).tolist() == [0, 1, 2]
    assert telling(np.array([])).tolist() == []


def test_a_long_curve_keeps_its_ends_its_peaks_and_its_troughs() -> None:
    values = np.sin(np.arange(10_000) / 700)
    values[4_321], values[7_654] = 5.0, -5.0

    kept = telling(values, 100)

    assert {0, 4_321, 7_654, 9_999} <= set(kept.tolist())
    assert len(kept) <= 102
    assert kept.tolist() == sorted(set(kept.tolist()))


def test_numbers_become_plain_ones_for_json() -> None:
    assert rounded(np.array([1.23456, 2.0]), 2) == [1.23, 2.0]
    assert instants(np.array([5, 6])) == [5, 6]
    assert type(instants(np.array([5]))[0]) is int
