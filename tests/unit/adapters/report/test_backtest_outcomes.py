from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.adapters.report import backtest_outcomes
from noctule.adapters.report.backtest_outcomes import (
    adverse_share,
    cost_figures,
    excursion_figures,
    favourable_share,
    r_figure,
)
from noctule.domain.signals import Direction
from noctule.domain.values import Price, Quote
from noctule.performance.excursions import excursions_of
from noctule.performance.records import TradeRecord
from noctule.performance.summary import Summary, summarise
from tests.fakes.backtested import BTC, course_of, trade, walk


def told(*trades: TradeRecord) -> Summary:
    return summarise(replace(course_of({BTC: walk(50)}, trades=0), trades=trades))


def of_r(*results: str) -> tuple[TradeRecord, ...]:
    return tuple(trade(net_pnl=Quote(Decimal(each)), risk=Quote(Decimal(1))) for each in results)


def test_the_steps_lead_from_before_all_costs_to_the_net_of_the_summary() -> None:
    trades = (trade(), trade(number=2))
    steps, growth = cost_figures(told(*trades), trades)

    assert steps.data[0]["y"] == [62.4, -0.4, -4.8, -0.6, 56.6]
    assert steps.data[0]["text"] == ["62.40", "−0.40", "−4.80", "−0.60", "56.60"]
    assert [(each["name"], each["y"]) for each in growth.data] == [
        ("Fees", [2.4, 4.8]),
        ("Slippage", [0.2, 0.4]),
        ("Funding", [0.3, 0.6]),
    ]


def test_many_trades_are_thinned_but_the_sums_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backtest_outcomes, "MARKS_MAX", 4)
    trades = tuple(trade(number=number) for number in range(1, 11))

    _, growth = cost_figures(told(*trades), trades)
    worst, _ = excursion_figures(trades)

    assert growth.data[0]["y"] == [7.2, 14.4, 21.6, 24.0]
    assert worst.data[0]["customdata"] == [1, 4, 7, 10]
    assert worst.caption.endswith("Shown are 4 of 10.")


def test_each_trade_stands_at_its_worst_and_at_its_best_moment() -> None:
    lost = trade(number=2, net_pnl=Quote(Decimal("-9.5")))

    worst, best = excursion_figures((trade(), lost))

    assert [(each["name"], each["x"], each["y"]) for each in worst.data] == [
        ("Won", [0.5], [28.3]),
        ("Not won", [0.5], [-9.5]),
    ]
    assert best.data[0]["x"] == [1.2]


@pytest.mark.parametrize("direction", [Direction.LONG, Direction.SHORT])
def test_excursions_are_those_of_the_summary(direction: Direction) -> None:
    one = trade(direction=direction)
    all_of = excursions_of([one])

    assert adverse_share(one) == pytest.approx(all_of.adverse_share.mean)
    assert favourable_share(one) == pytest.approx(all_of.favourable_share.mean)


def test_a_market_that_never_went_against_a_trade_went_no_way_at_all() -> None:
    assert adverse_share(trade(worst_price=Price(Decimal(30_001)))) == 0


def test_results_are_counted_by_quarters_of_r_and_what_is_beyond_in_the_outermost() -> None:
    figure = r_figure(of_r("-9", "-1", "-0.9", "0.1", "0.24", "0.25", "12"))

    (bars,) = figure.data
    heights = dict(zip(bars["hovertext"], bars["y"], strict=True))  # type: ignore[call-overload]  # lists
    assert {name: count for name, count in heights.items() if count} == {
        "below -3.75 R": 1,
        "-1 to -0.75 R": 2,
        "0 to 0.25 R": 2,
        "0.25 to 0.5 R": 1,
        "7.75 R and more": 1,
    }
    assert "below -3.75 and from 7.75 on, hold everything beyond" in figure.caption


@pytest.mark.parametrize(("count", "words"), [(1, "1 trade without"), (2, "2 trades without")])
def test_trades_without_a_stop_are_said_to_be_missing(count: int, words: str) -> None:
    figure = r_figure((*of_r("1"), *(trade(risk=None) for _ in range(count))))

    assert figure.caption == (
        f"R: net by what the way from entry to stop was worth. {words} a stop are not in it."
    )


def test_no_trade_and_no_stop_are_said_in_words() -> None:
    no_trade = "There was no trade."

    assert [each.empty for each in cost_figures(told(), ())] == [no_trade] * 2
    assert [each.empty for each in excursion_figures(())] == [no_trade] * 2
    assert r_figure(()).empty == no_trade
    assert r_figure((trade(risk=None),)).empty == "No trade had a stop, so there is no R."
