"""What happened on the bus stands in the trade log as users were promised, and once."""

from decimal import Decimal

import pytest

from noctule.adapters.store import trade_lines, trade_tap
from noctule.adapters.store.trade_lines import TRADE_LINES, TradeLine
from noctule.adapters.store.trade_tap import TradeTap
from noctule.domain.events.base import Event
from noctule.domain.order import ClientOrderId, Leg, OrderKind
from noctule.domain.signals import Direction
from noctule.domain.trade import ExitReason
from noctule.domain.values import Side, Symbol, price, quantity, quote
from tests.builders import BTCUSDT, START_MS, candle
from tests.fakes import desk_events
from tests.fakes.desk_events import (
    ACCOUNT,
    FOREIGN,
    OURS,
    STRATEGY,
    TRACE,
    accepted,
    filled,
    rejected,
)
from tests.fakes.feed import closed


def strategy_of(symbol: Symbol) -> str | None:
    return STRATEGY if symbol == BTCUSDT else None


def written(*events: Event, account: str | None = ACCOUNT) -> list[TradeLine]:
    lines: list[TradeLine] = []
    tap = TradeTap(lines.append, account=account, strategy_of=strategy_of)
    for event in events:
        tap.see(event)
    return lines


REFUSED_LINE = trade_lines.SignalRefused(
    at_ms=START_MS,
    trace=TRACE,
    symbol=BTCUSDT,
    strategy=STRATEGY,
    direction=Direction.LONG,
    reasons=("spread: 0.002 of 0.001 allowed",),
)
FILL_LINE = trade_lines.Fill(
    at_ms=START_MS,
    trace=TRACE,
    symbol=BTCUSDT,
    strategy=STRATEGY,
    client_order_id=OURS,
    order_id="283194212",
    trade_id=4711,
    side=Side.BUY,
    price=price("60000.00"),
    quantity=quantity("0.010"),
    fee=Decimal("0.30"),
    fee_asset="USDT",
    maker=False,
)
PAIRS: list[tuple[Event, TradeLine]] = [
    (
        desk_events.SIGNAL,
        trade_lines.Signal(
            at_ms=START_MS,
            trace=TRACE,
            symbol=BTCUSDT,
            strategy=STRATEGY,
            direction=Direction.LONG,
            reason="crossed",
            price=60_000.0,
            stop=59_000.0,
            target=None,
            confidence=1.0,
        ),
    ),
    (desk_events.SIGNAL_REFUSED, REFUSED_LINE),
    (desk_events.ENTRY_REFUSED, REFUSED_LINE),
    (
        desk_events.REQUESTED,
        trade_lines.OrderRequested(
            at_ms=START_MS,
            trace=TRACE,
            symbol=BTCUSDT,
            strategy=STRATEGY,
            client_order_id=OURS,
            leg=Leg.STOP,
            side=Side.SELL,
            kind=OrderKind.STOP_MARKET,
            quantity=None,
            price=None,
            trigger_price=price("59000.10"),
        ),
    ),
    (
        accepted(),
        trade_lines.OrderAccepted(
            at_ms=START_MS,
            trace=TRACE,
            symbol=BTCUSDT,
            strategy=STRATEGY,
            client_order_id=OURS,
            order_id="8886774",
        ),
    ),
    (
        rejected(),
        trade_lines.OrderRejected(
            at_ms=START_MS,
            trace=TRACE,
            symbol=BTCUSDT,
            strategy=STRATEGY,
            client_order_id=OURS,
            code=-2019,
            message="Margin is insufficient.",
        ),
    ),
    (
        desk_events.UNKNOWN,
        trade_lines.OrderOutcomeUnknown(
            at_ms=START_MS,
            trace=TRACE,
            symbol=BTCUSDT,
            strategy=STRATEGY,
            client_order_id=OURS,
            cause="time-out",
        ),
    ),
    (filled(), FILL_LINE),
    (
        desk_events.PROTECTED,
        trade_lines.PositionProtected(
            at_ms=START_MS,
            trace=TRACE,
            symbol=BTCUSDT,
            strategy=STRATEGY,
            stop=price("59000"),
            target=None,
            naked_ms=181,
        ),
    ),
    (
        desk_events.MOVED,
        trade_lines.StopMoved(
            at_ms=START_MS,
            trace=TRACE,
            symbol=BTCUSDT,
            strategy=STRATEGY,
            stop=price("60010"),
            previous_stop=price("59000"),
            reason="break-even",
        ),
    ),
    (
        desk_events.CLOSED,
        trade_lines.PositionClosed(
            at_ms=START_MS,
            trace=TRACE,
            symbol=BTCUSDT,
            strategy=STRATEGY,
            direction=Direction.SHORT,
            entry_price=price("59999"),
            exit_price=price("59000"),
            quantity=quantity("0.010"),
            gross_pnl=quote("9.99"),
            fees=quote("0.60"),
            fees_converted=True,
            funding=quote("-0.10"),
            net_pnl=quote("9.29"),
            exit_reason=ExitReason.TARGET,
            held_seconds=60.5,
            stamps=trade_lines.Stamps(
                candle_closed=1,
                received=2,
                decided=3,
                sent=4,
                acknowledged=5,
                filled=6,
                protected=7,
            ),
            costs=trade_lines.Costs(
                fee=quote("0.60"), funding=quote("0.10"), slippage=quote("0.0150")
            ),
        ),
    ),
    (
        desk_events.FUNDING,
        trade_lines.Funding(
            at_ms=START_MS, trace="", symbol=BTCUSDT, strategy=STRATEGY, amount=quote("-0.064")
        ),
    ),
    (
        desk_events.HALTED,
        trade_lines.TradingHalted(
            at_ms=START_MS,
            trace="",
            symbol=None,
            strategy=None,
            cause="daily loss",
            actor="risk",
            ends_ms=5,
        ),
    ),
    (
        desk_events.RESUMED,
        trade_lines.TradingResumed(
            at_ms=START_MS, trace="", symbol=None, strategy=None, actor="owner"
        ),
    ),
    (
        desk_events.RECONCILED,
        trade_lines.Reconciled(
            at_ms=START_MS,
            trace="",
            symbol=None,
            strategy=None,
            adopted=1,
            protected=2,
            swept=3,
            discrepancies=4,
        ),
    ),
]


