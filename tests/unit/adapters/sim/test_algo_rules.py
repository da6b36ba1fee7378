"""Whether a conditional order may wait."""

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.model import OrderType, Side, Tif, WorkingType
from tests.fakes.pit import BTC, Pit

STOP, TARGET = OrderType.STOP_MARKET, OrderType.TAKE_PROFIT_MARKET


def long_pit() -> Pit:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    return pit


def test_closing_needs_a_position_that_this_side_closes() -> None:
    pit = Pit()
    with pit.refuses(-4509):
        pit.stop(Side.SELL, "59000")
    with pit.refuses(-4509):
        pit.algo(STOP, Side.SELL, "59000", qty="0.1", tif=Tif.GTE_GTC)
    pit.market(Side.BUY, "0.1")
    with pit.refuses(-4509):
        pit.stop(Side.BUY, "61000")


def test_with_a_quantity_it_may_wait_without_a_position() -> None:
    assert Pit().stop(Side.SELL, "59000", qty="0.1").is_open


def test_one_stop_and_one_target_may_close_but_no_second_of_either() -> None:
    pit = long_pit()
    pit.stop(Side.SELL, "59000")
    pit.target(Side.SELL, "61000")
    with pit.refuses(-4130):
        pit.stop(Side.SELL, "58000")
    with pit.refuses(-4130):
        pit.target(Side.SELL, "62000")
    assert pit.algo(STOP, Side.SELL, "58000", qty="0.1", reduce_only=True).is_open


@pytest.mark.parametrize(
    ("kind", "side", "trigger"),
    [
        (STOP, Side.SELL, "60000"),
        (STOP, Side.BUY, "60000"),
        (TARGET, Side.SELL, "60000"),
        (TARGET, Side.BUY, "60000"),
        (STOP, Side.SELL, "60000.10"),
        (STOP, Side.BUY, "59999.90"),
        (TARGET, Side.SELL, "59999.90"),
        (TARGET, Side.BUY, "60000.10"),
    ],
)
def test_a_trigger_that_is_reached_already_is_refused(
    kind: OrderType, side: Side, trigger: str
) -> None:
    pit = Pit()
    with pit.refuses(-2021):
        pit.algo(kind, side, trigger, qty="0.1")


def test_it_is_the_working_price_that_would_trigger_at_once() -> None:
    pit = Pit()
    pit.mark("58000")
    assert pit.algo(STOP, Side.SELL, "59000", qty="0.1").is_open
    with pit.refuses(-2021):
        pit.algo(STOP, Side.SELL, "59000", qty="0.1", by=WorkingType.MARK_PRICE)


@pytest.mark.parametrize(("side", "activate"), [(Side.SELL, "59000"), (Side.BUY, "61000")])
def test_a_trailing_stop_is_activated_by_a_price_still_to_come(side: Side, activate: str) -> None:
    pit = Pit()
    with pit.refuses(-2021):
        pit.algo(OrderType.TRAILING_STOP_MARKET, side, qty="0.1", activate=activate, callback="1")


def test_two_hundred_wait_at_most_in_a_whole_account() -> None:
    pit = Pit()
    for _ in range(200):
        pit.stop(Side.SELL, "59000", qty="0.1")
    with pit.refuses(-4045):
        pit.stop(Side.SELL, "59000", qty="0.1")


def test_a_contract_that_does_not_trade_takes_no_conditional_orders() -> None:
    pit = Pit()
    pit.exchange.set_rules(replace(BTC, status="SETTLING"))
    with pit.refuses(-1122):
        pit.stop(Side.SELL, "59000", qty="0.1")


def test_a_name_is_taken_while_its_order_waits() -> None:
    pit = Pit()
    pit.algo(STOP, Side.SELL, "59000", qty="0.1", client_id="sl")
    with pit.refuses(-4116):
        pit.algo(STOP, Side.SELL, "58000", qty="0.1", client_id="sl")
    assert pit.limit(Side.BUY, "0.1", "59000", client_id="sl").is_open


@pytest.mark.parametrize(
    ("code", "kind", "trigger", "qty", "price"),
    [
        (-4006, STOP, "0", "0.1", None),
        (-4014, STOP, "59000.05", "0.1", None),
        (-4005, STOP, "59000", "121", None),
        (-4184, OrderType.STOP, "59000", "0.1", "56000"),
        (-4164, STOP, "10000", "0.001", None),
        (-1111, STOP, "59000", "0.0001", None),
    ],
)
def test_the_filters_hold_for_conditional_orders(
    code: int, kind: OrderType, trigger: str, qty: str, price: str | None
) -> None:
    pit = Pit()
    with pit.refuses(code):
        pit.algo(kind, Side.SELL, trigger, qty=qty, price=price)


def test_a_trailing_stop_is_worth_what_the_last_price_says() -> None:
    pit = Pit(price="40000")
    with pit.refuses(-4164):
        pit.algo(OrderType.TRAILING_STOP_MARKET, Side.SELL, qty="0.001", callback="1")
