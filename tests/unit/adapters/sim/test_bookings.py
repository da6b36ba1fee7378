"""What is booked for good: trades, and the lines of the income history."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.bookings import Income, Trade
from noctule.adapters.sim.model import PositionSide, Side
from tests.fakes.pit import BTCUSDT, START_MS, Pit


def test_a_fill_is_booked_as_one_trade_with_the_fee_that_was_paid() -> None:
    pit = Pit(price="60000")
    order = pit.market(Side.BUY, "0.1", client_id="mine")

    assert list(pit.account.history.trades) == [
        Trade(
            trade_id=pit.account.history.trades[0].trade_id,
            order_id=order.order_id,
            client_id="mine",
            symbol=BTCUSDT,
            side=Side.BUY,
            position_side=PositionSide.BOTH,
            price=Decimal("60000.10"),
            qty=Decimal("0.1"),
            commission=Decimal("3.00000500"),
            commission_asset="USDT",
            realized_pnl=Decimal(0),
            is_maker=False,
            time_ms=START_MS + 1_000,
        )
    ]


def test_the_fee_of_a_fill_is_income_below_zero_that_names_the_trade() -> None:
    pit = Pit(price="60000")
    pit.market(Side.BUY, "0.1")
    (trade,) = pit.account.history.trades
    line = pit.account.history.incomes[-1]

    assert line == Income(
        symbol=BTCUSDT,
        income_type="COMMISSION",
        income=Decimal("-3.00000500"),
        asset="USDT",
        info="COMMISSION",
        tran_id=line.tran_id,
        trade_id=trade.trade_id,
        time_ms=START_MS + 1_000,
    )


def test_what_is_booked_cannot_be_changed() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    with pytest.raises(AttributeError, match="immutable"):
        pit.account.history.trades[0].qty = Decimal(2)  # type: ignore[misc]  # that is what is tested
