"""A status survives the wire word for word, and tells a closed trade in short."""

import msgspec

from noctule.domain.status import StatusView, trade_view
from tests.fakes.controlled import a_halt, a_position, a_trade, a_view, an_order
from tests.fakes.desk_events import CLOSED


def test_a_status_reads_back_as_it_was_written() -> None:
    view = a_view(
        positions=(a_position(),),
        orders=(an_order(),),
        halts=(a_halt(),),
    )
    assert msgspec.json.decode(msgspec.json.encode(view), type=StatusView) == view


def test_a_closed_trade_is_told_in_short() -> None:
    trade, view = CLOSED.trade, trade_view(CLOSED.trade)
    assert (view.symbol, view.net_pnl) == (trade.symbol, trade.net_pnl)
    assert (view.entry_price, view.exit_price) == (trade.entry_price, trade.exit_price)
    assert (view.exit_reason, view.closed_ms) == (trade.exit_reason, trade.closed_ms)
    assert a_trade(symbol=trade.symbol).strategy == "sma_cross"
