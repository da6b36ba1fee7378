"""Events of a trade's life with sensible contents, for whoever listens to the bus."""

from noctule.domain.events.desk import (
    CancelAccepted,
    CancelFailed,
    EntryRefused,
    ExitRequested,
    OrderHeldBack,
    OrderReported,
    PositionClosed,
    PositionProtected,
    QuestionFailed,
    StopMoved,
    StopMoveRequested,
)
from noctule.domain.events.order import (
    FundingPaid,
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderOutcomeUnknown,
    OrderRejected,
    OrderRequested,
    OrderSubmitted,
    OrderTriggered,
    Reconciled,
    TradingHalted,
    TradingResumed,
)
from noctule.domain.events.signal import SignalGenerated, SignalRefused
from noctule.domain.ids import account_tag, client_order_id
from noctule.domain.order import ClientOrderId, Leg, OrderKey, OrderKind, OrderState
from noctule.domain.report import OrderReport
from noctule.domain.signals import Direction, Reason, Signal
from noctule.domain.trade import ClosedTrade, ExitReason, TradeStamps
from noctule.domain.values import Side, Timeframe, price, quantity, quote
from tests.builders import BTCUSDT, START_MS, fill, order_request

__all__ = [
    "ACCOUNT",
    "CANCELED",
    "CANCEL_ACCEPTED",
    "CANCEL_FAILED",
    "CLOSED",
    "ENTRY_REFUSED",
    "EXIT_REQUESTED",
    "EXPIRED",
    "FOREIGN",
    "FUNDING",
    "HALTED",
    "HELD_BACK",
    "MOVED",
    "MOVE_REQUESTED",
    "NO_ANSWER",
    "OURS",
    "PROTECTED",
    "RECONCILED",
    "REPORT",
    "REQUESTED",
    "RESUMED",
    "SIGNAL",
    "SIGNAL_REFUSED",
    "STRATEGY",
    "SUBMITTED",
    "TRACE",
    "TRIGGERED",
    "UNKNOWN",
    "accepted",
    "filled",
    "rejected",
    "reported",
]

ACCOUNT = account_tag("the key")
STRATEGY = "sma_cross"
TRACE = "BTCUSDT:1m:7"
OURS = client_order_id(
    account=ACCOUNT,
    strategy=STRATEGY,
    symbol=BTCUSDT,
    key=OrderKey(close_ms=START_MS - 1, timeframe=Timeframe.M1, leg=Leg.ENTRY, attempt=0),
)
FOREIGN = ClientOrderId("web_4f9a1b2c3d4e5f")

