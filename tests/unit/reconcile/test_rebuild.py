import pytest

from noctule.domain import values
from noctule.domain.order import Leg, Order, OrderKind, OrderRequest, OrderState
from noctule.domain.report import OrderReport
from noctule.domain.values import Side
from noctule.reconcile.rebuild import rebuilt
from tests.builders import BTCUSDT, START_MS
from tests.reconcile_builders import name, report, stop


def test_an_order_is_made_anew_with_the_leg_that_its_name_tells() -> None:
    assert rebuilt(stop()) == Order(
        request=OrderRequest(
            client_order_id=name(Leg.STOP),
            symbol=BTCUSDT,
            side=Side.SELL,
            kind=OrderKind.STOP_MARKET,
            leg=Leg.STOP,
            quantity=None,
            trigger_price=values.price("59400"),
        ),
        state=OrderState.OPEN,
        venue_order_id="7",
        updated_ms=START_MS,
    )


def test_what_the_venue_tells_beside_is_left_out() -> None:
    order = rebuilt(report(price="60000", trigger="60000", filled="0.004"))

    assert order is not None
    assert order.request.price is None
    assert order.request.trigger_price is None
    assert order.remaining == values.quantity("0.006")


@pytest.mark.parametrize(
    "told",
    [
        report(kind=OrderKind.LIMIT),
        report(kind=OrderKind.STOP_MARKET),
        report(kind=OrderKind.TAKE_PROFIT, trigger="61000"),
        report(kind=OrderKind.TRAILING_STOP_MARKET),
        report(quantity="0"),
        report(quantity=None),
    ],
    ids=["no price", "no trigger", "no limit", "no callback", "no size", "all at market"],
)
def test_an_order_of_which_too_little_is_told_is_not_led(told: OrderReport) -> None:
    assert rebuilt(told) is None
