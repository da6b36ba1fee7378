"""A group of trades is summed exactly, and averaged only where there is something to divide by."""

from decimal import Decimal

import pytest

from noctule.performance.tally import (
    Streak,
    losing_streak,
    r_multiples,
    scored,
    tallies_by,
    tally_of,
    why_unknown,
)
from tests.course_builders import BTC, ETH, HOUR_MS, START_MS, trade

THREE = (
    trade("30", fees="1", funding="-0.5", slippage="0.2", risk="10"),
    trade("-10", fees="1", funding="0.25", slippage="-0.1", risk="20"),
    trade("10", fees="1", risk=None),
)


def test_money_is_added_exactly() -> None:
    found = tally_of(scored(THREE))

    assert found.net == Decimal("30")
    assert found.gross == Decimal("33.25")
    assert found.fees == Decimal("3")
    assert found.funding == Decimal("-0.25")
    assert found.slippage == Decimal("0.1")
    assert (found.net_won, found.net_lost) == (Decimal("40"), Decimal("10"))
    assert (found.best, found.worst) == (Decimal("30"), Decimal("-10"))
    assert found.turnover == Decimal("100") * 3 + Decimal("131.5") + Decimal("90.75") + Decimal(111)


def test_averages_are_of_those_they_name() -> None:
    found = tally_of(scored(THREE))

    assert (found.trades, found.won, found.lost, found.with_risk) == (3, 2, 1, 2)
    assert found.win_rate == pytest.approx(2 / 3)
    assert found.profit_factor == 4.0
    assert (found.average_win, found.average_loss, found.payoff) == (20.0, 10.0, 2.0)
    assert found.expectancy == 10.0
    assert found.expectancy_r == pytest.approx((3 - 0.5) / 2)
    assert list(why_unknown(found)) == []


def test_a_trade_that_came_out_even_neither_won_nor_lost() -> None:
    found = tally_of(scored([trade("0")]))

    assert (found.trades, found.won, found.lost, found.win_rate) == (1, 0, 0, 0.0)


def test_of_no_trade_nothing_is_told_and_it_is_said_why() -> None:
    found = tally_of([])

    assert found.net == 0
    assert dict(why_unknown(found)) == {
        "best": "no trade was closed",
        "worst": "no trade was closed",
        "win_rate": "no trade was closed",
        "expectancy": "no trade was closed",
        "average_win": "no trade won",
        "average_loss": "no trade lost",
        "profit_factor": "no trade lost",
        "payoff": "needs a trade that won and one that lost",
        "expectancy_r": "no trade had a stop, so nobody knows what was risked",
    }
    assert all(getattr(found, name) is None for name, _ in why_unknown(found))


def test_a_risk_of_nothing_is_no_risk_that_is_known() -> None:
    trades = [trade("5", risk="0"), trade("5", risk="-1"), trade("5", risk="10")]

    assert r_multiples(trades) == [0.5]
    assert [each.r for each in scored(trades)] == [None, None, 0.5]


def test_trades_are_told_apart() -> None:
    trades = [trade("1", symbol=ETH), trade("2"), trade("4", symbol=ETH)]

    found = tallies_by(lambda each: each.symbol, scored(trades))

    assert {symbol: tally.net for symbol, tally in found.items()} == {ETH: 5, BTC: 2}


def test_the_longest_losing_streak_is_the_first_of_its_length() -> None:
    results = ["-1", "5", "-2", "-3", "0", "-4", "-5", "7"]
    trades = [trade(net, closed_ms=START_MS + hour * HOUR_MS) for hour, net in enumerate(results)]

    assert losing_streak(trades) == Streak(
        trades=2,
        net=trade("-5").net_pnl,
        from_ms=START_MS + 2 * HOUR_MS,
        to_ms=START_MS + 3 * HOUR_MS,
    )
    assert losing_streak([trade("1")]) is None
