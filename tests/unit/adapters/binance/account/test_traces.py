"""An event of the account belongs to the thread of the candle that caused the order, or to none."""

from noctule.adapters.binance.account.traces import account_trace, trace_for
from noctule.domain.ids import candle_trace, client_order_id
from noctule.domain.order import Leg, OrderKey
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT, START_MS


def test_an_order_of_ours_leads_back_to_its_candle() -> None:
    key = OrderKey(close_ms=START_MS - 1, timeframe=Timeframe.M5, leg=Leg.STOP, attempt=0)
    name = client_order_id(account="abcdef", strategy="s", symbol=BTCUSDT, key=key)
    assert trace_for(name, BTCUSDT, 7) == candle_trace(BTCUSDT, Timeframe.M5, START_MS - 1)


def test_a_stranger_has_a_thread_of_its_own() -> None:
    assert trace_for("autoclose-1", BTCUSDT, 7) == account_trace(7) == "account:7"
