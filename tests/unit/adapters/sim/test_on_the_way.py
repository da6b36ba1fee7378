"""What a price pulls on its way through a candle, in the order in which it gets there."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.candles import Candle
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.expansion import low_first
from noctule.adapters.sim.fills import Fills
from noctule.adapters.sim.funding_files import FundingRates
from noctule.adapters.sim.model import OrderType, PositionSide, Side, WorkingType
from noctule.adapters.sim.replay import play_candles
from noctule.adapters.sim.specs import Amendment
from tests.fakes.pit import BTCUSDT, START_MS, Pit

HOUR_MS = 3_600_000


def fills(pit: Pit) -> list[tuple[str, str]]:
    """Return side and price of every trade after the first, which opened the position."""
    trades = list(pit.account.history.trades)[1:]
    return [(trade.side.value, str(trade.price)) for trade in trades]


def play(pit: Pit, opened: str, high: str, low: str, close: str) -> None:
    """Replay one hour, low first."""
    volume = Decimal(100)
    candle = Candle(
        symbol=BTCUSDT,
        open_ms=START_MS + HOUR_MS,
        close_ms=START_MS + 2 * HOUR_MS - 1,
        open=Decimal(opened),
        high=Decimal(high),
        low=Decimal(low),
        close=Decimal(close),
        volume=volume,
        quote_volume=volume * Decimal(close),
        count=100,
        taker_buy_volume=volume / 2,
        taker_buy_quote=volume / 2 * Decimal(close),
    )
    for event in play_candles([candle], rule=low_first, funding=FundingRates()):
        if isinstance(event, Tick):
            pit.exchange.tick(event)
        elif isinstance(event, MarkTick):
            pit.exchange.mark(event)


def test_a_stop_far_below_fills_at_its_own_price_in_a_long_candle() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.stop(Side.SELL, "55000")

    play(pit, "60000", "60500", "54000", "54500")

    assert [(side, Decimal(price)) for side, price in fills(pit)] == [("SELL", Decimal(55000))]
    assert pit.position().amount == 0


@pytest.mark.parametrize(
    ("kind", "trigger"),
    [(OrderType.TAKE_PROFIT_MARKET, "60400"), (OrderType.STOP_MARKET, "59400")],
)
def test_a_trigger_by_mark_fills_where_it_stood_and_no_better(
    kind: OrderType, trigger: str
) -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    by = WorkingType.MARK_PRICE
    pit.algo(kind, Side.SELL, trigger, qty="0.1", reduce_only=True, by=by)

    play(pit, "60000", "62000", "57500", "60000")

    assert [(side, Decimal(price)) for side, price in fills(pit)] == [("SELL", Decimal(trigger))]


def test_a_trailing_stop_comes_before_a_plain_one_that_stands_lower() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.algo(OrderType.TRAILING_STOP_MARKET, Side.SELL, qty="0.1", callback="1", reduce_only=True)
    pit.stop(Side.SELL, "57000", qty="0.1")

    pit.tick("56000", travelled=True)

    assert Decimal(fills(pit)[0][1]) == Decimal(59400)


def test_who_has_no_margin_left_is_liquidated_before_a_stop_that_stands_beyond() -> None:
    pit = Pit()
    pit.isolate(20)
    pit.market(Side.BUY, "0.1")
    liquidation = pit.exchange.positions(pit.account)[0].liquidation_price
    pit.stop(Side.SELL, "55000")

    pit.tick("54000", travelled=True)

    assert Decimal(55000) < Decimal(fills(pit)[0][1]) <= liquidation
    assert pit.position().amount == 0


def test_a_jump_past_liquidation_costs_no_more_than_the_deposit() -> None:
    pit = Pit(deposit="700")
    pit.exchange.set_leverage(pit.account, BTCUSDT, 100)
    pit.market(Side.BUY, "1")
    pit.stop(Side.SELL, "59000")

    pit.tick("55000")

    assert pit.position().amount == 0
    assert pit.account.wallet == 0


def test_liquidating_one_leg_of_a_hedge_makes_no_money() -> None:
    pit = Pit(deposit="2000")
    pit.exchange.set_leverage(pit.account, BTCUSDT, 100)
    pit.hedge()
    pit.market(Side.BUY, "1", leg=PositionSide.LONG)
    pit.market(Side.SELL, "0.9", leg=PositionSide.SHORT)
    before = pit.exchange.margins(pit.account).margin_balance

    for price in ("55000", "50000", "45000", "42000", "40000"):
        pit.tick(price)

    assert pit.exchange.margins(pit.account).margin_balance <= before


def test_a_reduce_only_order_that_is_modified_still_only_reduces() -> None:
    pit = Pit(fills=Fills())
    pit.market(Side.BUY, "0.1")
    order = pit.limit(Side.SELL, "0.1", "61000", reduce_only=True)

    change = Amendment(qty=Decimal(1), price=Decimal(60000))
    pit.exchange.modify(pit.account, BTCUSDT, order, change)

    assert pit.position().amount == 0
