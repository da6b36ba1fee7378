"""A round trip is added up from its first fill on, and told once, when it is flat."""

from decimal import Decimal

import msgspec
import pytest

from noctule.domain.events.desk import OrderHeldBack
from noctule.domain.events.order import OrderAccepted, OrderSubmitted
from noctule.domain.order import ClientOrderId, Leg
from noctule.domain.position import Position
from noctule.domain.signals import Direction
from noctule.domain.trade import ClosedTrade, ExitReason, TradeStamps
from noctule.domain.values import Price, Quantity, Side, quote
from noctule.engine.trades import Trades, exit_reason_of
from noctule.orders.blotter import Blotter
from noctule.orders.bracket import Bracket
from noctule.orders.names import OrderNames
from noctule.orders.ticket import Ticket
from tests.builders import (
    BTCUSDT,
    CLIENT_ORDER_ID,
    START_MS,
    fill,
    instrument,
    order,
    order_request,
    position,
)
from tests.fakes.desk_events import ACCOUNT, STRATEGY, TRACE
from tests.fakes.floor import plan

SUBMITTED = OrderSubmitted(
    at_ms=START_MS + 1, trace=TRACE, symbol=BTCUSDT, client_order_id=CLIENT_ORDER_ID
)
ACCEPTED = OrderAccepted(
    at_ms=START_MS + 1,
    trace=TRACE,
    symbol=BTCUSDT,
    client_order_id=CLIENT_ORDER_ID,
    venue_order_id="1",
)
HELD_BACK = OrderHeldBack(
    at_ms=START_MS + 1,
    trace=TRACE,
    symbol=BTCUSDT,
    client_order_id=CLIENT_ORDER_ID,
    cause="no way",
    retry_after_ms=0,
)


def new_bracket() -> Bracket:
    names = OrderNames(account=ACCOUNT, strategy=STRATEGY, symbol=BTCUSDT, key=plan().key)
    told = msgspec.structs.replace(plan(), received_ms=START_MS)
    return Bracket(told, instrument=instrument(), names=names, blotter=Blotter())


def ticket(leg: Leg) -> Ticket:
    return Ticket(order(order_request(leg=leg)), since_ms=0)


def test_a_trip_is_told_when_it_is_flat_with_all_its_moments() -> None:
    trades = Trades(quote_asset="USDT")
    trades.begin(new_bracket(), position(), decided_ms=START_MS)
    trades.note_step(BTCUSDT, SUBMITTED, START_MS + 7)
    trades.note_step(BTCUSDT, ACCEPTED, START_MS + 2)
    assert trades.hear(fill(at_ms=START_MS + 2), ExitReason.STOP) is None
    trades.stamp(BTCUSDT, "protected", START_MS + 3)
    trades.hear_funding(BTCUSDT, quote("-0.10"))
    out = fill(side=Side.SELL, price="61000.00", trade_id=2, at_ms=START_MS + 9)
    closed = trades.hear(out, ExitReason.TARGET)
    assert closed == ClosedTrade(
        symbol=BTCUSDT,
        strategy=STRATEGY,
        direction=plan().direction,
        quantity=Quantity(Decimal("0.010")),
        entry_price=Price(Decimal(60_000)),
        exit_price=Price(Decimal(61_000)),
        gross_pnl=quote("10"),
        fees=quote("0.60"),
        funding=quote("-0.10"),
        exit_reason=ExitReason.TARGET,
        opened_ms=START_MS + 2,
        closed_ms=START_MS + 9,
        signal_price=60_000.0,
        stamps=TradeStamps(
            candle_closed=START_MS - 1,
            received=START_MS,
            decided=START_MS,
            sent=START_MS + 1,
            acknowledged=START_MS + 2,
            filled=START_MS + 2,
            protected=START_MS + 3,
        ),
    )


def test_a_fill_that_comes_before_the_answer_is_one_and_counts_when_it_was_heard() -> None:
    trades = Trades(quote_asset="USDT")
    trades.begin(new_bracket(), position(), decided_ms=START_MS)
    trades.note_step(BTCUSDT, SUBMITTED, START_MS + 1)
    trades.note_step(BTCUSDT, HELD_BACK, START_MS + 1)  # which says nothing of the way
    trades.hear(fill(at_ms=START_MS - 40), ExitReason.STOP, heard_ms=START_MS + 5)  # another clock
    trades.note_step(BTCUSDT, ACCEPTED, START_MS + 6)
    closed = trades.hear(fill(side=Side.SELL, trade_id=2), ExitReason.STOP)
    assert closed is not None
    stamps = closed.stamps
    assert (stamps.sent, stamps.acknowledged, stamps.filled) == (
        START_MS + 1,
        START_MS + 5,
        START_MS + 5,
    )


def test_the_orders_of_a_position_that_was_found_are_no_steps_to_it() -> None:
    trades = Trades(quote_asset="USDT")
    trades.note_step(BTCUSDT, SUBMITTED, START_MS)  # of a trip that is over
    trades.begin(new_bracket(), position("0.010", "60000"))
    trades.note_step(BTCUSDT, SUBMITTED, START_MS)
    trades.note_step(BTCUSDT, ACCEPTED, START_MS)
    closed = trades.hear(fill(side=Side.SELL, price="59000.00"), ExitReason.STOP)
    assert closed is not None
    assert (closed.stamps.sent, closed.stamps.acknowledged) == (None, None)


