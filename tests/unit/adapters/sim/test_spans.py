"""Spans of time and pages of rows."""

import pytest

from noctule.adapters.sim.model import Refusal
from noctule.adapters.sim.parameters import Parameters
from noctule.adapters.sim.spans import WEEK_MS, Span, page, span_of, week_of

NOW_MS = 10 * WEEK_MS


def asked(query: str) -> Parameters:
    return Parameters.of_request(query, "")


@pytest.mark.parametrize(
    ("query", "span"),
    [
        ("", Span(NOW_MS - WEEK_MS, None)),
        ("startTime=5", Span(5, 5 + WEEK_MS)),
        (f"endTime={NOW_MS}", Span(NOW_MS - WEEK_MS, NOW_MS)),
        (f"startTime=0&endTime={WEEK_MS}", Span(0, WEEK_MS)),
    ],
)
def test_a_question_about_history_reaches_over_seven_days(query: str, span: Span) -> None:
    assert week_of(asked(query), NOW_MS) == span


@pytest.mark.parametrize(
    ("query", "code"),
    [(f"startTime=0&endTime={WEEK_MS + 1}", -1127), ("startTime=2&endTime=1", -1130)],
)
def test_more_than_seven_days_or_less_than_none_are_refused(query: str, code: int) -> None:
    with pytest.raises(Refusal) as refusal:
        week_of(asked(query), NOW_MS)
    assert refusal.value.code == code


def test_both_ends_belong_to_a_span_and_absent_ones_are_open() -> None:
    span = span_of(asked("startTime=1&endTime=3"))

    assert [time_ms in span for time_ms in (0, 1, 3, 4)] == [False, True, True, False]
    assert 0 in Span()


def test_a_page_begins_at_a_number_or_is_the_newest() -> None:
    rows = [3, 1, 2, 5, 4]

    assert page(rows, number=lambda row: row, start=None, limit=2) == [4, 5]
    assert page(rows, number=lambda row: row, start=2, limit=2) == [2, 3]
