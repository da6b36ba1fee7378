"""Each step of each order is told once; a child is told under its parent's name."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from noctule.adapters.binance.account.fill_ledger import FillLedger
from noctule.adapters.binance.account.order_words import OrderNews
from noctule.adapters.binance.account.told_orders import ToldOrders
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import OrderExpired, OrderFilled, OrderTriggered
from noctule.domain.order import OrderKind, OrderState
from noctule.domain.position import Fill
from noctule.domain.report import OrderReport
from tests.builders import BTCUSDT, fill
from tests.fakes.audits import report

STOP: dict[str, Any] = {"kind": OrderKind.STOP_MARKET, "client_order_id": "stop"}


@pytest.fixture
def ledger() -> FillLedger:
    return FillLedger(ids_max=100)


@pytest.fixture
def orders(ledger: FillLedger) -> ToldOrders:
    return ToldOrders(ledger=ledger, orders_max=100)


def traded(trade_id: int = 5, quantity: str = "0.010", order_id: str = "77") -> Fill:
    made = fill(trade_id=trade_id, quantity=quantity)
    return structs.replace(made, venue_order_id=order_id)


def news(
    order_id: str = "77", made: Fill | None = None, cause: str = "", **changes: Any
) -> OrderNews:
    return OrderNews(report=report(order_id, **changes), fill=made, cause=cause)


def algo(**changes: Any) -> OrderNews:
    return OrderNews(report=report("400", **{**STOP, **changes}))


def child(
    state: OrderState = OrderState.FILLED, made: Fill | None = None, **changes: Any
) -> OrderNews:
    usual: dict[str, Any] = {
        "kind": OrderKind.STOP_MARKET,
        "client_order_id": "auto-88",
        "state": state,
    }
    return news("88", made, **{**usual, **changes})


def kinds(events: list[OrderEvent]) -> list[str]:
    return [type(each).__name__ for each in events]


def test_an_order_lives_once(orders: ToldOrders) -> None:
    told = [
        *orders.hear(news()),
        *orders.hear(news()),
        *orders.hear(news(made=traded(5, "0.004"), state=OrderState.PARTIALLY_FILLED)),
        *orders.hear(news(made=traded(5, "0.004"), state=OrderState.PARTIALLY_FILLED)),
        *orders.hear(news(state=OrderState.CANCELED)),
        *orders.hear(news(state=OrderState.CANCELED)),
        *orders.hear(news()),
    ]
    assert kinds(told) == ["OrderAccepted", "OrderFilled", "OrderCanceled"]
    assert orders.resting() == ()


def test_an_order_whose_beginning_was_lost_is_accepted_first(orders: ToldOrders) -> None:
    told = orders.hear(news(made=traded(), state=OrderState.FILLED))
    assert kinds(told) == ["OrderAccepted", "OrderFilled"]
    assert kinds(orders.hear(news("78", state=OrderState.REJECTED))) == ["OrderRejected"]


def remaining(events: list[OrderEvent]) -> list[str]:
    return [str(each.remaining) for each in events if isinstance(each, OrderFilled)]


def test_nothing_remains_only_when_every_fill_was_told(orders: ToldOrders) -> None:
    last = orders.hear(news(made=traded(6, "0.006"), state=OrderState.FILLED))
    late = orders.hear(news(made=traded(5, "0.004"), state=OrderState.PARTIALLY_FILLED))
    assert remaining(last) + remaining(late) == ["0.004", "0"]


def test_an_amended_quantity_is_what_remains(orders: ToldOrders) -> None:
    orders.hear(news())
    orders.hear(news(quantity=Decimal("0.020"), updated_ms=1_001))
    late = news(made=traded(), state=OrderState.PARTIALLY_FILLED, updated_ms=999)
    assert remaining(orders.hear(late)) == ["0.010"]


def test_a_snapshot_s_order_is_known_with_what_it_filled(orders: ToldOrders) -> None:
    orders.adopt(report(filled=Decimal("0.007"), state=OrderState.PARTIALLY_FILLED))
    told = orders.hear(news(made=traded(5, "0.003"), state=OrderState.FILLED))
    assert kinds(told) == ["OrderFilled"]
    assert remaining(told) == ["0"]


def test_what_a_snapshot_contains_is_not_told_again(orders: ToldOrders, ledger: FillLedger) -> None:
    ledger.begin(BTCUSDT, 5)
    assert orders.hear(news(made=traded(5), state=OrderState.FILLED)) == []
    assert kinds(orders.hear(news("78"))) == ["OrderAccepted"]
    (told,) = orders.hear(news("78", made=traded(4, order_id="78"), state=OrderState.FILLED))
    assert isinstance(told, OrderExpired)
    assert told.cause == "its trades are in the snapshot"


def test_a_conditional_order_waits_fires_and_ends(orders: ToldOrders) -> None:
    told = [
        *orders.hear_algo(algo()),
        *orders.hear_algo(algo()),  # a trailing stop is told as new twice
        *orders.hear_algo(algo(child_order_id="88")),
        *orders.hear(child(OrderState.OPEN)),
        *orders.hear(child(made=traded(order_id="88"))),
        *orders.hear_algo(algo(child_order_id="88", state=OrderState.FILLED)),
    ]
    assert kinds(told) == ["OrderAccepted", "OrderTriggered", "OrderFilled"]
    filled = told[-1]
    assert isinstance(filled, OrderFilled)
    assert filled.fill.client_order_id == "stop"
    assert not orders.is_waiting
    assert orders.waiting() == orders.resting() == ()


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (OrderState.CANCELED, "OrderCanceled"),
        (OrderState.EXPIRED, "OrderExpired"),
        (OrderState.REJECTED, "OrderRejected"),
    ],
)
def test_a_conditional_order_may_end_without_a_child(
    orders: ToldOrders, state: OrderState, kind: str
) -> None:
    orders.adopt_algo(algo().report)
    assert kinds(orders.hear_algo(algo(state=state))) == [kind]
    assert orders.hear_algo(algo(state=state)) == []


def test_a_fill_before_the_trigger_waits_for_its_parent(orders: ToldOrders) -> None:
    orders.hear_algo(algo())
    assert orders.hear(child(made=traded(order_id="88"))) == []
    assert orders.held_symbols() == {BTCUSDT}
    told = orders.hear_algo(algo(child_order_id="88"))
    assert kinds(told) == ["OrderTriggered", "OrderFilled"]
    assert orders.held_symbols() == frozenset()


def test_a_fill_under_its_parent_s_name_does_not_wait(orders: ToldOrders) -> None:
    orders.hear_algo(algo())
    told = orders.hear(child(made=traded(order_id="88"), client_order_id="stop"))
    assert kinds(told) == ["OrderTriggered", "OrderFilled"]
    assert orders.hear_algo(algo(child_order_id="88")) == []


def test_a_child_that_nobody_claims_is_told_under_its_own_name(orders: ToldOrders) -> None:
    orders.hear(child(made=traded(order_id="88")))
    _, filled = orders.release()
    assert isinstance(filled, OrderFilled)
    assert filled.fill.client_order_id == "auto-88"
    assert orders.release() == []


def test_finished_without_a_word_of_the_child_is_in_doubt(orders: ToldOrders) -> None:
    orders.hear_algo(algo())
    orders.hear_algo(algo(state=OrderState.UNKNOWN, child_order_id="88"))
    assert [each.child_order_id for each in orders.finished] == ["88"]
    assert orders.settle(["400"]) == []  # its child can be asked
    assert kinds(orders.hear(child(OrderState.CANCELED))) == ["OrderCanceled"]
    assert orders.finished == ()


def test_finished_without_a_child_is_expired_once_nobody_knows_of_one(orders: ToldOrders) -> None:
    orders.hear_algo(algo())
    orders.hear_algo(algo(state=OrderState.UNKNOWN))
    assert orders.is_waiting
    assert kinds(orders.settle(["400", "401"])) == ["OrderExpired"]
    assert not orders.is_waiting


def test_finished_without_a_child_takes_the_one_that_waits(orders: ToldOrders) -> None:
    orders.hear_algo(algo())
    orders.hear(child(made=traded(order_id="88")))
    orders.hear_algo(algo(state=OrderState.UNKNOWN))
    told = orders.settle(["400"])
    assert kinds(told) == ["OrderTriggered", "OrderFilled"]
    assert isinstance(told[0], OrderTriggered)
    assert told[0].child_order_id == "88"


def test_finished_without_an_id_knows_a_child_by_its_name(orders: ToldOrders) -> None:
    orders.hear_algo(algo())
    orders.hear(child(made=traded(order_id="88"), client_order_id="stop"))
    orders.hear_algo(algo(state=OrderState.UNKNOWN))
    assert not orders.is_waiting


def test_what_is_held_is_bounded(orders: ToldOrders) -> None:
    for number in range(1, 150):
        orders.hear(child(made=traded(number, order_id="88")))
    assert sum(map(len, orders._held.values())) == 100
    many = [orders.hear(news(f"9{number}", **STOP)) for number in range(150)]
    assert len(orders._held) == 100
    assert kinds(many[-1]) == ["OrderAccepted"]


def test_of_remembered_orders_those_that_are_over_go_first(ledger: FillLedger) -> None:
    orders = ToldOrders(ledger=ledger, orders_max=3)
    over = report("1", state=OrderState.CANCELED)
    for each in (report("0"), over, report("2"), report("3")):
        orders.adopt(each)
    assert known(orders) == ["0", "2", "3"]
    orders.adopt(report("4"))
    assert known(orders) == ["0", "2", "3", "4"]
    for number in range(5, 16):
        orders.adopt(report(str(number)))
    assert known(orders) == ["0", "2", "3", "4"]
    orders.adopt(report("16"))
    assert known(orders) == ["2", "3", "4"]


def known(orders: ToldOrders) -> list[str]:
    found: list[OrderReport | None] = [
        orders.report_of(BTCUSDT, str(number)) for number in range(5)
    ]
    return [each.venue_order_id for each in found if each is not None]
