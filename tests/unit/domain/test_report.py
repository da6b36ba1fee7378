from decimal import Decimal

from noctule.domain.order import OrderKind, OrderState
from noctule.domain.report import OrderReport
from noctule.domain.values import Quantity, Side
from tests.builders import BTCUSDT, CLIENT_ORDER_ID


def stop(quantity: Quantity | None) -> OrderReport:
    return OrderReport(
        client_order_id=CLIENT_ORDER_ID,
        venue_order_id="4000001",
        symbol=BTCUSDT,
        side=Side.SELL,
        kind=OrderKind.STOP_MARKET,
        state=OrderState.OPEN,
        quantity=quantity,
        filled=Quantity(Decimal(0)),
    )


def test_an_order_without_a_size_closes_whatever_there_is() -> None:
    assert stop(None).closes_position
    assert not stop(Quantity(Decimal(1))).closes_position