@pytest.mark.parametrize(("event", "line"), PAIRS, ids=[type(event).__name__ for event, _ in PAIRS])
def test_an_event_becomes_the_line_that_users_rely_on(event: Event, line: TradeLine) -> None:
    assert written(event) == [line]


def test_every_published_line_has_its_event_but_the_logs_own() -> None:
    assert {type(line) for _, line in PAIRS} == {*TRADE_LINES} - {trade_lines.LogGap}


def test_what_users_were_promised_nothing_of_becomes_no_line() -> None:
    assert written(closed(candle()), desk_events.SUBMITTED) == []


def test_an_acceptance_that_is_answered_and_streamed_is_one_line() -> None:
    assert len(written(accepted(), accepted())) == 1


def test_what_comes_after_an_acceptance_is_told_all_the_same() -> None:
    assert [type(line) for line in written(accepted(), rejected(), rejected())] == [
        trade_lines.OrderAccepted,
        trade_lines.OrderRejected,
        trade_lines.OrderRejected,
    ]


def test_acceptances_long_past_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trade_tap, "_ACCEPTED_MAX", 2)
    names = [ClientOrderId(f"{OURS[:-1]}{digit}") for digit in "abc"]
    told = written(*map(accepted, names), accepted(names[2]), accepted(names[0]))
    assert [
        line.client_order_id for line in told if isinstance(line, trade_lines.OrderAccepted)
    ] == [
        *names,
        names[0],
    ]


def test_of_orders_that_are_not_ours_only_the_fills_are_told_with_no_strategy() -> None:
    (line,) = written(accepted(FOREIGN), rejected(FOREIGN), filled(FOREIGN))
    assert isinstance(line, trade_lines.Fill)
    assert (line.client_order_id, line.strategy) == (FOREIGN, None)


def test_without_an_account_no_order_is_ours() -> None:
    (line,) = written(accepted(), filled(), account=None)
    assert isinstance(line, trade_lines.Fill)
    assert line.strategy is None
