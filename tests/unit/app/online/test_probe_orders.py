"""What a probe places is of every type, as small as can be, and far from the market."""

from collections.abc import Callable
from decimal import Decimal
from itertools import count

import pytest
from msgspec.structs import replace

from noctule.app.online.probe_orders import closing_stop, market_order, trials
from noctule.domain import values
from noctule.domain.instrument import Instrument
from noctule.domain.order import ClientOrderId, Leg, OrderKind, OrderState
from noctule.domain.values import Side
from tests.builders import instrument

MARK = values.price("60000")
BTC = instrument()  # a buy may cost 5 % more than the mark
ANYWHERE = replace(BTC, price_multiplier_up=Decimal(10), price_multiplier_down=Decimal("0.1"))


def numbered() -> Callable[[Leg], ClientOrderId]:
    numbers = count()
    return lambda leg: ClientOrderId(f"{leg.name}-{next(numbers)}")


def test_every_kind_of_order_is_tried() -> None:
    kinds = {each.request.kind for each in trials(BTC, MARK, numbered())}
    kinds.add(market_order(BTC, MARK, numbered()).kind)
    assert kinds == set(OrderKind)


def test_every_order_has_an_id_of_its_own() -> None:
    placed = trials(BTC, MARK, numbered())
    assert len({each.request.client_order_id for each in placed}) == len(placed)


@pytest.mark.parametrize(
    ("contract", "low", "high"),
    [(BTC, "57600.00", "62400.00"), (ANYWHERE, "48000.00", "72000.00")],
    ids=["inside narrow bounds", "a fifth away"],
)
def test_prices_are_far_and_inside_what_is_allowed(
    contract: Instrument, low: str, high: str
) -> None:
    prices = {
        each.label: (str(each.request.price), str(each.request.trigger_price))
        for each in trials(contract, MARK, numbered())
    }
    assert prices == {
        "LIMIT": (low, "None"),
        "LIMIT, maker only": (low, "None"),
        "STOP": (high, high),
        "STOP_MARKET": ("None", high),
        "TAKE_PROFIT": (low, low),
        "TAKE_PROFIT_MARKET": ("None", low),
        "TRAILING_STOP_MARKET": ("None", "None"),
        "LIMIT, at once or never": (low, "None"),
    }


def test_quantities_are_the_smallest_that_are_worth_enough() -> None:
    poor = replace(BTC, notional_min=values.quote("100"))
    quantities = {str(each.request.quantity) for each in trials(poor, MARK, numbered())}
    assert quantities == {"0.002"}  # 0.001 is worth 57.6 there


def test_all_of_it_buys_and_only_what_is_for_at_once_ends_by_itself() -> None:
    placed = trials(BTC, MARK, numbered())
    assert {each.request.side for each in placed} == {Side.BUY}
    assert [each.label for each in placed if each.state is not OrderState.OPEN] == [
        "LIMIT, at once or never"
    ]


def test_the_stop_that_closes_has_no_quantity() -> None:
    stop = closing_stop(BTC, MARK, numbered())
    assert (stop.side, stop.quantity, str(stop.trigger_price)) == (Side.SELL, None, "57600.00")
