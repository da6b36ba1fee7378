"""What all positions together may lose, reckoned from the candles they lived through."""

from decimal import Decimal
from math import sqrt
from random import Random
from statistics import correlation as reference_correlation
from statistics import fmean, stdev

import pytest

from noctule.domain.values import Quote, Side, Symbol
from noctule.risk.exposure import (
    CANDLES_MAX,
    RiskReport,
    SymbolExposure,
    ValueAtRisk,
    correlation,
    correlations_with_held,
    returns_of,
    risk_report,
    value_at_risk,
)
from tests.builders import BTCUSDT
from tests.risk_builders import ETHUSDT, NOW_MS, holding, portfolio

BNBUSDT = Symbol("BNBUSDT")


def walk(seed: int, count: int = 101) -> list[float]:
    random, price, closes = Random(seed), 100.0, []
    for _ in range(count):
        price *= 1 + random.gauss(0, 0.01)
        closes.append(price)
    return closes


def test_returns_are_the_shares_by_which_a_price_moved() -> None:
    assert returns_of([100.0, 110.0, 99.0]) == pytest.approx([0.1, -0.1])
    assert returns_of([100.0]) == returns_of([]) == []


def test_only_the_latest_candles_count() -> None:
    assert len(returns_of([1.0] * (CANDLES_MAX + 100))) == CANDLES_MAX - 1


def test_correlation_agrees_with_the_textbooks() -> None:
    one, other = returns_of(walk(1)), returns_of(walk(2))
    mixed = [x + y for x, y in zip(one, other, strict=True)]
    assert correlation(one, mixed) == pytest.approx(reference_correlation(one, mixed))
    assert correlation(one, one) == pytest.approx(1.0)
    assert correlation(one, [-x for x in one]) == pytest.approx(-1.0)


def test_correlation_never_leaves_its_bounds() -> None:
    for seed in range(50):
        one = returns_of(walk(seed))
        found = correlation(one, [3 * each for each in one])
        assert found is not None
        assert 0.999 < found <= 1.0


def test_series_of_different_lengths_are_aligned_at_their_ends() -> None:
    long, short = returns_of(walk(1)), returns_of(walk(1))[-40:]
    assert correlation(long, short) == pytest.approx(1.0)
    assert correlation(short, long) == pytest.approx(1.0)


def test_too_few_candles_or_a_price_that_stands_still_tell_nothing() -> None:
    moving = returns_of(walk(1))
    assert correlation(moving, moving[:29]) is None
    assert correlation(moving, [0.0] * 100) is None


def test_a_new_position_is_compared_with_every_other_that_is_held() -> None:
    closes = {BTCUSDT: walk(1), ETHUSDT: walk(1), BNBUSDT: [200 - each for each in walk(1)]}
    holdings = (
        holding("1"),
        holding("-1", symbol=BNBUSDT),
        holding("0", symbol=Symbol("XRPUSDT")),
        holding(symbol=BTCUSDT),
        holding(symbol=Symbol("NEWUSDT")),
    )
    long = correlations_with_held(BTCUSDT, Side.BUY, holdings=holdings, closes=closes)
    short = correlations_with_held(BTCUSDT, Side.SELL, holdings=holdings, closes=closes)
    assert long.keys() == {ETHUSDT, BNBUSDT}
    assert long[ETHUSDT] == pytest.approx(1.0)
    assert long[BNBUSDT] == pytest.approx(1.0, abs=0.05)
    assert short == {symbol: -likeness for symbol, likeness in long.items()}


def test_value_at_risk_of_one_position_is_its_worst_moves() -> None:
    closes = walk(3)
    gains = sorted(2_000 * each for each in returns_of(closes))
    found = value_at_risk([holding("1")], {ETHUSDT: closes})
    assert found is not None
    assert found.candles == 100
    assert found.historical == pytest.approx(-gains[5])  # five of a hundred were worse
    assert found.parametric == pytest.approx(1.6448536 * stdev(gains) - fmean(gains))


def test_a_short_loses_where_a_long_gains() -> None:
    closes = walk(3)
    gains = sorted(-2_000 * each for each in returns_of(closes))
    found = value_at_risk([holding("-1")], {ETHUSDT: closes})
    assert found is not None
    assert found.historical == pytest.approx(-gains[5])


