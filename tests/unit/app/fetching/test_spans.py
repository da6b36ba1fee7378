"""Time is cut at the ends of months and days, and what is covered is taken off."""

import pytest

from noctule.app.fetching.series import Span
from noctule.app.fetching.spans import (
    DAY_MS,
    at_utc,
    days_of,
    is_month,
    missing_of,
    months_of,
    next_month,
)
from tests.fakes.told_past import APRIL_MS, JUNE_MS, MAY_MS


@pytest.mark.parametrize(
    ("covered", "missing"),
    [
        ([], [(10, 20)]),
        ([(10, 20)], []),
        ([(0, 30)], []),
        ([(0, 10), (20, 30)], [(10, 20)]),
        ([(12, 14)], [(10, 12), (14, 20)]),
        ([(12, 16), (11, 18)], [(10, 11), (18, 20)]),
        ([(18, 25), (5, 12)], [(12, 18)]),
        ([(11, 12), (11, 12)], [(10, 11), (12, 20)]),
    ],
)
def test_what_no_span_covers_is_missing(
    covered: list[tuple[int, int]], missing: list[tuple[int, int]]
) -> None:
    found = missing_of(Span(10, 20), [Span(*each) for each in covered])

    assert found == [Span(*each) for each in missing]


def test_a_span_is_cut_where_months_end() -> None:
    span = Span(APRIL_MS + DAY_MS, JUNE_MS + 1)

    months = list(months_of(span))

    assert months == [
        Span(APRIL_MS + DAY_MS, MAY_MS),
        Span(MAY_MS, JUNE_MS),
        Span(JUNE_MS, JUNE_MS + 1),
    ]
    assert [is_month(each) for each in months] == [False, True, False]


def test_a_span_is_cut_where_days_end() -> None:
    assert list(days_of(Span(MAY_MS + 1, MAY_MS + DAY_MS + 2))) == [
        Span(MAY_MS + 1, MAY_MS + DAY_MS),
        Span(MAY_MS + DAY_MS, MAY_MS + DAY_MS + 2),
    ]


def test_the_year_ends_with_december() -> None:
    december_ms = 1_701_388_800_000

    assert f"{at_utc(next_month(december_ms + 5 * DAY_MS)):%Y-%m-%d %H:%M}" == "2024-01-01 00:00"
