"""What the exchange says of orders, in our words: every status, kind and half-truth."""

from decimal import Decimal

import msgspec
import pytest

from noctule.adapters.binance.rest.calls import Call, Safety
from noctule.adapters.binance.wire.orders import (
    ALL_ALGO_ORDERS,
    ALL_ORDERS,
    CANCEL_ALGO_ORDER,
    CANCEL_ORDER,
    COUNT_DOWN,
    NEW_ALGO_ORDER,
    NEW_ORDER,
    OPEN_ALGO_ORDERS,
    OPEN_ORDERS,
    QUERY_ALGO_ORDER,
    QUERY_ORDER,
    AlgoRow,
    OrderRow,
    algo_report_of,
    algo_state,
    order_report_of,
    order_state,
    settled_by_child,
    told_algo_report,
    told_report,
)
from noctule.adapters.binance.wire.user import AlgoUpdate, OrderUpdate, read_user_event
from noctule.domain.order import OrderKind, OrderState
from noctule.domain.values import Side, Symbol
from tests.conformance.fixtures import DATA, needs_data
from tests.fakes.audits import report
from tests.fakes.user_frames import algo_frame, order_frame
from tests.fuzz.account_frames import simulated

DOCUMENTED = DATA / "fixtures/binance-connector-python/rest_api"
BTC = Symbol("BTCUSDT")
EXAMPLES = {
    "new_order": NEW_ORDER,
    "cancel_order": CANCEL_ORDER,
    "query_order": QUERY_ORDER,
    "current_all_open_orders": OPEN_ORDERS,
    "all_orders": ALL_ORDERS,
    "new_algo_order": NEW_ALGO_ORDER,
    "cancel_algo_order": CANCEL_ALGO_ORDER,
    "query_algo_order": QUERY_ALGO_ORDER,
    "current_all_algo_open_orders": OPEN_ALGO_ORDERS,
    "query_all_algo_orders": ALL_ALGO_ORDERS,
}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("NEW", OrderState.OPEN),
        ("PARTIALLY_FILLED", OrderState.PARTIALLY_FILLED),
        ("FILLED", OrderState.FILLED),
        ("CANCELED", OrderState.CANCELED),
        ("EXPIRED", OrderState.EXPIRED),
        ("EXPIRED_IN_MATCH", OrderState.EXPIRED),
        ("REJECTED", OrderState.REJECTED),
        ("NEW_ADL", OrderState.OPEN),
        ("SOMETHING_NEW", OrderState.UNKNOWN),
    ],
)
def test_each_status_has_a_word_of_ours(status: str, state: OrderState) -> None:
    assert order_state(status) is state


@pytest.mark.parametrize(
    ("status", "filled", "state"),  # of an order of 0.01
    [
        ("NEW", "0", OrderState.OPEN),
        ("TRIGGERING", "0", OrderState.OPEN),
        ("TRIGGERED", "0", OrderState.OPEN),
        ("CANCELED", "0", OrderState.CANCELED),
        ("EXPIRED", "0", OrderState.EXPIRED),
        ("REJECTED", "0", OrderState.REJECTED),
        ("FINISHED", "0.01", OrderState.FILLED),
        ("FINISHED", "0.004", OrderState.UNKNOWN),  # the rest may have been cancelled
        ("FINISHED", "0", OrderState.UNKNOWN),
        ("SOMETHING_NEW", "0", OrderState.UNKNOWN),
    ],
)
def test_finished_is_filled_only_if_it_says_that_all_of_it_was(
    status: str, filled: str, state: OrderState
) -> None:
    assert algo_state(status, filled=Decimal(filled), wanted=Decimal("0.01")) is state


def test_what_closes_a_position_wants_however_much_there_is() -> None:
    assert algo_state("FINISHED", filled=Decimal(3), wanted=None) is OrderState.FILLED
    assert algo_state("FINISHED", filled=Decimal(0), wanted=None) is OrderState.UNKNOWN


def test_an_expired_order_keeps_its_fills() -> None:
    row = OrderRow(
        *(BTC, 5, "EXPIRED", Side.BUY, "mine", Decimal(3), Decimal(1)),
        avg_price=Decimal(7),
        type="MARKET",
        orig_type="MARKET",
    )
    told = order_report_of(row)
    assert (told.state, told.quantity, told.filled, told.average_price) == (
        *(OrderState.EXPIRED, Decimal(3)),
        *(Decimal(1), Decimal(7)),
    )
    assert (told.kind, told.venue_order_id, told.price) == (OrderKind.MARKET, "5", None)


def test_a_post_answer_tells_no_average_price() -> None:
    body = b"""{"orderId":1,"symbol":"BTCUSDT","status":"FILLED","clientOrderId":"x1","price":"0",
        "origQty":"0.010","executedQty":"0.010","type":"MARKET","side":"BUY","updateTime":9}"""
    told = order_report_of(NEW_ORDER.decoder.decode(body))
    assert (told.state, told.average_price, told.updated_ms) == (OrderState.FILLED, None, 9)


def test_a_forced_order_is_of_the_kind_its_price_says() -> None:
    for price, kind in (("0", OrderKind.MARKET), ("5", OrderKind.LIMIT)):
        event = read_user_event(order_frame(o="LIQUIDATION", ot="LIQUIDATION", p=price))
        assert isinstance(event, OrderUpdate)
        assert told_report(event.order, 1).kind is kind