def test_a_moment_is_stamped_when_it_comes_first() -> None:
    trades = Trades(quote_asset="USDT")
    trades.begin(new_bracket(), position(), decided_ms=START_MS)
    trades.stamp(BTCUSDT, "sent", 1)
    trades.stamp(BTCUSDT, "sent", 2)  # a second slice, or a second try
    trades.hear(fill(), ExitReason.STOP)
    closed = trades.hear(fill(side=Side.SELL, trade_id=2), ExitReason.STOP)
    assert closed is not None
    assert closed.stamps.sent == 1


def test_a_position_that_was_found_is_a_trip_whose_beginning_nobody_saw() -> None:
    trades = Trades(quote_asset="USDT")
    trades.begin(new_bracket(), position("0.010", "60000"))
    closed = trades.hear(fill(side=Side.SELL, price="59000.00"), ExitReason.STOP)
    assert closed is not None
    assert (closed.gross_pnl, closed.fees) == (Decimal(-10), Decimal("0.30"))
    assert closed.stamps == TradeStamps(filled=START_MS)


def test_a_fill_that_a_position_told_first_belongs_to_the_trip_it_came_in() -> None:
    trades = Trades(quote_asset="USDT")
    trades.begin(new_bracket(), position(), decided_ms=START_MS)
    trades.hear(fill(), ExitReason.STOP, is_in_position=True)
    closed = trades.hear(fill(side=Side.SELL, trade_id=2), ExitReason.STOP, is_in_position=True)
    assert closed is not None
    assert closed.direction is Direction.LONG


def test_a_fill_that_was_in_the_position_a_trip_began_with_is_not_added_to_it() -> None:
    trades = Trades(quote_asset="USDT")
    found = msgspec.structs.replace(position("0.010", "60000"), updated_ms=START_MS)
    trades.begin(new_bracket(), found)
    trades.hear(fill(at_ms=START_MS), ExitReason.STOP, is_in_position=True)
    out = fill(side=Side.SELL, trade_id=2, at_ms=START_MS + 1)
    closed = trades.hear(out, ExitReason.STOP)
    assert closed is not None
    assert closed.quantity == Decimal("0.010")


def test_a_fee_in_another_asset_counts_at_its_index_price() -> None:
    rates = {"USDT": None, "BNB": Decimal(500)}
    trades = Trades(quote_asset="USDT", rate_of=rates.__getitem__)
    trades.begin(new_bracket(), Position(symbol=BTCUSDT))
    trades.hear(fill(fee="0.30"), ExitReason.STOP)
    out = fill(side=Side.SELL, trade_id=2, fee="0.001")
    closed = trades.hear(msgspec.structs.replace(out, fee_asset="BNB"), ExitReason.STOP)
    assert closed is not None
    assert (closed.fees, closed.has_converted_fees) == (Decimal("0.800"), True)


def test_what_happens_on_a_symbol_without_a_trip_is_nobodys() -> None:
    trades = Trades(quote_asset="USDT")
    trades.stamp(BTCUSDT, "sent", 1)
    trades.hear_funding(BTCUSDT, quote("1"))
    assert trades.hear(fill(), ExitReason.STOP) is None


def test_a_trip_that_is_over_is_forgotten() -> None:
    trades = Trades(quote_asset="USDT")
    trades.begin(new_bracket(), position(), decided_ms=START_MS)
    trades.hear(fill(), ExitReason.STOP)
    trades.end(BTCUSDT)
    trades.end(BTCUSDT)  # once more is harmless
    assert trades.hear(fill(side=Side.SELL, trade_id=2), ExitReason.STOP) is None


@pytest.mark.parametrize(
    ("leg", "reason"),
    [
        (Leg.STOP, ExitReason.STOP),
        (Leg.PROTECT, ExitReason.STOP),
        (Leg.TARGET, ExitReason.TARGET),
        (Leg.CLOSE, ExitReason.SIGNAL),
    ],
)
def test_an_order_of_ours_says_why_it_closed(leg: Leg, reason: ExitReason) -> None:
    assert exit_reason_of(fill(), ticket(leg), None) is reason


def test_a_closing_order_closed_for_what_was_wished() -> None:
    bracket = new_bracket()
    bracket.request_exit(ExitReason.FLATTEN, 0, leg=Leg.FLATTEN, is_urgent=True)
    assert exit_reason_of(fill(), ticket(Leg.FLATTEN), bracket) is ExitReason.FLATTEN
    assert exit_reason_of(fill(), ticket(Leg.CLOSE), new_bracket()) is ExitReason.SIGNAL


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("web_1", ExitReason.EXTERNAL),
        ("autoclose-1", ExitReason.LIQUIDATION),
        ("adl_autoclose", ExitReason.LIQUIDATION),
        ("settlement_autoclose-1", ExitReason.LIQUIDATION),
    ],
)
def test_another_order_closed_it_by_hand_or_by_force(name: str, reason: ExitReason) -> None:
    trade = fill(client_order_id=ClientOrderId(name))
    assert exit_reason_of(trade, None, new_bracket()) is reason
