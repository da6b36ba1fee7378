"""The owner's calendar is read line by line, and every bad line is told at once."""

import pytest

from noctule.risk.calendar import NewsWindow, parse_calendar, window_at

PAYROLLS = NewsWindow(from_ms=1_793_971_500_000, to_ms=1_793_973_600_000, reason="payrolls")


def test_a_line_is_a_window() -> None:
    calendar = parse_calendar("2026-11-06T13:25Z,2026-11-06T14:00Z,payrolls\n")
    assert calendar.windows == (PAYROLLS,)
    assert calendar.flaws == ()


@pytest.mark.parametrize(
    "text",
    [
        "from,to,reason\n2026-11-06T13:25Z,2026-11-06T14:00Z,payrolls",
        "\ufefffrom, to, reason\r\n2026-11-06T13:25Z, 2026-11-06T14:00Z, payrolls\r\n",
        "# what I must not miss, this month\n\n2026-11-06 13:25:00+00:00,20261106T1400Z,payrolls",
    ],
)
def test_headings_comments_and_blanks_are_passed_over(text: str) -> None:
    assert parse_calendar(text).windows == (PAYROLLS,)
    assert parse_calendar(text).flaws == ()


def test_a_reason_may_hold_a_comma_in_quotes() -> None:
    (window,) = parse_calendar('2026-11-06T13:25Z,2026-11-06T14:00Z,"rates, and talk"').windows
    assert window.reason == "rates, and talk"


@pytest.mark.parametrize("text", ["", "\n", "from,to,reason\n"])
def test_an_empty_calendar_is_one_without_windows(text: str) -> None:
    assert parse_calendar(text).windows == ()
    assert parse_calendar(text).flaws == ()


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        (
            "2026-11-06T13:25Z,payrolls",
            "2 fields instead of from,to,reason, "
            "write e.g. 2026-11-06T13:25Z,2026-11-06T14:00Z,payrolls",
        ),
        (
            "6 Nov,2026-11-06T14:00Z,payrolls",
            "'6 Nov' is not a time, write e.g. 2026-11-06T13:25Z",
        ),
        (
            "2026-11-06T13:25Z,2026-11-06T14:00,payrolls",
            "'2026-11-06T14:00' is not in UTC, write it with a Z at its end",
        ),
        (
            "2026-11-06T13:25+01:00,2026-11-06T14:00Z,payrolls",
            "'2026-11-06T13:25+01:00' is not in UTC, write it with a Z at its end",
        ),
        (
            "2026-11-06T14:00Z,2026-11-06T14:00Z,payrolls",
            "ends at 2026-11-06T14:00Z, which is not after 2026-11-06T14:00Z",
        ),
        ("2026-11-06T13:25Z,2026-11-06T14:00Z,", "has no reason, write what is expected"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_rest_is_kept(line: str, flaw: str) -> None:
    calendar = parse_calendar(f"{line}\n2026-11-06T13:25Z,2026-11-06T14:00Z,payrolls\n{line}")
    assert calendar.flaws == (f"line 1: {flaw}", f"line 3: {flaw}")
    assert calendar.windows == (PAYROLLS,)


@pytest.mark.parametrize(
    ("after_ms", "is_inside"), [(-1, False), (0, True), (2_099_999, True), (2_100_000, False)]
)
def test_a_window_holds_its_first_instant_and_not_its_last(after_ms: int, is_inside: bool) -> None:
    found = window_at((PAYROLLS,), PAYROLLS.from_ms + after_ms)
    assert (found is PAYROLLS) == is_inside


def test_of_several_windows_the_one_that_ends_last_counts() -> None:
    longer = NewsWindow(from_ms=PAYROLLS.from_ms - 1, to_ms=PAYROLLS.to_ms + 1, reason="rates")
    assert window_at((longer, PAYROLLS), PAYROLLS.from_ms) is longer
