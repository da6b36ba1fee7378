import pytest

from noctule.adapters.report.backtest_measures import MEASURES, held_text, run_text
from noctule.adapters.report.backtest_numbers import money, share
from noctule.performance.records import Course
from noctule.performance.summary import summarise
from tests.fakes.backtested import BTC, course_of, empty_course, walk

BY_NAME = {each.name: each for each in MEASURES}


@pytest.fixture(scope="module")
def course() -> Course:
    return course_of({BTC: walk(60 * 288)}, trades=150)


def test_every_figure_has_a_value_and_says_how_it_is_reckoned(course: Course) -> None:
    summary = summarise(course)

    for measure in MEASURES:
        assert run_text(measure, summary) not in {"", "–"}, measure.name
        assert measure.how.endswith("."), measure.name


def test_figures_are_those_of_the_summary(course: Course) -> None:
    summary = summarise(course)

    def told(name: str) -> str:
        return run_text(BY_NAME[name], summary)

    assert told("Net profit") == f"{money(summary.profit)} ({share(summary.return_share)})"
    assert told("Gross profit") == money(summary.total.gross)
    assert told("Win rate") == share(summary.total.win_rate)
    assert summary.drawdown is not None
    assert told("Maximum drawdown").startswith(share(summary.drawdown.share))
    assert summary.basket is not None
    assert held_text(BY_NAME["CAGR"], summary) == share(summary.basket.cagr)
    assert held_text(BY_NAME["Trades"], summary) == ""


def test_a_figure_that_cannot_be_told_says_why() -> None:
    summary = summarise(empty_course({BTC: walk(50)}))

    assert run_text(BY_NAME["Sharpe ratio"], summary).startswith("– (needs 30 days")
    assert run_text(BY_NAME["Win rate"], summary) == "– (no trade was closed)"
    for name in (
        "Maximum drawdown",
        "Duration of that drawdown",
        "Longest time under water",
        "Longest losing streak",
    ):
        assert run_text(BY_NAME[name], summary) == "none"


def test_every_reason_that_a_summary_gives_finds_its_figure() -> None:
    summary = summarise(empty_course({BTC: walk(50)}))

    keys = {each.key for each in MEASURES if each.key}
    assert keys <= summary.unknown.keys()


def test_without_a_market_there_is_nothing_to_hold() -> None:
    course = empty_course({BTC: walk(50)})
    bare = summarise(
        type(course)(balance=course.balance, base_ms=1, trades=(), curve=course.curve, held={})
    )

    assert held_text(BY_NAME["CAGR"], bare) == ""
