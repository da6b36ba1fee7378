"""How an order's life is put into events."""

from decimal import Decimal

from noctule.adapters.binance.account.order_words import (
    OrderNews,
    accepted,
    ended,
    expired,
    filled,
    forgotten,
    triggered,
)
from noctule.domain.events.order import (
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderRejected,
    OrderTriggered,
)
from noctule.domain.order import ClientOrderId, OrderState
from noctule.domain.values import Quantity
from tests.builders import BTCUSDT, CLIENT_ORDER_ID, fill
from tests.fakes.audits import report

NAME = ClientOrderId("stop")
TRACE = "account:1000"


def end(state: OrderState, cause: str = "") -> list[object]:
    told = report(state=state, filled=Quantity(Decimal("0.004")))
    return list(ended(OrderNews(report=told, cause=cause), NAME))


def test_an_order_is_there() -> None:
    assert accepted(report("77"), NAME) == OrderAccepted(
        at_ms=1_000, trace=TRACE, symbol=BTCUSDT, client_order_id=NAME, venue_order_id="77"
    )


def test_a_conditional_order_has_become_another() -> None:
    assert triggered(report(), NAME, "88") == OrderTriggered(
        at_ms=1_000, trace=TRACE, symbol=BTCUSDT, client_order_id=NAME, child_order_id="88"
    )


def test_a_fill_goes_under_the_name_of_the_order_that_was_placed() -> None:
    told = filled(fill(), CLIENT_ORDER_ID, Decimal(3))
    assert (told.fill.client_order_id, told.remaining) == (CLIENT_ORDER_ID, Decimal(3))
    assert told.trace.startswith("BTCUSDT:")


def test_less_than_nothing_never_remains() -> None:
    assert filled(fill(), NAME, Decimal(-1)).remaining == 0


def test_each_end_has_its_event() -> None:
    usual = {"at_ms": 1_000, "trace": TRACE, "symbol": BTCUSDT, "client_order_id": NAME}
    done = {**usual, "filled": Quantity(Decimal("0.004"))}
    assert end(OrderState.CANCELED) == [OrderCanceled(**done)]  # type: ignore[arg-type]
    assert end(OrderState.EXPIRED, "why") == [OrderExpired(**done, cause="why")]  # type: ignore[arg-type]
    assert end(OrderState.REJECTED, "why") == [OrderRejected(**usual, code=0, message="why")]  # type: ignore[arg-type]
    assert end(OrderState.FILLED) == end(OrderState.OPEN) == []


def test_an_end_without_a_cause_says_who_told_it() -> None:
    assert expired(report(), NAME, "").cause == "told by the exchange"


def test_a_forgotten_order_is_its_trade() -> None:
    told = forgotten(fill())
    assert (told.quantity, told.filled, told.state) == (
        *(fill().quantity, fill().quantity),
        OrderState.FILLED,
    )
