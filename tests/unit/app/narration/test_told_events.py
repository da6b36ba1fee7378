"""A trade from its signal to its result, as a person reads it."""

from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from noctule.app.narration.told_events import TOLD, Facts, RunTally, event_lines, fills_line
from noctule.domain import values
from noctule.domain.events.base import Event
from noctule.domain.events.desk import EntryRefused, PositionClosed, PositionProtected, StopMoved
from noctule.domain.events.order import (
    FundingPaid,
    OrderFilled,
    OrderOutcomeUnknown,
    OrderRejected,
    OrderRequested,
    Reconciled,
    TradingHalted,
    TradingResumed,
)
from noctule.domain.events.signal import RegimeChanged, SignalGenerated, SignalRefused
from noctule.domain.order import Leg, OrderKind
from noctule.domain.regime import Regime
from noctule.domain.signals import Direction, Reason, Signal
from noctule.domain.trade import ClosedTrade, ExitReason
from noctule.domain.values import Timeframe
from noctule.telemetry.formats import Colour
from noctule.telemetry.narration import Block, Line, Look, told
from tests.builders import BTCUSDT, CLIENT_ORDER_ID, START_MS, fill, order_request

GOLDEN = Path(__file__).parents[3] / "golden" / "narrated_trade.txt"
ENTRY = values.price("61180.8")
TRADE = ClosedTrade(
    symbol=BTCUSDT,
    strategy="sma_cross",
    direction=Direction.LONG,
    quantity=values.quantity("0.136"),
    entry_price=ENTRY,
    exit_price=values.price("62404.4"),
    gross_pnl=values.quote("166.41"),
    fees=values.quote("8.40"),
    funding=values.quote("0"),
    exit_reason=ExitReason.TARGET,
    opened_ms=START_MS,
    closed_ms=START_MS + 19 * 60_000,
)
REFUSED = SignalRefused(
    at_ms=START_MS,
    trace="t",
    symbol=BTCUSDT,
    strategy="s",
    direction=Direction.LONG,
    reasons=(Reason(check="a", text="one"), Reason(check="b", text="two")),
)
PLAIN = Look(colour=Colour.OFF, width=lambda: None)
NONE = RunTally()
WON = RunTally(count=1, won=1, net=TRADE.net_pnl)


def lines_of(event: Event, tally: RunTally = NONE) -> Iterable[Line | Block]:
    return event_lines(event, Facts(asset="USDT", tally=tally, entry_price=ENTRY))


def shown(event: Event, *, tally: RunTally = NONE) -> list[str]:
    """Return the lines of an event, from the word on."""
    return [line[18:] for line in told(lambda: lines_of(event, tally), PLAIN).splitlines()]


def signal(direction: Direction = Direction.LONG) -> SignalGenerated:
    return SignalGenerated(
        at_ms=START_MS - 1,
        trace="t",
        symbol=BTCUSDT,
        timeframe=Timeframe.M1,
        strategy="sma_cross",
        close_ms=START_MS - 1,
        price=61_171.7,
        signal=Signal(direction=direction, reason="SMA 10 crossed above SMA 30 by 68.26"),
    )


def requested(
    kind: OrderKind = OrderKind.MARKET, *, leg: Leg = Leg.ENTRY, price: str | None = None
) -> OrderRequested:
    request = order_request(kind, leg=leg, quantity="0.136", price=price)
    return OrderRequested(at_ms=START_MS, trace="t", strategy="sma_cross", request=request)


def protected() -> PositionProtected:
    return PositionProtected(
        at_ms=START_MS,
        trace="t",
        symbol=BTCUSDT,
        strategy="sma_cross",
        stop=values.price("60569"),
        target=values.price("62404.40"),
        naked_ms=2,
    )


def test_a_trade_reads_as_in_the_golden_file() -> None:
    closed = PositionClosed(at_ms=START_MS + 19 * 60_000, trace="t", trade=TRADE)
    filled = fill(quantity="0.136", price="61180.80", fee="4.16")
    lines = [
        *lines_of(signal()),
        *lines_of(requested()),
        fills_line([filled], is_ours=True),
        *lines_of(protected()),
        *lines_of(closed, WON),
    ]

    text = told(lambda: lines, PLAIN)

    assert text == GOLDEN.read_text()
    assert max(map(len, text.splitlines())) <= 100


