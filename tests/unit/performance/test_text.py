"""A run is told in words that fit a terminal, and what makes it doubtful comes first."""

from decimal import Decimal

import pytest

from noctule.domain.values import Symbol
from noctule.performance.doubts import doubts_of
from noctule.performance.records import Course
from noctule.performance.summary import summarise
from noctule.performance.text import summary_text
from tests.course_builders import (
    BTC,
    ETH,
    LTC,
    course,
    curve,
    daily_course,
    long_course,
    trade,
)

MANY = tuple(Symbol(f"1000000COIN{number}USDT") for number in range(30))
HUGE = Decimal("1e12")
COURSES = {
    "no candle": course(curve=curve([])),
    "no trade": course(),
    "one trade": course(trade()),
    "three symbols": long_course(trades=400, symbols=(BTC, ETH, LTC), hours=4_000),
    "thirty symbols": long_course(trades=200, symbols=MANY, hours=3_000),
    "millions": course(
        trade("123456789.12"), balance="1000000000", turnover=HUGE, refused={"x" * 60: 1_000}
    ),
}


def told(run: Course) -> list[str]:
    found = summarise(run)
    return summary_text(found, doubts_of(run, found)).splitlines()


def line_of(run: Course, label: str) -> str:
    (found,) = [line for line in told(run) if line.startswith(f"  {label} ")]
    return found.removeprefix(f"  {label}").strip()


@pytest.mark.parametrize("run", COURSES.values(), ids=COURSES)
def test_no_line_is_longer_than_a_terminal_is_wide(run: Course) -> None:
    assert [line for line in told(run) if len(line) > 80] == []


@pytest.mark.parametrize("run", COURSES.values(), ids=COURSES)
def test_doubts_come_first(run: Course) -> None:
    first, second, *_ = told(run)

    assert first == "What makes this doubtful"
    assert second.startswith("  !")


def test_a_run_without_a_doubt_is_not_called_certain() -> None:
    found = summary_text(summarise(course()), ())

    assert found.splitlines()[1].startswith("  Nothing that can be seen from here")


def test_a_figure_that_is_missing_says_why() -> None:
    assert line_of(course(trade()), "Sharpe") == "needs 30 days, there is 1"
    assert line_of(course(trade()), "profit factor") == "no trade lost"
    assert line_of(course(), "deepest fall") == "equity never fell below where it had been"


def test_a_run_tells_its_period_its_candles_and_its_signals() -> None:
    run = course(
        candles=dict.fromkeys((BTC, ETH, LTC, Symbol("A"), Symbol("B")), 4),
        missing={BTC: 2},
        signals=9,
        refused={"spread": 1, "drawdown": 3, "cooldown": 2, "size": 1},
    )

    assert line_of(run, "period") == "2023-05-01 00:00 to 2023-05-01 04:00 UTC, 0.2 days"
    assert line_of(run, "candles").startswith("20 of BTCUSDT, ETHUSDT, LTCUSDT, A and 1 more;")
    assert "7 of them refused (drawdown 3, cooldown 2, spread 1," in line_of(run, "signals")


def test_a_profit_has_its_sign_and_a_loss_its_own() -> None:
    assert line_of(course(trade("50")), "equity") == "1,000.00 to 1,050.00: +50.00 (+5.0 %)"
    assert line_of(course(trade("-50")), "equity") == "1,000.00 to 950.00: -50.00 (-5.0 %)"


def test_a_fall_tells_when_it_ended_or_that_it_did_not() -> None:
    recovered, lasting = daily_course(1_100, 990, 1_100, 1_090), daily_course(1_100, 990)

    assert line_of(recovered, "deepest fall") == (
        "10.0 % (110.00), from 2023-05-02, recovered 2023-05-04"
    )
    assert line_of(recovered, "under water") == "2 d at the longest"
    assert line_of(lasting, "deepest fall") == "10.0 % (110.00), from 2023-05-02, not recovered"
    assert line_of(lasting, "under water") == "1 d at the longest, still"


def test_the_trades_are_told_in_r_as_far_as_it_is_known() -> None:
    known = course(trade("20", risk="10", worst="95", best="130"), trade("-5"))
    unknown = course(trade("20", risk=None, worst="95"))

    assert line_of(known, "a trade") == "makes 0.75 R and 7.50 on average (t = 0.60)"
    assert line_of(known, "against it") == "2.50 % (0.25 R) in the median, 2.50 % on average"
    assert line_of(known, "losing streak") == "1 trade, -5.00"
    assert line_of(unknown, "a trade") == "makes 20.00 on average"
    assert line_of(unknown, "against it") == "5.00 % in the median, 5.00 % on average"


def test_funding_that_was_received_is_told_as_such() -> None:
    assert line_of(course(trade(funding="2")), "funding") == "-2.00 (more was received than paid)"
    assert line_of(course(trade(funding="-2")), "funding") == "2.00"
