"""The desk for regular orders: names, changes, cancels, memory."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.exchange import OrderSpec
from noctule.adapters.sim.fills import Fills, Latency, Queue
from noctule.adapters.sim.model import Order, OrderStatus, OrderType, PositionSide, Side, Tif
from noctule.adapters.sim.specs import Amendment
from noctule.adapters.sim.switches import Switches
from tests.fakes.pit import BTC, BTCUSDT, Pit

DAY_MS = 86_400_000


def modify(pit: Pit, order: Order, qty: str, price: str) -> Order:
    return pit.exchange.modify(
        pit.account, BTCUSDT, order, Amendment(qty=Decimal(qty), price=Decimal(price))
    )


def test_a_client_id_is_taken_by_an_open_order_and_free_after_it() -> None:
    pit = Pit()
    order = pit.limit(Side.BUY, "0.1", "59000", client_id="mine")
    with pit.refuses(-4116):
        pit.limit(Side.BUY, "0.1", "58000", client_id="mine")
    pit.exchange.cancel(pit.account, BTCUSDT, order_id=None, client_id="mine")
    assert order.status is OrderStatus.CANCELED
    assert pit.limit(Side.BUY, "0.1", "58000", client_id="mine").is_open


def test_an_order_without_a_name_gets_one() -> None:
    order = Pit().market(Side.BUY, "0.1")
    assert order.client_id == f"auto-{order.order_id}"


def test_a_test_order_is_judged_and_leaves_no_trace() -> None:
    pit = Pit()
    spec = OrderSpec(symbol=BTCUSDT, side=Side.BUY, type=OrderType.MARKET, qty=Decimal("0.1"))
    pit.exchange.test(pit.account, spec)
    with pit.refuses(-4003):
        pit.exchange.test(pit.account, replace(spec, qty=Decimal(0)))
    assert (pit.heard(), pit.account.wallet) == ([], Decimal(10_000))
    assert pit.market(Side.BUY, "0.1").order_id == Pit().market(Side.BUY, "0.1").order_id


@pytest.mark.parametrize("by_name", [True, False])
def test_what_is_not_open_cannot_be_cancelled(by_name: bool) -> None:
    pit = Pit()
    order = pit.market(Side.BUY, "0.1", client_id="mine")
    order_id, client_id = (None, "mine") if by_name else (order.order_id, None)
    with pit.refuses(-2011):
        pit.exchange.cancel(pit.account, BTCUSDT, order_id=order_id, client_id=client_id)


def test_an_order_is_found_by_number_or_name_open_or_closed_on_its_symbol_only() -> None:
    pit = Pit()
    order = pit.limit(Side.BUY, "0.1", "59000", client_id="mine")
    find = pit.exchange.find
    assert find(pit.account, BTCUSDT, order_id=order.order_id, client_id=None) is order
    pit.tick("59000")
    assert find(pit.account, BTCUSDT, order_id=None, client_id="mine") is order
    with pit.refuses(-2013):
        find(pit.account, "ETHUSDT", order_id=order.order_id, client_id=None)
    with pit.refuses(-2013):
        find(pit.account, BTCUSDT, order_id=1, client_id=None)


def test_a_cancelled_order_without_a_fill_is_forgotten_after_three_days() -> None:
    pit = Pit()
    cancelled = pit.limit(Side.BUY, "0.1", "59000")
    filled = pit.market(Side.BUY, "0.1")
    pit.exchange.cancel_all(pit.account, BTCUSDT)
    pit.wait(4 * DAY_MS)
    with pit.refuses(-2013):
        pit.exchange.find(pit.account, BTCUSDT, order_id=cancelled.order_id, client_id=None)
    found = pit.exchange.find(pit.account, BTCUSDT, order_id=filled.order_id, client_id=None)
    assert found is filled


def test_cancelling_all_leaves_conditional_orders_alone() -> None:
    pit = Pit()
    pit.limit(Side.BUY, "0.1", "59000")
    pit.limit(Side.BUY, "0.1", "58000")
    pit.stop(Side.SELL, "57000", qty="0.1")
    pit.exchange.cancel_all(pit.account, BTCUSDT)
    assert (len(pit.account.orders), len(pit.account.algos)) == (0, 1)


def test_a_modified_order_is_amended_loses_its_place_and_its_self_trade_prevention() -> None:
    pit = Pit()
    first = pit.limit(Side.BUY, "0.1", "59000")
    second = pit.limit(Side.BUY, "0.2", "59000")
    pit.heard()
    modify(pit, first, "0.1", "59001")
    modify(pit, first, "0.1", "59000")
    assert pit.heard() == ["AMENDMENT NEW 0/0.1"] * 2
    assert (first.stp, first.modifications) == ("NONE", 2)
    pit.tick("58999.90")
    trades = [trade.order_id for trade in pit.account.history.trades]
    assert trades == [second.order_id, first.order_id]


def test_a_modified_order_that_crosses_takes() -> None:
    pit = Pit()
    order = pit.limit(Side.BUY, "0.1", "59000")
    modify(pit, order, "0.1", "60500")
    assert (order.status, order.average_price) == (OrderStatus.FILLED, Decimal("60000.10"))


def test_a_post_only_order_modified_to_cross_is_cancelled() -> None:
    pit = Pit()
    order = pit.limit(Side.BUY, "0.1", "59000", tif=Tif.GTX)
    assert modify(pit, order, "0.1", "60500").status is OrderStatus.CANCELED


def test_a_part_filled_order_modified_to_no_more_than_its_fills_is_cancelled() -> None:
    pit = Pit(fills=Fills(queue=Queue(ahead_quote=Decimal(0), share=Decimal("0.1"))))
    order = pit.limit(Side.BUY, "0.2", "59000")
    pit.tick("59000", qty="1")
    assert order.executed == Decimal("0.1")
    assert modify(pit, order, "0.1", "59000").status is OrderStatus.CANCELED


@pytest.mark.parametrize(
    ("code", "qty", "price"),
    [
        (-5027, "0.1", "59000"),
        (-4023, "0.1005", "59000"),
        (-4014, "0.1", "59000.05"),
        (-4016, "0.1", "63000.10"),
        (-5029, "0.001", "2000"),
        (-2019, "9", "59000"),
    ],
)
def test_a_modification_is_refused_by_the_rules_of_a_new_order(
    code: int, qty: str, price: str
) -> None:
    rules = replace(BTC, quantity_precision=4)
    pit = Pit(rules=(rules,), deposit="10000")
    order = pit.limit(Side.BUY, "0.1", "59000")
    with pit.refuses(code):
        modify(pit, order, qty, price)
    assert (order.qty, order.price) == (Decimal("0.1"), Decimal(59_000))


def test_what_is_closed_or_on_its_way_or_too_often_changed_cannot_be_modified() -> None:
    pit = Pit()
    closed = pit.market(Side.BUY, "0.1")
    with pit.refuses(-2013):
        modify(pit, closed, "0.2", "59000")
    worn = pit.limit(Side.BUY, "0.1", "59000")
    worn.modifications = 10_000
    with pit.refuses(-5026):
        modify(pit, worn, "0.2", "59000")
    pit.exchange.set_fills(Fills(latency=Latency(entry_ms=100)))
    with pit.refuses(-5043):
        modify(pit, pit.limit(Side.BUY, "0.1", "59000"), "0.2", "59000")
    with pit.refuses(-5025):
        modify(pit, pit.market(Side.BUY, "0.1"), "0.2", "59000")


def test_no_more_orders_than_the_filter_allows() -> None:
    pit = Pit(rules=(replace(BTC, max_num_orders=2),))
    for price in ("59000", "58000"):
        pit.limit(Side.BUY, "0.01", price)
    with pit.refuses(-2025):
        pit.limit(Side.BUY, "0.01", "57000")


def test_a_contract_that_does_not_trade_takes_no_orders() -> None:
    pit = Pit()
    pit.exchange.set_rules(replace(BTC, status="SETTLING"))
    with pit.refuses(-1122):
        pit.market(Side.BUY, "0.1")


def test_nobody_trades_before_the_first_price() -> None:
    pit = Pit()
    with pit.refuses(-2020):
        pit.market(Side.BUY, "0.1", symbol="ETHUSDT")
    with pit.refuses(-1121):
        pit.market(Side.BUY, "0.1", symbol="NOUSDT")


def test_the_least_notional_does_not_bind_an_order_that_reduces() -> None:
    pit = Pit(rules=(replace(BTC, min_notional=Decimal(100)),))
    pit.market(Side.BUY, "0.002")
    with pit.refuses(-4164):
        pit.market(Side.SELL, "0.001")
    assert pit.market(Side.SELL, "0.001", reduce_only=True).status is OrderStatus.FILLED


@pytest.mark.parametrize("exempt", [True, False])
def test_whether_it_binds_a_hedges_close_is_a_switch(exempt: bool) -> None:
    rules = (replace(BTC, min_notional=Decimal(100)),)
    pit = Pit(rules=rules, switches=Switches(hedge_close_is_exempt=exempt))
    pit.hedge()
    pit.market(Side.BUY, "0.002", leg=PositionSide.LONG)
    if exempt:
        pit.market(Side.SELL, "0.001", leg=PositionSide.LONG)
    else:
        with pit.refuses(-4164):
            pit.market(Side.SELL, "0.001", leg=PositionSide.LONG)


@pytest.mark.parametrize(
    ("match", "side", "price"),
    [
        ("OPPONENT", Side.BUY, "60000.10"),
        ("OPPONENT_5", Side.BUY, "60000.50"),
        ("QUEUE", Side.BUY, "60000"),
        ("QUEUE_5", Side.SELL, "60000.50"),
        ("QUEUE_20", Side.BUY, "59998.10"),
    ],
)
def test_a_price_match_is_a_price_of_the_book(match: str, side: Side, price: str) -> None:
    pit = Pit()
    order = pit.exchange.place(
        pit.account,
        OrderSpec(
            symbol=BTCUSDT,
            side=side,
            type=OrderType.LIMIT,
            tif=Tif.GTC,
            qty=Decimal("0.1"),
            price_match=match,
        ),
    )
    assert order.price == Decimal(price)
