"""A line of JSON for each trade, in the words of the trade log and exact to the last digit."""

import json
from decimal import Decimal

from noctule.app.backtest.trade_lines import trade_lines
from tests.fakes.backtested import START_MS, trade


def test_a_trade_is_one_line_with_exact_numbers() -> None:
    (line,) = trade_lines([trade(entry_price=Decimal("30000.10"))])
    assert line.endswith(b"\n")
    told = json.loads(line)
    assert told["event"] == "position_closed"
    assert told["environment"] == "backtest"
    assert told["entry_price"] == "30000.10"
    assert told["costs"] == {"fee": "2.4", "funding": "-0.3", "slippage": "0.2"}
    assert told["at"] == "2023-01-01T01:00:00.000Z"
    assert told["opened_ms"] == START_MS
    assert told["held_seconds"] == 3_600.0


def test_what_there_was_not_is_null() -> None:
    (line,) = trade_lines([trade(stop=None, target=None, risk=None)])
    told = json.loads(line)
    assert (told["stop"], told["target"], told["risk"]) == (None, None, None)


def test_without_trades_there_is_no_line() -> None:
    assert list(trade_lines([])) == []