def test_every_class_that_is_told_has_a_line() -> None:
    assert {each for each in TOLD if not shown(EXAMPLES[each])} == {OrderFilled}


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            REFUSED,
            "REFUSED LONG: one; two",
        ),
        (
            OrderRejected(
                at_ms=START_MS,
                trace="t",
                symbol=BTCUSDT,
                client_order_id=CLIENT_ORDER_ID,
                code=-2019,
                message="Margin",
            ),
            "REFUSED the exchange refused an order: Margin (-2019)",
        ),
        (
            OrderOutcomeUnknown(
                at_ms=START_MS,
                trace="t",
                symbol=BTCUSDT,
                client_order_id=CLIENT_ORDER_ID,
                cause="no answer",
            ),
            "UNKNOWN what became of an order is being asked: no answer",
        ),
        (
            StopMoved(
                at_ms=START_MS,
                trace="t",
                symbol=BTCUSDT,
                strategy="s",
                stop=values.price("61000"),
                previous_stop=values.price("60569"),
                reason="break-even",
            ),
            "STOP    moved from 60,569 to 61,000: break-even",
        ),
        (
            FundingPaid(at_ms=START_MS, trace="t", symbol=BTCUSDT, amount=values.quote("-1.25")),
            "FUNDING -1.25 USDT",
        ),
        (
            TradingHalted(
                at_ms=START_MS,
                trace="t",
                cause="3 losses",
                actor="cool-down",
                ends_ms=START_MS + 3_600_000,
            ),
            "HALT    no entries until 01:00:00 UTC: 3 losses (cool-down)",
        ),
        (
            TradingHalted(at_ms=START_MS, trace="t", cause="drawdown", actor="risk", ends_ms=None),
            "HALT    no entries until somebody resumes: drawdown (risk)",
        ),
        (
            TradingResumed(at_ms=START_MS, trace="t", actor="ana"),
            "RESUME  entries are on again (ana)",
        ),
        (
            Reconciled(at_ms=START_MS, trace="t", adopted=1, protected=0, swept=2, discrepancies=0),
            "ACCOUNT 1 taken over, 2 swept",
        ),
        (
            requested(OrderKind.LIMIT, price="60000"),
            "ENTRY   buy 0.136 at 60,000 or better",
        ),
    ],
)
def test_what_else_may_happen_is_told_in_a_line(event: Event, line: str) -> None:
    assert shown(event) == [line]


def test_stops_and_targets_that_are_sent_are_told_once_they_rest() -> None:
    assert shown(requested(leg=Leg.TARGET)) == []


def test_an_account_that_was_as_it_should_be_is_no_news() -> None:
    assert (
        shown(
            Reconciled(at_ms=START_MS, trace="t", adopted=0, protected=0, swept=0, discrepancies=0)
        )
        == []
    )


def test_a_stop_without_a_position_that_is_known_is_told_without_its_distance() -> None:
    event = msgspec.structs.replace(protected(), target=None)
    facts = Facts(asset="USDT", tally=RunTally())
    (line,) = event_lines(event, facts)
    assert line.text == "at 60,569; unguarded for 2 ms"


@pytest.mark.parametrize(("seconds", "held"), [(41, "41 s"), (1_140, "19 min"), (9_000, "2.5 h")])
def test_a_loss_of_a_short_with_funding_is_told_as_one(seconds: int, held: str) -> None:
    lost = msgspec.structs.replace(
        TRADE,
        direction=Direction.SHORT,
        gross_pnl=values.quote("-166.41"),
        funding=values.quote("0.5"),
        exit_reason=ExitReason.STOP,
        closed_ms=START_MS + seconds * 1_000,
    )
    tally = WON.with_trade(lost)
    assert shown(PositionClosed(at_ms=START_MS, trace="t", trade=lost), tally=tally) == [
        f"EXIT    stop hit: short 0.136, 61,180.8 to 62,404.4 (-2.00 %), held {held}",
        "P&L     -174.31 USDT net (fees 8.40, funding +0.50) · so far -16.30 (2 trades, 1 won)",
    ]


def test_the_trades_of_an_order_are_added_up_and_strangers_are_called_so() -> None:
    fills = [
        fill(quantity="0.1", price="60000", fee="1"),
        fill(quantity="0.3", price="60100", fee="2", trade_id=2),
    ]
    line = fills_line(fills, is_ours=False)
    assert line.text == ("bought 0.4 at 60,075 in 2 trades, fee 3.00 USDT; not an order of ours")


EXAMPLES: dict[type[Event], Event] = {
    type(each): each
    for each in (
        signal(),
        requested(),
        protected(),
        PositionClosed(at_ms=START_MS, trace="t", trade=TRADE),
        REFUSED,
        EntryRefused(**msgspec.structs.asdict(REFUSED)),
        OrderRejected(
            at_ms=START_MS,
            trace="t",
            symbol=BTCUSDT,
            client_order_id=CLIENT_ORDER_ID,
            code=-1,
            message="m",
        ),
        OrderOutcomeUnknown(
            at_ms=START_MS, trace="t", symbol=BTCUSDT, client_order_id=CLIENT_ORDER_ID, cause="c"
        ),
        StopMoved(
            at_ms=START_MS,
            trace="t",
            symbol=BTCUSDT,
            strategy="s",
            stop=ENTRY,
            previous_stop=ENTRY,
            reason="r",
        ),
        FundingPaid(at_ms=START_MS, trace="t", symbol=BTCUSDT, amount=values.quote("1")),
        TradingHalted(at_ms=START_MS, trace="t", cause="c", actor="a", ends_ms=None),
        TradingResumed(at_ms=START_MS, trace="t", actor="a"),
        Reconciled(at_ms=START_MS, trace="t", adopted=1, protected=0, swept=0, discrepancies=0),
        RegimeChanged(
            at_ms=START_MS,
            trace="t",
            symbol=BTCUSDT,
            timeframe=Timeframe.M1,
            before=Regime.RANGE,
            after=Regime.TREND_UP,
            trend=0.1,
            volatility=1.0,
            liquidity=1.0,
        ),
        OrderFilled(at_ms=START_MS, trace="t", fill=fill(), remaining=values.quantity("0")),
    )
}
