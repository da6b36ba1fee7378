"""The conditional service: statuses, order of events, children, siblings, failures."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.events import AlgoUpdated, OrderUpdated
from noctule.adapters.sim.exchange import AlgoSpec
from noctule.adapters.sim.model import (
    AlgoStatus,
    OrderStatus,
    OrderType,
    PositionSide,
    Side,
    Tif,
)
from noctule.adapters.sim.switches import Switches
from tests.fakes.pit import BTCUSDT, Pit


def long_pit(switches: Switches | None = None, *, qty: str = "0.1") -> Pit:
    pit = Pit(switches=switches)
    pit.market(Side.BUY, qty)
    pit.heard()
    return pit


def test_a_stop_triggers_is_accepted_fills_and_is_finished_in_the_recorded_gaps() -> None:
    pit = long_pit()
    algo = pit.stop(Side.SELL, "59000")
    pit.tick("59000")
    at = pit.time_ms
    told = [
        (words, event.time_ms - at) for event, words in zip(pit.events, pit.heard(), strict=True)
    ]
    assert told == [
        ("STOP_MARKET NEW", -1_000),
        ("STOP_MARKET TRIGGERING", 0),
        ("STOP_MARKET TRIGGERED", 11),
        ("LITE 0.1@59000.00", 11),
        ("NEW NEW 0/0.1", 11),
        ("ACCOUNT ORDER 0.0", 11),
        ("TRADE FILLED 0.1/0.1", 11),
        ("STOP_MARKET FINISHED", 12),
    ]
    assert (algo.actual_price, algo.actual_qty, algo.trigger_ms) == (
        Decimal(59_000),
        Decimal("0.1"),
        at,
    )


def test_the_order_it_becomes_has_a_new_number_and_its_name() -> None:
    pit = long_pit()
    algo = pit.algo(OrderType.STOP_MARKET, Side.SELL, "59000", client_id="sl-1")
    pit.tick("59000")
    child = pit.exchange.find(pit.account, BTCUSDT, order_id=None, client_id="sl-1")
    assert child.order_id == algo.actual_order_id != algo.algo_id
    assert (child.type, child.orig_type) == (OrderType.MARKET, OrderType.STOP_MARKET)
    assert (child.close_position, child.reduce_only) == (True, True)
    assert [trade.order_id for trade in pit.account.history.trades][-1] == child.order_id


def test_the_regular_desk_does_not_know_conditional_orders() -> None:
    pit = long_pit()
    algo = pit.stop(Side.SELL, "59000")
    with pit.refuses(-2013):
        pit.exchange.find(pit.account, BTCUSDT, order_id=algo.algo_id, client_id=None)
    with pit.refuses(-2011):
        pit.exchange.cancel(pit.account, BTCUSDT, order_id=algo.algo_id, client_id=None)


def test_the_fill_may_be_told_before_triggered() -> None:
    pit = long_pit(Switches(child_fill_first=True))
    pit.stop(Side.SELL, "59000")
    pit.tick("59000")
    assert pit.heard()[1:] == [
        "STOP_MARKET TRIGGERING",
        "LITE 0.1@59000.00",
        "NEW NEW 0/0.1",
        "ACCOUNT ORDER 0.0",
        "TRADE FILLED 0.1/0.1",
        "STOP_MARKET TRIGGERED",
        "STOP_MARKET FINISHED",
    ]


def test_the_fill_of_a_resting_child_may_be_told_before_triggered_too() -> None:
    pit = long_pit(Switches(child_fill_first=True))
    pit.algo(OrderType.TAKE_PROFIT, Side.SELL, "61000", qty="0.1", price="61500")
    pit.tick("61000")
    assert pit.heard()[1:] == ["TAKE_PROFIT TRIGGERING", "NEW NEW 0/0.1", "TAKE_PROFIT TRIGGERED"]


def test_finished_may_hide_the_order_and_the_child_may_have_a_name_of_its_own() -> None:
    pit = long_pit(Switches(finished_hides_child=True, child_keeps_client_id=False))
    algo = pit.algo(OrderType.STOP_MARKET, Side.SELL, "59000", client_id="sl-1")
    pit.tick("59000")
    assert (algo.status, algo.actual_order_id) == (AlgoStatus.FINISHED, None)
    child = next(reversed(list(pit.account.history.orders)))
    assert child.client_id == f"auto-{child.order_id}"


@pytest.mark.parametrize("cancelled", [True, False])
def test_a_limit_child_rests_and_finishes_the_stop_when_it_ends_either_way(cancelled: bool) -> None:
    pit = long_pit()
    algo = pit.algo(OrderType.TAKE_PROFIT, Side.SELL, "61000", qty="0.1", price="61500")
    pit.tick("61000")
    assert pit.heard()[-2:] == ["TAKE_PROFIT TRIGGERED", "NEW NEW 0/0.1"]
    assert pit.exchange.find_algo(pit.account, algo_id=algo.algo_id, client_algo_id=None) is algo
    if cancelled:
        pit.exchange.cancel_all(pit.account, BTCUSDT)
    else:
        pit.tick("61500.10")
    assert algo.status is AlgoStatus.FINISHED
    assert algo.actual_qty == (0 if cancelled else Decimal("0.1"))


def test_when_the_position_closes_its_closing_orders_expire_and_those_with_a_quantity_stay() -> (
    None
):
    pit = long_pit()
    stop = pit.stop(Side.SELL, "59000")
    target = pit.target(Side.SELL, "61000")
    kept = pit.algo(OrderType.STOP_MARKET, Side.SELL, "58000", qty="0.1", reduce_only=True)
    gte = pit.algo(OrderType.STOP_MARKET, Side.SELL, "57000", qty="0.1", tif=Tif.GTE_GTC)
    pit.heard()
    pit.tick("61000")
    assert pit.heard()[-3:] == [
        "TAKE_PROFIT_MARKET FINISHED",
        "STOP_MARKET EXPIRED",
        "STOP_MARKET EXPIRED",
    ]
    statuses = [algo.status for algo in (stop, target, kept, gte)]
    assert statuses == [
        AlgoStatus.EXPIRED,
        AlgoStatus.FINISHED,
        AlgoStatus.NEW,
        AlgoStatus.EXPIRED,
    ]


def test_a_left_over_stop_without_reduce_only_opens_a_position() -> None:
    pit = long_pit()
    pit.stop(Side.SELL, "59000", qty="0.1")
    pit.market(Side.SELL, "0.1")
    pit.tick("58900")
    assert pit.position().amount == Decimal("-0.1")


def test_a_left_over_reduce_only_stop_is_rejected_at_its_trigger() -> None:
    pit = long_pit()
    algo = pit.algo(OrderType.STOP_MARKET, Side.SELL, "59000", qty="0.1", reduce_only=True)
    pit.market(Side.SELL, "0.1")
    pit.tick("58900")
    assert (algo.status, algo.failure) == (AlgoStatus.REJECTED, "ReduceOnly Order is rejected.")


def test_margin_is_checked_at_the_trigger_only() -> None:
    pit = Pit(deposit="100")
    algo = pit.stop(Side.BUY, "61000", qty="1")
    pit.tick("61000")
    assert pit.heard() == ["STOP_MARKET NEW", "STOP_MARKET TRIGGERING", "STOP_MARKET REJECTED"]
    assert (algo.failure, algo.actual_order_id) == ("Margin is insufficient.", None)
    assert pit.exchange.find_algo(pit.account, algo_id=algo.algo_id, client_algo_id=None) is algo


def test_a_trigger_may_be_made_to_fail() -> None:
    pit = long_pit(Switches(trigger_refusal="System is busy."))
    algo = pit.stop(Side.SELL, "59000")
    pit.tick("59000")
    assert (algo.status, algo.failure) == (AlgoStatus.REJECTED, "System is busy.")
    assert pit.position().amount == Decimal("0.1")


def test_a_price_match_is_made_at_the_trigger() -> None:
    pit = long_pit()
    algo = pit.exchange.place_algo(
        pit.account,
        AlgoSpec(
            symbol=BTCUSDT,
            side=Side.SELL,
            type=OrderType.TAKE_PROFIT,
            trigger_price=Decimal(61_000),
            qty=Decimal("0.1"),
            price_match="QUEUE",
        ),
    )
    assert algo.price == 0
    pit.tick("61000")
    (child,) = pit.account.orders.values()
    assert child.price == Decimal("61000.10")


def test_a_gte_child_expires_with_6_when_its_position_is_gone() -> None:
    pit = long_pit()
    kind = OrderType.TAKE_PROFIT
    pit.algo(kind, Side.SELL, "61000", qty="0.1", price="61500", tif=Tif.GTE_GTC)
    pit.tick("61000")
    pit.heard()
    pit.market(Side.SELL, "0.1")
    assert pit.heard()[-2:] == ["EXPIRED EXPIRED 0/0.1 er=6", "TAKE_PROFIT FINISHED"]


def test_a_post_only_child_that_would_take_is_rejected() -> None:
    pit = long_pit()
    algo = pit.algo(OrderType.STOP, Side.SELL, "59000", qty="0.1", price="58000", tif=Tif.GTX)
    pit.tick("59000")
    assert algo.status is AlgoStatus.REJECTED


def test_a_closing_order_closes_what_is_there_when_it_fires() -> None:
    pit = long_pit()
    pit.stop(Side.SELL, "59000")
    pit.market(Side.BUY, "0.05")
    pit.tick("59000")
    assert pit.position().amount == 0


def test_in_hedge_mode_a_closing_order_closes_its_own_leg() -> None:
    pit = Pit()
    pit.hedge()
    pit.market(Side.BUY, "0.1", leg=PositionSide.LONG)
    pit.market(Side.SELL, "0.2", leg=PositionSide.SHORT)
    pit.algo(OrderType.STOP_MARKET, Side.SELL, "59000", leg=PositionSide.LONG)
    pit.tick("59000")
    assert pit.position(PositionSide.LONG).amount == 0
    assert pit.position(PositionSide.SHORT).amount == Decimal("-0.2")


def test_a_waiting_order_is_cancelled_once_by_number_or_name() -> None:
    pit = long_pit()
    algo = pit.algo(OrderType.STOP_MARKET, Side.SELL, "59000", client_id="sl-1")
    pit.exchange.cancel_algo(pit.account, algo_id=None, client_algo_id="sl-1")
    assert algo.status is AlgoStatus.CANCELED
    with pit.refuses(-2011):
        pit.exchange.cancel_algo(pit.account, algo_id=algo.algo_id, client_algo_id=None)
    pit.tick("58000")
    assert pit.position().amount == Decimal("0.1")


def test_cancelling_all_ends_every_waiting_order_of_the_symbol() -> None:
    pit = long_pit()
    pit.stop(Side.SELL, "59000")
    pit.target(Side.SELL, "61000")
    pit.exchange.cancel_all_algo(pit.account, BTCUSDT)
    assert pit.account.algos == {}


def test_an_unknown_or_forgotten_conditional_order_does_not_exist() -> None:
    pit = long_pit()
    algo = pit.stop(Side.SELL, "59000")
    with pit.refuses(-2013):
        pit.exchange.find_algo(pit.account, algo_id=1, client_algo_id=None)
    pit.exchange.cancel_all_algo(pit.account, BTCUSDT)
    pit.wait(4 * 86_400_000)
    with pit.refuses(-2013):
        pit.exchange.find_algo(pit.account, algo_id=algo.algo_id, client_algo_id=None)


def test_an_order_told_is_a_copy() -> None:
    pit = long_pit()
    pit.stop(Side.SELL, "59000")
    told = pit.events[0]
    pit.tick("59000")
    assert isinstance(told, AlgoUpdated)
    assert told.algo.status is AlgoStatus.NEW
    children = [event.order for event in pit.events if isinstance(event, OrderUpdated)]
    assert [child.status for child in children] == [OrderStatus.NEW, OrderStatus.FILLED]
