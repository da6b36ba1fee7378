"""Each doubt that trades raise is one sentence with its number, and silent without cause."""

import math

import pytest

from noctule.domain.signals import Direction
from noctule.domain.trade import ExitReason
from noctule.performance.doubt import Doubt, Gravity
from noctule.performance.doubts_of_trades import ON_TRADES
from noctule.performance.records import TradeRecord
from noctule.performance.summary import summarise
from tests.course_builders import BTC, ETH, course, trade


def doubts(*trades: TradeRecord) -> dict[str, Doubt]:
    run = course(*trades)
    found = [ask(run, summarise(run)) for ask in ON_TRADES]
    return {doubt.name: doubt for doubt in found if doubt}


def results(*nets: str) -> tuple[TradeRecord, ...]:
    return tuple(trade(net) for net in nets)


GOOD = results(*["11", "9", "10", "-5"] * 25)


def test_a_hundred_steady_trades_raise_no_doubt() -> None:
    assert doubts(*GOOD) == {}


@pytest.mark.parametrize(
    ("count", "gravity", "text"),
    [
        (0, Gravity.GRAVE, "No trade was closed: there is nothing to judge the strategy by."),
        (1, Gravity.GRAVE, "1 trade in all: fewer than 30 say next to nothing."),
        (29, Gravity.GRAVE, "29 trades in all: fewer than 30 say next to nothing."),
        (30, Gravity.SERIOUS, "30 trades in all: averages of fewer than 100 are rough."),
        (99, Gravity.SERIOUS, "99 trades in all: averages of fewer than 100 are rough."),
    ],
)
def test_few_trades_say_little(count: int, gravity: Gravity, text: str) -> None:
    assert doubts(*GOOD[:count])["few_trades"] == Doubt(
        name="few_trades", gravity=gravity, text=text, number=count
    )


def test_a_profit_within_two_standard_errors_could_be_luck() -> None:
    close = doubts(*results("10", "-5", "10", "-5", "10", "-1"))["luck"]
    closer = doubts(*results("10", "-9"))["luck"]

    assert close.gravity is Gravity.SERIOUS
    assert close.number == pytest.approx(19 / 6 / math.sqrt(1745 / 6 / 5 / 6))
    assert close.text == (
        "It could be luck: the average result lies 1.02 standard errors above nothing, "
        "and below 2 chance alone gets there."
    )
    assert closer.gravity is Gravity.GRAVE


def test_a_loss_needs_no_luck() -> None:
    assert "luck" not in doubts(*results("-10", "9"))


def test_one_trade_that_made_all_of_the_profit_is_named() -> None:
    found = doubts(*results("50", "-20", "10"))["one_trade"]

    assert found.gravity is Gravity.GRAVE
    assert found.text == "One trade made the profit: 50.00 of 40.00; without, it had lost."
    assert found.number == 1.25


def test_the_best_twentieth_that_made_all_of_the_profit_is_named() -> None:
    found = doubts(*results(*["40"] * 2, *["1", "-1"] * 14, *["-3"] * 10))["few_winners"]

    assert found.gravity is Gravity.SERIOUS
    assert found.text == (
        "The best 2 of 40 trades made the profit: 80.00 of 50.00; without, it had lost."
    )
    assert found.number == 1.6


def test_of_a_loss_or_a_single_trade_nobody_asks_who_made_the_profit() -> None:
    assert not {"one_trade", "few_winners"} & set(doubts(*results("10", "-20")))
    assert not {"one_trade", "few_winners"} & set(doubts(*results("10")))


@pytest.mark.parametrize(
    ("count", "gravity"), [(1, Gravity.MILD), (5, Gravity.SERIOUS), (20, Gravity.GRAVE)]
)
def test_candles_that_held_stop_and_target_leave_it_open(count: int, gravity: Gravity) -> None:
    trades = [*GOOD[count:], *[trade("10", is_ambiguous=True)] * count]

    found = doubts(*trades)["ambiguous_candles"]

    assert found.gravity is gravity
    assert found.number == count / 100
    assert found.text == (
        f"{count} of 100 trades ({count}.0 %) ended on a candle that held stop and target: "
        "which came first is assumed."
    )


@pytest.mark.parametrize(("count", "gravity"), [(10, Gravity.MILD), (30, Gravity.SERIOUS)])
def test_trades_within_one_candle_are_only_known_by_its_extremes(
    count: int, gravity: Gravity
) -> None:
    within = doubts(*GOOD[count:], *[trade("10", candles=0)] * count)["within_a_candle"]

    assert within.gravity is gravity
    assert within.text == (
        f"{count} of 100 trades ({count}.0 %) began and ended within one candle: "
        "finer candles would say more."
    )


def test_a_liquidation_is_grave() -> None:
    found = doubts(*GOOD, trade("-10", exit_reason=ExitReason.LIQUIDATION))["liquidations"]

    assert found.gravity is Gravity.GRAVE
    assert found.text == "1 trade ended in liquidation: the sizes were too large to live."


def test_trades_without_a_stop_are_left_out_of_r() -> None:
    found = doubts(*GOOD, *[trade("10", risk=None)] * 100)["without_risk"]

    assert found.gravity is Gravity.MILD
    assert found.number == 0.5
    assert found.text == (
        "100 of 200 trades had no stop: figures in R leave them out, "
        "and nothing bounded their loss."
    )


def test_a_profit_of_one_symbol_alone_is_named() -> None:
    found = doubts(trade("30", symbol=BTC), trade("-10", symbol=ETH))["one_symbol"]

    assert found.gravity is Gravity.SERIOUS
    assert found.number == 1.5
    assert found.text == (
        "All of the profit comes from BTCUSDT: it made 30.00, everything else -10.00."
    )


def test_a_profit_of_one_side_alone_is_named() -> None:
    short = trade("30", direction=Direction.SHORT)

    assert doubts(short, trade("-10"))["one_side"].text == (
        "All of the profit comes from SHORT: it made 30.00, everything else -10.00."
    )
    assert "one_side" not in doubts(short, trade("10"))
    assert "one_side" not in doubts(short, trade("-40"))
    assert "one_side" not in doubts(short)
