"""A price moves: what it reaches happens in the order of its way."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.fills import Fills, Queue, Spread, Touch
from noctule.adapters.sim.model import AlgoStatus, OrderStatus, OrderType, Side, WorkingType
from tests.fakes.pit import Pit


def prices(pit: Pit) -> list[Decimal]:
    return [trade.price for trade in pit.account.history.trades]


@pytest.mark.parametrize(
    ("last", "filled"), [("59000.10", False), ("59000", False), ("58999", True)]
)
def test_a_resting_buy_is_filled_at_its_own_price_when_that_is_traded_through(
    last: str, filled: bool
) -> None:
    pit = Pit()
    order = pit.limit(Side.BUY, "0.1", "59000")
    pit.tick(last)
    assert (order.status is OrderStatus.FILLED) is filled
    assert prices(pit) == [59_000] * filled


def test_where_touch_fills_an_order_is_filled_whole_when_its_price_trades() -> None:
    pit = Pit(fills=Fills(queue=Touch()))
    order = pit.limit(Side.BUY, "0.1", "59000")
    pit.tick("59000.10")
    assert order.is_open
    pit.tick("59000", qty="0.001")
    assert order.status is OrderStatus.FILLED


def test_orders_are_filled_by_price_and_those_of_one_price_by_age() -> None:
    pit = Pit()
    placed = [pit.limit(Side.BUY, "0.01", price) for price in ("58000", "59000", "58000", "57000")]
    pit.tick("57500")
    filled = [trade.order_id for trade in pit.account.history.trades]
    assert filled == [placed[1].order_id, placed[0].order_id, placed[2].order_id]


def test_on_the_way_down_a_buy_above_a_stop_is_filled_before_it() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.stop(Side.SELL, "58000")
    pit.limit(Side.BUY, "0.2", "59000")
    pit.tick("57000")
    sides = [(trade.side, trade.qty) for trade in pit.account.history.trades][1:]
    assert sides == [(Side.BUY, Decimal("0.2")), (Side.SELL, Decimal("0.3"))]


def test_a_price_that_jumps_fills_a_stop_where_it_lands() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.stop(Side.SELL, "59000")
    pit.tick("57000")
    assert prices(pit)[-1] == 57_000


def test_a_price_that_travels_fills_a_stop_at_its_trigger() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.stop(Side.SELL, "59000")
    pit.tick("57000", travelled=True)
    assert prices(pit)[-1] == 59_000
    assert pit.exchange.quote("BTCUSDT").last == 57_000


def test_a_price_that_travels_fills_a_mark_stop_at_its_trigger_while_the_mark_follows() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.algo(OrderType.STOP_MARKET, Side.SELL, "59000", by=WorkingType.MARK_PRICE)
    pit.tick("57000", travelled=True)
    assert prices(pit)[-1] == 59_000
    assert pit.exchange.quote("BTCUSDT").last == 57_000


def test_a_price_that_travels_fills_a_trailing_stop_at_its_callback() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.algo(OrderType.TRAILING_STOP_MARKET, Side.SELL, qty="0.1", callback="1")
    pit.tick("57000", travelled=True)
    assert prices(pit)[-1] == 59_400


def test_a_mark_stop_waits_for_the_mark_and_trades_at_the_last_price() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.mark("60000")
    algo = pit.algo(OrderType.STOP_MARKET, Side.SELL, "59000", by=WorkingType.MARK_PRICE)
    pit.tick("58500")
    assert algo.is_open
    pit.mark("59000")
    assert (algo.status, prices(pit)[-1]) == (AlgoStatus.FINISHED, Decimal(58_500))


def test_a_protected_stop_waits_until_mark_and_last_price_agree() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.mark("60000")
    algo = pit.algo(OrderType.STOP_MARKET, Side.SELL, "59000", protect=True)
    pit.tick("56000")
    assert algo.is_open
    pit.mark("57000")
    pit.tick("56500")
    assert algo.status is AlgoStatus.FINISHED


def test_a_queue_is_eaten_before_an_order_at_the_traded_price_has_its_turn() -> None:
    pit = Pit(fills=Fills(queue=Queue(ahead_quote=Decimal(590_000))))
    order = pit.limit(Side.BUY, "0.1", "59000")
    pit.tick("59000", qty="0.5")
    assert order.is_open
    pit.tick("59000", qty="10")
    assert order.status is OrderStatus.FILLED


def test_as_much_stands_before_an_order_as_the_book_shows_at_the_best_price() -> None:
    pit = Pit()
    order = pit.limit(Side.BUY, "0.1", "59000")
    pit.tick("59000", qty="119")
    pit.tick("59000", qty="1.06")  # 120 stood there
    assert order.executed == Decimal("0.06")


def test_nobody_stands_before_an_order_that_betters_the_best_price() -> None:
    pit = Pit(fills=Fills(spread=Spread(ticks=4)))
    order = pit.limit(Side.BUY, "0.1", "60000")  # the bid is 59,999.80
    pit.tick("60000", qty="0.1")
    assert order.status is OrderStatus.FILLED


def test_an_order_is_filled_in_parts_by_its_share_of_what_trades_and_keeps_its_place() -> None:
    pit = Pit(fills=Fills(queue=Queue(ahead_quote=Decimal(0), share=Decimal("0.1"))))
    order = pit.limit(Side.BUY, "0.1", "59000")
    for qty in ("0.3", "0.4"):
        pit.tick("59000", qty=qty)
    assert (order.status, order.executed) == (OrderStatus.PARTIALLY_FILLED, Decimal("0.07"))
    pit.tick("58999")
    assert order.status is OrderStatus.FILLED


@pytest.mark.parametrize("travelled", [False, True])
def test_one_trade_gives_no_more_than_its_share_to_all_orders_the_better_price_first(
    travelled: bool,
) -> None:
    pit = Pit(fills=Fills(queue=Queue(ahead_quote=Decimal(0), share=Decimal("0.1"))))
    placed = [pit.limit(Side.BUY, "0.05", price) for price in ("58999", "59000", "58999")]
    if travelled:  # a station on the way
        pit.algo(OrderType.TRAILING_STOP_MARKET, Side.SELL, qty="0.01", callback="1.6")
    pit.tick("58999", qty="0.7", travelled=travelled)
    assert [order.executed for order in placed] == [Decimal("0.02"), Decimal("0.05"), 0]
    pit.tick("58999", qty="0.5", travelled=travelled)
    assert [order.executed for order in placed[::2]] == [Decimal("0.05"), Decimal("0.02")]


def test_a_trade_at_one_price_gives_orders_there_together_no_more_than_itself() -> None:
    pit = Pit(fills=Fills(queue=Queue(ahead_quote=Decimal(0))))
    placed = [pit.limit(Side.BUY, "0.05", "59000") for _ in range(2)]
    pit.tick("59000", qty="0.07")
    assert [order.executed for order in placed] == [Decimal("0.05"), Decimal("0.02")]


def test_two_trailing_stops_follow_and_the_one_behind_expires_with_nothing_to_reduce() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    first, second = (
        pit.algo(
            OrderType.TRAILING_STOP_MARKET, Side.SELL, qty="0.1", callback="1", reduce_only=True
        )
        for _ in range(2)
    )
    pit.tick("59000")
    assert (first.status, second.status) == (AlgoStatus.FINISHED, AlgoStatus.REJECTED)


def test_what_comes_into_the_book_during_a_tick_waits_for_the_next() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    armed = pit.algo(OrderType.STOP, Side.SELL, "59000", qty="0.1", price="58500")
    resting = pit.limit(Side.BUY, "0.1", "58400.10")
    pit.tick("58400")
    assert resting.status is OrderStatus.FILLED
    assert not armed.actual_qty
    pit.tick("58500.10")
    assert armed.status is AlgoStatus.FINISHED


def test_a_price_that_reaches_nothing_says_nothing() -> None:
    pit = Pit()
    pit.limit(Side.BUY, "0.1", "59000")
    pit.events.clear()
    for price in ("60100", "59900", "59000.10"):
        pit.tick(price)
    assert pit.events == list[UserEvent]()
