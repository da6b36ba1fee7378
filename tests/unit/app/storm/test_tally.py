"""The sum of many storms, and the line that plays one of them again."""

import pytest

from noctule.app.storm.tally import Tally, days_text, reproduction
from tests.fakes.small_storms import a_violation, an_end

DAY_MS = 86_400_000


def test_the_sum_tells_what_was_lived_through_and_how_fast() -> None:
    tally = Tally()
    tally.add(an_end(1, trades=1_000, requests=5_000, lives=2, market_ms=DAY_MS, cpu_ms=15_000))
    tally.add(an_end(2, trades=500, requests=100, lives=1, market_ms=DAY_MS, cpu_ms=15_000))

    assert list(tally.lines()) == [
        "2 storms, 2.00 market days: 1,500 trades, 5,100 requests, 3 lives of the bot",
        "4.00 simulated days per CPU minute, 5,760 × real time per core",
    ]


def test_nothing_at_all_is_told_too() -> None:
    assert list(Tally().lines()) == [
        "0 storms, 0.00 market days: 0 trades, 0 requests, 0 lives of the bot"
    ]


def test_failures_are_counted_by_rule_the_most_broken_first() -> None:
    tally = Tally()
    twice = (a_violation("naked"), a_violation("naked"), a_violation("books"))
    for end in (
        an_end(3, violations=twice),
        an_end(2),
        an_end(1, violations=(a_violation("naked"),)),
    ):
        tally.add(end)

    by_rule = tally.by_rule
    assert [*by_rule] == ["naked", "books"]
    assert [each.seed for each in by_rule["naked"]] == [1, 3]
    assert [each.seed for each in by_rule["books"]] == [3]
    assert len(tally.failed) == 2


def test_what_struck_is_added_to_the_table() -> None:
    tally = Tally()
    tally.add(an_end(1, coverage={"crash|flat": 2}))

    assert "crash while flat" not in tally.coverage.holes()


def test_one_line_plays_it_again() -> None:
    assert reproduction(an_end(17, profile="flaky_network", minutes=120)) == (
        "python main.py storm --seeds 17..17 --profile flaky_network --days 0.083"
    )


@pytest.mark.parametrize(
    ("minutes", "text"), [(1, "0.0007"), (120, "0.083"), (1_440, "1"), (100_001, "69.445")]
)
def test_days_are_written_as_short_as_they_are_read_back(minutes: int, text: str) -> None:
    assert days_text(minutes) == text
    assert round(float(text) * 1_440) == minutes


def test_no_length_is_lost_on_the_way() -> None:
    lengths = [*range(1, 3_000), *range(3_000, 600_000, 997)]

    assert [round(float(days_text(each)) * 1_440) for each in lengths] == lengths
