"""What a bracket wants done: values, so that two equal wishes are one."""

from noctule.domain.order import OrderKind
from noctule.orders.steps import Cancel, Send
from tests.builders import CLIENT_ORDER_ID, order_request


def test_equal_wishes_are_equal_and_different_ones_are_not() -> None:
    cancel = Cancel(client_order_id=CLIENT_ORDER_ID, kind=OrderKind.LIMIT)
    assert cancel == Cancel(client_order_id=CLIENT_ORDER_ID, kind=OrderKind.LIMIT)
    assert cancel != Cancel(client_order_id=CLIENT_ORDER_ID, kind=OrderKind.STOP_MARKET)


def test_an_order_is_sent_without_a_count_down_unless_one_is_asked_for() -> None:
    assert Send(request=order_request()).countdown_ms is None
