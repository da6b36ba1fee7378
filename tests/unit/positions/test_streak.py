"""A row of losses grows by each loser and ends with whatever is none."""

import pytest

from noctule.domain.position import Position
from noctule.domain.trade import ClosedTrade, ExitReason
from noctule.domain.values import Side
from noctule.positions.streak import losses_after
from noctule.positions.tally import TradeTally
from tests.builders import BTCUSDT, fill


@pytest.mark.parametrize(
    ("sold_at", "fee", "after"),
    [("59900", "0", 3), ("60100", "0.51", 3), ("60100", "0.50", 0), ("60100", "0.25", 0)],
)
def test_fees_decide_too_whether_a_trade_has_lost(sold_at: str, fee: str, after: int) -> None:
    assert losses_after(trade(sold_at, fee), before=2) == after


def trade(sold_at: str, fee: str) -> ClosedTrade:
    tally = TradeTally(Position(symbol=BTCUSDT), strategy="sma", quote_asset="USDT")
    tally.add(fill(price="60000", fee=fee))
    tally.add(fill(side=Side.SELL, price=sold_at, fee=fee))
    return tally.close(ExitReason.SIGNAL)
