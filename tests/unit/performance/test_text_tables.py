"""The tables line up, and a long list keeps its best and its worst."""

from noctule.domain.signals import Direction
from noctule.domain.values import Symbol
from noctule.performance.records import TradeRecord
from noctule.performance.summary import summarise
from noctule.performance.text_tables import beside_holding, trades_by
from tests.course_builders import BTC, ETH, course, held, trade


def by(*trades: TradeRecord) -> list[str]:
    return list(trades_by(summarise(course(*trades))))


def test_each_symbol_and_side_is_a_row() -> None:
    trades = (
        trade("30", fees="2", funding="-1", risk="10"),
        trade("-10", symbol=ETH, direction=Direction.SHORT),
    )

    assert by(*trades) == [
        "                      trades      won            net       costs  factor  mean R",
        "  all                      2   50.0 %          20.00        3.00    3.00    1.00",
        "",
        "  BTCUSDT                  1  100.0 %          30.00        3.00       –    3.00",
        "  ETHUSDT                  1    0.0 %         -10.00        0.00    0.00   -1.00",
        "",
        "  LONG                     1  100.0 %          30.00        3.00       –    3.00",
        "  SHORT                    1    0.0 %         -10.00        0.00    0.00   -1.00",
    ]


def test_without_a_trade_there_is_one_row_of_nothing() -> None:
    assert by()[1:] == [
        "  all                      0        –           0.00        0.00       –       –"
    ]


def test_of_many_symbols_the_best_and_the_worst_are_shown_and_the_rest_summed() -> None:
    found = by(*(trade(str(net), symbol=Symbol(f"C{net}USDT")) for net in range(1, 11)))

    shown = [line.split()[0] for line in found[3:]]
    best_and_worst = [f"C{net}USDT" for net in (10, 9, 8, 7, 4, 3, 2, 1)]
    assert shown == [*best_and_worst, "…"]
    assert found[-1] == "  … and 2 symbols between them, together 11.00"


def test_a_name_that_is_too_long_is_cut() -> None:
    found = by(trade(strategy="a_strategy_with_a_long_name"), trade(strategy="short"))

    assert any(line.startswith("  a_strategy_with_a…       1") for line in found)


def test_a_number_that_is_too_long_is_cut_where_it_shows() -> None:
    assert by(trade("123456789.12"))[1] == (
        "  all                      1  100.0 % 123,456,789.12        0.00       – 12,345…"
    )


def test_the_run_stands_above_what_its_symbols_did() -> None:
    prices = {BTC: held([100.0, 80.0, 90.0, 150.0]), ETH: held([100.0, 100.0, 100.0, 50.0])}

    assert list(beside_holding(summarise(course(trade("10"), held=prices)))) == [
        "                            return        a year  deepest fall    Sharpe",
        "  this run                   1.0 %             –         0.0 %         –",
        "  equal parts of all         0.0 %             –        10.0 %         –",
        "  BTCUSDT                   50.0 %             –        20.0 %         –",
        "  ETHUSDT                  -50.0 %             –        50.0 %         –",
    ]


def test_one_symbol_is_no_basket() -> None:
    found = list(beside_holding(summarise(course(trade("-10"), held={BTC: held([100.0, 90.0])}))))

    assert [line.split()[0] for line in found[1:]] == ["this", "BTCUSDT"]
    assert found[1].split() == ["this", "run", "-1.0", "%", "–", "1.0", "%", "–"]


def test_of_many_holdings_the_best_and_the_worst_are_shown() -> None:
    prices = {Symbol(f"C{end}USDT"): held([100.0, 100.0 + end]) for end in range(1, 11)}

    found = list(beside_holding(summarise(course(held=prices))))

    shown = [line.split()[0] for line in found[3:]]
    assert shown == [*(f"C{end}USDT" for end in (10, 9, 8, 7, 4, 3, 2, 1)), "…"]
    assert found[-1] == "  … and 2 between them"
