"""What happens to orders and money: none of it may be lost, and every digit is kept."""

import msgspec

from noctule.domain.events import order
from noctule.domain.events.base import OrderEvent, Overflow
from noctule.domain.events.order import OrderFilled
from noctule.domain.values import quantity
from tests.builders import START_MS, fill

EVENTS: dict[str, type[OrderEvent]] = {name: getattr(order, name) for name in order.__all__}


def test_orders_speak_in_these_words() -> None:
    assert sorted(EVENTS) == [
        "AccessRefused",
        "AccessRestored",
        "AccountFeedLost",
        "AccountFeedRestored",
        "AccountSnapshotTaken",
        "AccountUpdated",
        "AlertRaised",
        "CommandReceived",
        "DiscrepancyFound",
        "FundingPaid",
        "LeverageChanged",
        "MarginCalled",
        "OrderAccepted",
        "OrderCanceled",
        "OrderExpired",
        "OrderFilled",
        "OrderOutcomeUnknown",
        "OrderRejected",
        "OrderRequested",
        "OrderSubmitted",
        "OrderTimerFired",
        "OrderTriggered",
        "PositionChanged",
        "PositionReported",
        "Reconciled",
        "ReloadRequested",
        "TradingAuthorized",
        "TradingHalted",
        "TradingResumed",
    ]
    assert all(issubclass(event, OrderEvent) for event in EVENTS.values())


def test_no_fact_about_money_is_ever_replaced() -> None:
    assert {event.overflow for event in EVENTS.values()} == {Overflow.WAIT}


def test_a_fill_is_recorded_with_every_digit_it_had() -> None:
    event = OrderFilled(
        at_ms=START_MS, trace="BTCUSDT:1m:29842561", fill=fill(), remaining=quantity("0.000")
    )
    assert msgspec.json.encode(event) == (
        b'{"type":"OrderFilled","at_ms":1790553600000,"trace":"BTCUSDT:1m:29842561","fill":'
        b'{"trade_id":1,"venue_order_id":"283194212",'
        b'"client_order_id":"noc-qpai6s-0hrmo1ae0-plxb7xk1","symbol":"BTCUSDT","side":"BUY",'
        b'"price":"60000.00","quantity":"0.010","fee":"0.30","fee_asset":"USDT","is_maker":false,'
        b'"realized_pnl":"0","at_ms":1790553600000},"remaining":"0.000"}'
    )