def test_positions_that_move_apart_risk_less_than_the_sum() -> None:
    alone = value_at_risk([holding("1")], {ETHUSDT: walk(1)})
    held = [holding("1"), holding("1", symbol=BNBUSDT)]
    both = value_at_risk(held, {ETHUSDT: walk(1), BNBUSDT: walk(2)})
    hedged = value_at_risk(
        [holding("1"), holding("-1", symbol=BNBUSDT)], {ETHUSDT: walk(1), BNBUSDT: walk(1)}
    )
    assert alone is not None
    assert both is not None
    assert alone.parametric < both.parametric < 2 * alone.parametric
    assert both.parametric == pytest.approx(sqrt(2) * alone.parametric, rel=0.25)
    assert hedged == ValueAtRisk(historical=0.0, parametric=0.0, candles=100)


def test_histories_of_different_lengths_are_aligned_at_their_ends() -> None:
    held = [holding("1"), holding("-1", symbol=BNBUSDT)]
    hedged = value_at_risk(held, {ETHUSDT: walk(1), BNBUSDT: walk(1)[-51:]})
    assert hedged == ValueAtRisk(historical=0.0, parametric=0.0, candles=50)


def test_what_only_rises_risks_nothing() -> None:
    rising = [100 * 1.01**index for index in range(60)]
    found = value_at_risk([holding("1")], {ETHUSDT: rising})
    assert found is not None
    assert (found.historical, found.parametric) == (0.0, 0.0)


@pytest.mark.parametrize("count", [0, 1, 30])
def test_too_few_candles_tell_no_value_at_risk(count: int) -> None:
    assert value_at_risk([holding("1")], {ETHUSDT: walk(1, count)}) is None


def test_pairs_of_different_histories_are_aligned_at_their_ends() -> None:
    account = portfolio(holding("1"), holding("1", symbol=BNBUSDT))
    report = risk_report(account, {ETHUSDT: walk(1), BNBUSDT: walk(1)[-51:]})
    ((one, other, likeness),) = report.correlations
    assert (one, other) == (ETHUSDT, BNBUSDT)
    assert likeness == pytest.approx(1.0)


def test_a_position_without_candles_leaves_the_whole_unknown() -> None:
    held = [holding("1"), holding("1", symbol=BNBUSDT)]
    assert value_at_risk(held, {ETHUSDT: walk(1)}) is None


def test_nothing_held_has_no_value_at_risk() -> None:
    assert value_at_risk([holding("0")], {}) is None


def test_the_report_sums_up_the_account() -> None:
    account = portfolio(
        holding("2"),
        holding("-3", symbol=BNBUSDT, mark_price="500", is_ours=False),
        wallet="9000",
        unrealized_pnl="1000",
        day_equity="12500",
        equity_peak="20000",
        losses_in_a_row=2,
    )
    closes = {ETHUSDT: walk(1), BNBUSDT: walk(1)}
    report = risk_report(account, closes)
    assert report == RiskReport(
        at_ms=NOW_MS,
        equity=Quote(Decimal(10_000)),
        exposure=Quote(Decimal(5_500)),
        net_exposure=Quote(Decimal(2_500)),
        exposure_share=Decimal("0.55"),
        symbols=(
            SymbolExposure(symbol=ETHUSDT, signed_notional=Quote(Decimal(4_000)), is_ours=True),
            SymbolExposure(symbol=BNBUSDT, signed_notional=Quote(Decimal(-1_500)), is_ours=False),
        ),
        value_at_risk=value_at_risk(account.holdings, closes),
        correlations=((ETHUSDT, BNBUSDT, report.correlations[0][2]),),
        day_loss_share=Decimal("0.2"),
        drawdown_share=Decimal("0.5"),
        losses_in_a_row=2,
    )
    assert report.value_at_risk is not None
    assert report.correlations[0][2] == pytest.approx(1.0)


def test_an_empty_account_has_a_report_too() -> None:
    report = risk_report(portfolio(wallet="0"), {})
    assert report.exposure_share is None
    assert report.value_at_risk is None
    assert report.symbols == ()
    assert report.correlations == ()


def test_pairs_that_cannot_be_compared_are_left_out() -> None:
    account = portfolio(holding("1"), holding("1", symbol=BNBUSDT))
    assert risk_report(account, {ETHUSDT: walk(1)}).correlations == ()