def test_a_child_is_known_by_what_it_was() -> None:
    event = read_user_event(order_frame(o="MARKET", ot="STOP_MARKET"))
    assert isinstance(event, OrderUpdate)
    assert told_report(event.order, 1).kind is OrderKind.STOP_MARKET


@pytest.mark.parametrize("child_id", ["", "0", "none", "-5", "٣", "9" * 30])
def test_a_child_whose_id_cannot_be_asked_for_is_not_told(child_id: str) -> None:
    event = read_user_event(algo_frame(X="TRIGGERED", ai=child_id))
    assert isinstance(event, AlgoUpdate)
    assert told_algo_report(event.order, 3).child_order_id is None
    row = AlgoRow(BTC, 4, "TRIGGERED", Side.SELL, actual_order_id=child_id)
    assert algo_report_of(row).child_order_id is None


def test_a_conditional_order_tells_its_child() -> None:
    event = read_user_event(algo_frame(X="FINISHED", ai="88", ap="59000.5", aq="0.010"))
    assert isinstance(event, AlgoUpdate)
    told = told_algo_report(event.order, 3)
    assert (told.client_order_id, told.venue_order_id, told.child_order_id) == ("stop", "400", "88")
    assert (told.state, told.filled, told.average_price) == (
        *(OrderState.FILLED, Decimal("0.010")),
        Decimal("59000.5"),
    )
    assert (told.kind, told.trigger_price, told.reduces_only) == (
        *(OrderKind.STOP_MARKET, Decimal(59000)),
        True,
    )


def test_one_that_closes_everything_has_no_quantity() -> None:
    event = read_user_event(algo_frame(cp=True, q="0"))
    assert isinstance(event, AlgoUpdate)
    assert told_algo_report(event.order, 3).closes_position
    row = AlgoRow(BTC, 4, "NEW", Side.SELL, close_position=True, order_type="STOP_MARKET")
    assert algo_report_of(row).closes_position


def test_a_quantity_without_a_price_is_what_was_asked_for_not_what_was_filled() -> None:
    row = AlgoRow(
        *(BTC, 4, "CANCELED", Side.SELL),
        order_type="TAKE_PROFIT",
        price=Decimal(750),
        actual_price=Decimal(0),
        actual_qty=Decimal("0.01"),
    )
    assert (algo_report_of(row).filled, algo_report_of(row).child_order_id) == (Decimal(0), None)


def test_an_older_answer_names_its_type_otherwise() -> None:
    row = AlgoRow(BTC, 4, "NEW", Side.SELL, type="TRAILING_STOP_MARKET")
    assert algo_report_of(row).kind is OrderKind.TRAILING_STOP_MARKET


def test_the_child_says_what_became_of_its_parent() -> None:
    algo = report("400", state=OrderState.UNKNOWN, kind=OrderKind.STOP_MARKET, updated_ms=5)
    child = report("88", state=OrderState.CANCELED, filled=Decimal(1), updated_ms=4)
    told = settled_by_child(algo, child)
    assert (told.venue_order_id, told.child_order_id, told.kind) == (
        *("400", "88"),
        OrderKind.STOP_MARKET,
    )
    assert (told.state, told.filled, told.updated_ms) == (OrderState.CANCELED, Decimal(1), 5)


def test_only_placing_may_not_be_repeated() -> None:
    calls: list[Call[object]] = [NEW_ORDER, NEW_ALGO_ORDER, *EXAMPLES.values()]  # type: ignore[list-item]
    once = {call.name for call in calls if call.safety is Safety.ONCE}
    assert once == {"POST order", "POST algoOrder"}
    assert [call.orders for call in (NEW_ORDER, NEW_ALGO_ORDER, CANCEL_ORDER)] == [1, 1, 0]


def test_only_a_key_that_may_trade_may_place_cancel_and_count_down() -> None:
    calls: list[Call[object]] = [NEW_ORDER, NEW_ALGO_ORDER, COUNT_DOWN, *EXAMPLES.values()]  # type: ignore[list-item]
    assert {call.name for call in calls if call.trades} == {
        "POST order",
        "DELETE order",
        "POST algoOrder",
        "DELETE algoOrder",
        "POST countdownCancelAll",
    }


@needs_data
@pytest.mark.parametrize("name", EXAMPLES)
def test_documented_answers_are_read(name: str) -> None:
    call: Call[object] = EXAMPLES[name]  # type: ignore[assignment]
    assert call.decoder.decode((DOCUMENTED / f"{name}.json").read_bytes())


def test_answers_of_the_simulated_exchange_are_read() -> None:
    answers = simulated().answers
    orders = ALL_ORDERS.decoder.decode(answers["/fapi/v1/allOrders"])
    assert {order_report_of(row).state for row in orders} >= {
        *(OrderState.FILLED, OrderState.CANCELED),
        OrderState.OPEN,
    }
    algos = ALL_ALGO_ORDERS.decoder.decode(answers["/fapi/v1/allAlgoOrders"])
    finished = [algo_report_of(row) for row in algos if row.algo_status == "FINISHED"]
    assert finished
    assert all(each.child_order_id and each.state is OrderState.UNKNOWN for each in finished)


def test_an_order_of_no_symbol_is_unreadable() -> None:
    with pytest.raises(msgspec.DecodeError):
        QUERY_ORDER.decoder.decode(b'{"symbol":"","orderId":1,"status":"NEW","side":"BUY"}')
