from decimal import Decimal

import pytest

from noctule.adapters.report import backtest_trades
from noctule.adapters.report.backtest_trades import trade_columns
from noctule.domain.values import Price, Quote
from tests.fakes.backtested import REASON, START_MS, trade


def test_each_word_is_carried_once_and_money_to_the_last_digit() -> None:
    second = trade(number=2, reason="other", net_pnl=Quote(Decimal("-0.12345678")))

    columns, words = trade_columns((trade(), second, trade(number=3)))

    assert words["reason"] == [REASON, "other"]
    assert columns["reason"] == [0, 1, 0]
    assert words["direction"] == ["LONG"]
    assert columns["net"] == ["28.3", "-0.12345678", "28.3"]
    assert columns["opened_ms"] == [START_MS] * 3
    assert columns["r"] == [1.0, pytest.approx(-0.004362), 1.0]
    assert columns["mae"] == [0.5] * 3


def test_what_a_trade_did_not_have_is_absent() -> None:
    columns, _ = trade_columns((trade(stop=None, target=None, risk=None),))

    assert (columns["stop"], columns["target"], columns["r"]) == ([None], [None], [None])


def test_no_number_is_written_with_an_exponent() -> None:
    columns, _ = trade_columns((trade(entry_price=Price(Decimal("1E-7"))),))

    assert columns["entry"] == ["0.0000001"]


def test_the_list_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backtest_trades, "LISTED_MAX", 2)

    columns, _ = trade_columns(tuple(trade(number=number) for number in range(1, 5)))

    assert columns["number"] == [1, 2]