SIGNAL = SignalGenerated(
    at_ms=START_MS,
    trace=TRACE,
    symbol=BTCUSDT,
    timeframe=Timeframe.M1,
    close_ms=START_MS - 1,
    strategy=STRATEGY,
    price=60_000.0,
    signal=Signal(direction=Direction.LONG, reason="crossed", stop=59_000.0),
)
SIGNAL_REFUSED = SignalRefused(
    at_ms=START_MS,
    trace=TRACE,
    symbol=BTCUSDT,
    strategy=STRATEGY,
    direction=Direction.LONG,
    reasons=(Reason(check="spread", text="0.002 of 0.001 allowed"),),
)
ENTRY_REFUSED = EntryRefused(
    at_ms=START_MS,
    trace=TRACE,
    symbol=BTCUSDT,
    strategy=STRATEGY,
    direction=Direction.LONG,
    reasons=(Reason(check="spread", text="0.002 of 0.001 allowed"),),
)
REQUESTED = OrderRequested(
    at_ms=START_MS,
    trace=TRACE,
    strategy=STRATEGY,
    request=order_request(
        OrderKind.STOP_MARKET,
        client_order_id=OURS,
        side=Side.SELL,
        leg=Leg.STOP,
        quantity=None,
        trigger_price="59000.10",
    ),
)
SUBMITTED = OrderSubmitted(at_ms=START_MS, trace=TRACE, symbol=BTCUSDT, client_order_id=OURS)
HELD_BACK = OrderHeldBack(
    at_ms=START_MS,
    trace=TRACE,
    symbol=BTCUSDT,
    client_order_id=OURS,
    cause="banned",
    retry_after_ms=5,
)
UNKNOWN = OrderOutcomeUnknown(
    at_ms=START_MS, trace=TRACE, symbol=BTCUSDT, client_order_id=OURS, cause="time-out"
)
TRIGGERED = OrderTriggered(
    at_ms=START_MS, trace=TRACE, symbol=BTCUSDT, client_order_id=OURS, child_order_id="99"
)
CANCELED = OrderCanceled(at_ms=START_MS, trace=TRACE, symbol=BTCUSDT, client_order_id=OURS)
EXPIRED = OrderExpired(
    at_ms=START_MS, trace=TRACE, symbol=BTCUSDT, client_order_id=OURS, cause="IOC"
)
CANCEL_ACCEPTED = CancelAccepted(at_ms=START_MS, trace=TRACE, symbol=BTCUSDT, client_order_id=OURS)
CANCEL_FAILED = CancelFailed(
    at_ms=START_MS,
    trace=TRACE,
    symbol=BTCUSDT,
    client_order_id=OURS,
    is_gone=True,
    cause="-2011: Unknown order sent.",
    retry_after_ms=0,
)
REPORT = OrderReport(
    client_order_id=OURS,
    venue_order_id="8886774",
    symbol=BTCUSDT,
    side=Side.BUY,
    kind=OrderKind.MARKET,
    state=OrderState.FILLED,
    quantity=quantity("0.010"),
    filled=quantity("0.010"),
    average_price=price("60000.10"),
    updated_ms=START_MS,
)
NO_ANSWER = QuestionFailed(
    at_ms=START_MS,
    trace=TRACE,
    symbol=BTCUSDT,
    client_order_id=OURS,
    cause="time-out",
    retry_after_ms=7,
)
PROTECTED = PositionProtected(
    at_ms=START_MS,
    trace=TRACE,
    symbol=BTCUSDT,
    strategy=STRATEGY,
    stop=price("59000"),
    target=None,
    naked_ms=181,
)
MOVE_REQUESTED = StopMoveRequested(
    at_ms=START_MS, trace=TRACE, symbol=BTCUSDT, stop=price("60010.0"), reason="break-even"
)
MOVED = StopMoved(
    at_ms=START_MS,
    trace=TRACE,
    symbol=BTCUSDT,
    strategy=STRATEGY,
    stop=price("60010"),
    previous_stop=price("59000"),
    reason="break-even",
)
EXIT_REQUESTED = ExitRequested(
    at_ms=START_MS, trace=TRACE, symbol=BTCUSDT, reason=ExitReason.SIGNAL, actor=STRATEGY
)
CLOSED = PositionClosed(
    at_ms=START_MS,
    trace=TRACE,
    trade=ClosedTrade(
        symbol=BTCUSDT,
        strategy=STRATEGY,
        direction=Direction.SHORT,
        quantity=quantity("0.010"),
        entry_price=price("59999"),
        exit_price=price("59000"),
        gross_pnl=quote("9.99"),
        fees=quote("0.60"),
        funding=quote("-0.10"),
        exit_reason=ExitReason.TARGET,
        opened_ms=START_MS,
        closed_ms=START_MS + 60_500,
        signal_price=60_000.5,
        has_converted_fees=True,
        stamps=TradeStamps(
            candle_closed=1, received=2, decided=3, sent=4, acknowledged=5, filled=6, protected=7
        ),
    ),
)
FUNDING = FundingPaid(at_ms=START_MS, trace="", symbol=BTCUSDT, amount=quote("-0.064"))
HALTED = TradingHalted(at_ms=START_MS, trace="", cause="daily loss", actor="risk", ends_ms=5)
RESUMED = TradingResumed(at_ms=START_MS, trace="", actor="owner")
RECONCILED = Reconciled(at_ms=START_MS, trace="", adopted=1, protected=2, swept=3, discrepancies=4)


def accepted(name: ClientOrderId = OURS) -> OrderAccepted:
    """Tell that the exchange has an order."""
    return OrderAccepted(
        at_ms=START_MS, trace=TRACE, symbol=BTCUSDT, client_order_id=name, venue_order_id="8886774"
    )


def rejected(name: ClientOrderId = OURS) -> OrderRejected:
    """Tell that the exchange refused an order."""
    return OrderRejected(
        at_ms=START_MS,
        trace=TRACE,
        symbol=BTCUSDT,
        client_order_id=name,
        code=-2019,
        message="Margin is insufficient.",
    )


def filled(name: ClientOrderId = OURS) -> OrderFilled:
    """Tell one trade of an order."""
    trade = fill(client_order_id=name, trade_id=4711, fee="0.30")
    return OrderFilled(at_ms=START_MS, trace=TRACE, fill=trade, remaining=quantity("0.002"))


def reported(found: OrderReport | None) -> OrderReported:
    """Tell what the exchange knows of our order."""
    return OrderReported(
        at_ms=START_MS, trace=TRACE, symbol=BTCUSDT, client_order_id=OURS, report=found
    )
