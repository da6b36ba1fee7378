from array import array
from decimal import Decimal

import numpy as np
import pytest
from msgspec.structs import replace

from noctule.adapters.report.backtest_curves import (
    basket,
    drawdowns,
    equity_figure,
    exposure_figure,
    rolling_figures,
)
from noctule.adapters.report.backtest_figure import Figure
from noctule.domain.values import Quote, Symbol
from noctule.performance.records import Course, Curve, Held
from noctule.performance.summary import summarise
from tests.fakes.backtested import BTC, course_of, empty_course, trade, walk

ETH = Symbol("ETHUSDT")
EMPTY = Curve(at_ms=array("q"), equity=array("d"), exposure=array("d"))


def course(equity: list[float], *, exposure: list[float] | None = None, **kept: object) -> Course:
    curve = Curve(
        at_ms=array("q", (300_000 * (number + 1) for number in range(len(equity)))),
        equity=array("d", equity),
        exposure=array("d", exposure or [0.0] * len(equity)),
    )
    fields: dict[str, object] = {"held": {}, "trades": (), **kept}
    return Course(balance=Quote(Decimal(100)), base_ms=300_000, curve=curve, **fields)  # type: ignore[arg-type]  # as given


def held(first: float, closes: list[float]) -> Held:
    return Held(first_ms=0, first=first, last=closes[-1], closes=array("d", closes))


def named(figure: Figure) -> dict[object, list[float]]:
    return {each["name"]: list(each["y"]) for each in figure.data}  # type: ignore[call-overload]  # a list


def test_equity_stands_beside_holding_and_both_above_how_far_they_fell() -> None:
    figure = equity_figure(course([110.0, 99.0, 105.0], held={BTC: held(10.0, [10.0, 12.0, 9.0])}))

    assert named(figure) == {
        "Equity": [110.0, 99.0, 105.0],
        "Buy and hold": [100.0, 120.0, 90.0],
        "Drawdown": [0.0, -10.0, pytest.approx(-4.545)],
        "Drawdown, held": [0.0, 0.0, -25.0],
    }
    assert figure.data[0]["x"] == [300_000, 600_000, 900_000]
    assert figure.empty == ""


def test_what_begins_later_lies_in_cash_until_then_as_the_summary_reckons() -> None:
    run = course_of({BTC: walk(600), ETH: walk(600, seed=2)}, trades=4)
    late = replace(run.held[ETH], closes=run.held[ETH].closes[200:])
    both = replace(run, held={BTC: run.held[BTC], ETH: late})

    worth = basket(both)

    told = summarise(both).basket
    assert told is not None
    assert worth[-1] / 10_000 - 1 == pytest.approx(told.return_share)
    assert -drawdowns(worth, 10_000.0).min() == pytest.approx(told.drawdown_share)


def test_the_drawn_drawdown_is_as_deep_as_the_told_one() -> None:
    run = course_of({BTC: walk(20_000)}, trades=80)

    told = summarise(run).drawdown

    assert told is not None
    (line,) = (each for name, each in named(equity_figure(run)).items() if name == "Drawdown")
    assert -min(line) == pytest.approx(100 * told.share, abs=0.001)


def test_a_market_without_prices_is_not_held() -> None:
    assert basket(course([1.0, 1.0])).tolist() == [100.0, 100.0]
    odd = held(0.0, [1.0, 1.0])
    assert basket(course([1.0, 1.0], held={BTC: odd})).tolist() == [100.0, 100.0]


def test_a_balance_never_reached_again_is_a_peak_too() -> None:
    assert drawdowns(np.array([90.0, 95.0]), 100.0).tolist() == pytest.approx([-0.10, -0.05])


def test_exposure_is_a_share_of_equity_its_mean_and_its_largest() -> None:
    run = course([100.0] * 1_200, exposure=[50.0, 150.0] * 600)

    assert named(exposure_figure(run)) == {"Largest": [150.0] * 600, "Mean": [100.0] * 600}


def test_without_equity_there_is_no_share_and_no_error() -> None:
    figure = exposure_figure(course([100.0, 0.0], exposure=[50.0, 50.0]))

    assert named(figure)["Mean"] == [50.0, 0.0]


def test_where_nothing_was_traded_or_held_words_stand_instead() -> None:
    bare = replace(course([]), curve=EMPTY)

    assert equity_figure(bare).empty == "No candle was traded on, so there is no curve."
    assert exposure_figure(bare).empty == "No candle was traded on, so there is no curve."
    assert exposure_figure(empty_course({BTC: walk(50)})).empty == "Nothing was ever held."


def test_the_run_is_looked_back_upon_in_r_where_r_is_known() -> None:
    summary = summarise(course_of({BTC: walk(40 * 288)}, trades=120))

    sharpe, expectancy = rolling_figures(summary)

    assert sharpe.data[0]["x"] == summary.rolling.sharpe.at_ms
    assert expectancy.title == "Expectancy of the 50 trades before, in R"
    told = summary.rolling.expectancy_r.values
    assert expectancy.data[0]["y"] == [each and round(each, 4) for each in told]


def test_too_short_a_run_is_said_to_be_too_short() -> None:
    quiet = rolling_figures(summarise(empty_course({BTC: walk(50)})))

    assert [each.empty for each in quiet] == [
        "The run is too short to look back over 30 days.",
        "There are too few trades to look back over 50.",
    ]


def test_without_stops_the_expectancy_is_in_quote_currency() -> None:
    trades = tuple(trade(number=number, stop=None, risk=None) for number in range(1, 61))
    run = replace(course_of({BTC: walk(600)}, trades=0), trades=trades)

    _, expectancy = rolling_figures(summarise(run))

    assert expectancy.title == "Expectancy of the 50 trades before, in quote currency"
    assert expectancy.data[0]["y"] == [28.3] * 11
