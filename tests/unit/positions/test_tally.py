"""A round trip in sums: every fill, fee and payment of it, and nothing of the next."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.domain.position import Position
from noctule.domain.signals import Direction
from noctule.domain.trade import ClosedTrade, ExitReason, TradeStamps
from noctule.domain.values import Side, price, quantity, quote
from noctule.positions.tally import TradeTally
from tests.builders import BTCUSDT, START_MS, fill, position

BUY, SELL = Side.BUY, Side.SELL


def tally(found: Position | None = None) -> TradeTally:
    return TradeTally(
        found or Position(symbol=BTCUSDT), strategy="sma", quote_asset="USDT", signal_price=60_010.0
    )


def test_a_trip_with_two_entries_two_exits_and_funding_adds_up() -> None:
    trip = tally()
    trip.add(fill(quantity="0.010", price="60000", fee="0.30", at_ms=START_MS))
    trip.add(fill(quantity="0.030", price="60400", fee="0.91", at_ms=START_MS + 1))
    trip.add_funding(quote("-0.25"))
    trip.add(fill(side=SELL, quantity="0.010", price="60500", fee="0.31", at_ms=START_MS + 2))
    trip.add(fill(side=SELL, quantity="0.030", price="60100", fee="0.90", at_ms=START_MS + 5))
    stamps = TradeStamps(filled=START_MS)
    assert trip.close(ExitReason.TARGET, stamps=stamps) == ClosedTrade(
        symbol=BTCUSDT,
        strategy="sma",
        direction=Direction.LONG,
        quantity=quantity("0.040"),
        entry_price=price("60300"),
        exit_price=price("60200"),
        gross_pnl=quote("-4"),
        fees=quote("2.42"),
        funding=quote("-0.25"),
        exit_reason=ExitReason.TARGET,
        opened_ms=START_MS,
        closed_ms=START_MS + 5,
        signal_price=60_010.0,
        stamps=stamps,
    )


def test_averages_are_rounded_as_the_exchange_shows_them() -> None:
    trip = tally()
    trip.add(fill(side=SELL, quantity="0.001", price="60000"))
    trip.add(fill(side=SELL, quantity="0.002", price="60000.1"))
    trip.add(fill(side=BUY, quantity="0.003", price="60000"))
    closed = trip.close(ExitReason.STOP)
    assert closed.direction is Direction.SHORT
    assert str(closed.entry_price) == "60000.066666666667"
    assert closed.gross_pnl == quote("0.0002")


def test_a_flip_ends_the_trip_and_hands_over_what_the_next_begins_with() -> None:
    trip = tally()
    trip.add(fill(quantity="0.010", price="60000", fee="0.30"))
    beyond = trip.add(fill(side=SELL, quantity="0.030", price="60100", fee="0.90"))
    assert trip.is_finished
    assert trip.close(ExitReason.SIGNAL).fees == quote("0.60")
    assert beyond is not None
    following = tally()
    assert following.add(beyond) is None
    assert following.position == replace(position("-0.020", "60100"), updated_ms=START_MS)


def test_a_fee_in_another_asset_marks_the_trade() -> None:
    trip = tally()
    in_bnb = replace(fill(fee="0.0004"), fee_asset="BNB")
    trip.add(in_bnb, fee_rate=Decimal(650))
    trip.add(fill(side=SELL, fee="0.30"))
    closed = trip.close(ExitReason.SIGNAL)
    assert closed.has_converted_fees
    assert closed.fees == quote("0.56")


def test_a_position_that_was_found_counts_from_its_entry_price() -> None:
    trip = tally(replace(position("-0.010", "60000"), updated_ms=START_MS - 7))
    assert trip.position.signed_quantity == Decimal("-0.010")
    trip.add(fill(side=BUY, price="59000", fee="0.29"))
    closed = trip.close(ExitReason.STOP)
    assert closed.direction is Direction.SHORT
    assert (closed.gross_pnl, closed.fees) == (quote("10"), quote("0.29"))
    assert (closed.entry_price, closed.opened_ms) == (price("60000"), START_MS - 7)


def test_a_trip_is_finished_only_when_something_was_entered_and_left() -> None:
    trip = tally()
    assert not trip.is_finished
    trip.add(fill())
    assert not trip.is_finished
    trip.add(fill(side=SELL))
    assert trip.is_finished


def test_what_is_not_finished_is_not_closed() -> None:
    trip = tally()
    with pytest.raises(AssertionError, match="nothing of BTCUSDT was entered"):
        trip.close(ExitReason.SIGNAL)
    trip.add(fill())
    with pytest.raises(AssertionError, match="is not flat"):
        trip.close(ExitReason.SIGNAL)


def test_what_is_finished_takes_no_more_fills() -> None:
    trip = tally()
    trip.add(fill())
    trip.add(fill(side=SELL))
    with pytest.raises(AssertionError, match="trade 3 came after BTCUSDT was flat"):
        trip.add(fill(trade_id=3))
