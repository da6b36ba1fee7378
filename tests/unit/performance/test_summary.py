"""A summary tells every figure, and says of each that is missing why it is."""

import math
from decimal import Decimal
from operator import attrgetter

import msgspec
import pytest

from noctule.domain.signals import Direction
from noctule.domain.trade import ExitReason
from noctule.performance.records import Course
from noctule.performance.summary import Costs, summarise
from tests.course_builders import (
    BTC,
    ETH,
    HOUR_MS,
    LTC,
    START_MS,
    course,
    curve,
    held,
    long_course,
    trade,
)

COURSES = {
    "no candle": course(curve=curve([])),
    "no trade": course(),
    "one trade": course(trade()),
    "one loss without a stop": course(trade("-10", risk=None)),
    "ruin": course(trade("-2000"), curve=curve([1_000, -1_000])),
    "all in the market": course(trade(), curve=curve([1_000] * 3, exposure=[5] * 3)),
    "three symbols": long_course(trades=400, symbols=(BTC, ETH, LTC), hours=4_000),
}
OPTIONAL = (
    *("cagr", "sharpe", "sortino", "calmar", "drawdown", "under_water", "flat", "streak"),
    *("t_value", "trades_per_day", "held_ms_mean", "held_ms_median", "basket"),
    *("exposure.time_share", "exposure.mean_share", "exposure.max_share"),
    *(f"total.{name}" for name in ("best", "worst", "win_rate", "profit_factor", "payoff")),
    *(f"total.{name}" for name in ("average_win", "average_loss", "expectancy", "expectancy_r")),
)


@pytest.mark.parametrize("run", COURSES.values(), ids=COURSES)
def test_a_figure_is_either_told_or_said_to_be_unknown(run: Course) -> None:
    found = summarise(run)

    absent = {name for name in OPTIONAL if attrgetter(name)(found) is None}
    assert set(found.unknown) == absent
    assert all(found.unknown.values())


@pytest.mark.parametrize("run", COURSES.values(), ids=COURSES)
def test_nothing_that_is_told_is_infinite_or_no_number(run: Course) -> None:
    assert all(map(math.isfinite, numbers_in(msgspec.to_builtins(summarise(run)))))


def test_profit_is_split_into_what_trades_made_and_what_is_open() -> None:
    run = course(trade("30"), trade("-10"), curve=curve([1_010, 1_025]), open_at_end=1)

    found = summarise(run)

    assert (found.equity, found.profit, found.open_profit) == (1_025.0, 25.0, 5.0)
    assert found.return_share == pytest.approx(0.025)
    assert found.total.net == Decimal(20)
    assert found.open_at_end == 1


def test_costs_are_what_the_trades_would_have_made_more() -> None:
    found = summarise(course(trade("10", fees="3", funding="-2", slippage="1")))

    assert found.costs == Costs(
        fees=trade("3").net_pnl,
        funding=trade("2").net_pnl,
        slippage=trade("1").net_pnl,
        total=trade("6").net_pnl,
        gross_before=trade("16").net_pnl,
    )


def test_trades_are_told_by_symbol_side_strategy_and_exit() -> None:
    found = summarise(
        course(
            trade("1", symbol=ETH, direction=Direction.SHORT),
            trade("2", strategy="ict", exit_reason=ExitReason.STOP),
        )
    )

    assert {key: tally.net for key, tally in found.by_symbol.items()} == {ETH: 1, BTC: 2}
    assert {key: tally.net for key, tally in found.by_side.items()} == {
        Direction.SHORT: 1,
        Direction.LONG: 2,
    }
    assert set(found.by_strategy) == {"sma_cross", "ict"}
    assert set(found.by_exit) == {ExitReason.TARGET, ExitReason.STOP}


def test_winners_and_losers_went_their_own_ways() -> None:
    found = summarise(course(trade("10", worst="99"), trade("-10", worst="90"), trade("0")))

    assert found.excursions.adverse_share.count == 3
    assert found.excursions_of_winners.adverse_share.mean == pytest.approx(0.01)
    assert found.excursions_of_losers.adverse_share.mean == pytest.approx(0.1)


def test_the_t_value_is_of_r_where_all_risks_are_known_and_else_of_money() -> None:
    in_r = summarise(course(trade("20", risk="10"), trade("20", risk="20")))
    in_money = summarise(course(trade("20", risk=None), trade("0", risk="10")))

    assert in_r.t_value == pytest.approx(1.5 / math.sqrt(0.5) * math.sqrt(2))
    assert in_money.t_value == pytest.approx(10 / math.sqrt(200) * math.sqrt(2))


def test_time_and_turnover_are_told_by_day_and_by_balance() -> None:
    long = trade(closed_ms=START_MS + 3 * HOUR_MS)
    found = summarise(course(trade(), long, turnover=Decimal(2_500)))

    assert found.trades_per_day == pytest.approx(12.0)  # 2 in 4 hours
    assert (found.held_ms_mean, found.held_ms_median) == (2 * HOUR_MS, 2 * HOUR_MS)
    assert found.turns == 2.5


def test_each_symbol_and_all_together_are_held_beside_it() -> None:
    prices = {BTC: held([100.0] * 3 + [150.0]), ETH: held([100.0] * 3 + [50.0])}

    found = summarise(course(held=prices))

    assert found.held[BTC].return_share == 0.5
    assert found.held[ETH].return_share == -0.5
    assert found.basket is not None
    assert found.basket.return_share == 0.0


def numbers_in(told: object) -> list[float]:
    if isinstance(told, float):
        return [told]
    if isinstance(told, dict):
        told = list(told.values())
    return [each for part in told for each in numbers_in(part)] if isinstance(told, list) else []
