"""What came from outside is heard again; what the engine publishes is waited for."""

import pytest

from noctule.app.replay.sorting import comes_from_outside, is_quote, may_come_from_outside
from noctule.domain.events.base import Event
from noctule.domain.events.data import CandleClosed, FeedLost, MarkPriceUpdated
from noctule.domain.events.order import AlertRaised, OrderRequested, OrderTimerFired
from noctule.domain.events.signal import LimitBreached
from noctule.domain.market import MarkPrice
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT, START_MS, candle, order_request

MARK = MarkPrice(
    symbol=BTCUSDT, mark_price=1.0, index_price=1.0, funding_rate=0.0, next_funding_ms=0
)
CLOSED = CandleClosed(at_ms=START_MS, trace="t", candle=candle())


@pytest.mark.parametrize(
    ("event", "is_input"),
    [
        (CLOSED, True),
        (FeedLost(at_ms=1, trace="t", symbol=BTCUSDT, reason="x"), True),
        (OrderTimerFired(at_ms=1, trace="t", timer="x"), True),
        (AlertRaised(at_ms=1, trace="t", text="x", is_urgent=True), True),
        (OrderRequested(at_ms=1, trace="t", strategy="s", request=order_request()), False),
        (LimitBreached(at_ms=1, trace="t", limit="x", text="y"), False),
    ],
)
def test_each_kind_has_its_side(event: Event, is_input: bool) -> None:
    assert comes_from_outside(event, base=CLOSED.candle.timeframe) is is_input


def test_a_longer_bar_is_the_engines_own() -> None:
    assert not comes_from_outside(CLOSED, base=Timeframe.M30)


def test_an_alert_may_be_anybodys() -> None:
    assert may_come_from_outside(AlertRaised(at_ms=1, trace="t", text="x", is_urgent=True))
    assert not may_come_from_outside(CLOSED)


def test_of_quotes_only_the_latest_is_written() -> None:
    assert is_quote(MarkPriceUpdated(at_ms=1, trace="t", mark=MARK))
    assert not is_quote(CLOSED)
