"""A stop and a liquidation on one way: the nearer wins, and a jump past both liquidates."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.model import AlgoStatus, OrderType, Side, WorkingType
from tests.fakes.pit import Pit

MARK, LAST = WorkingType.MARK_PRICE, WorkingType.CONTRACT_PRICE


def held_with_a_stop(trigger: str, by: WorkingType) -> Pit:
    """Return a pit that is liquidated on the tick of 50200.80."""
    pit = Pit(deposit="1003", price="59999.90")
    pit.market(Side.BUY, "0.1")
    pit.algo(OrderType.STOP_MARKET, Side.SELL, trigger, by=by)
    return pit


def end(pit: Pit) -> tuple[str, Decimal]:
    """Return who closed the position, and at which price."""
    assert not pit.position().amount
    trade = pit.account.history.trades[-1]
    name = trade.client_id.partition("-")[0]
    return ("liquidation" if name == "autoclose" else "stop", trade.price)


def test_a_mark_that_jumps_past_stop_and_liquidation_liquidates() -> None:
    pit = held_with_a_stop("55000", MARK)
    pit.mark("60000")
    pit.heard()
    pit.mark("50000")
    assert end(pit)[0] == "liquidation"
    assert f"STOP_MARKET {AlgoStatus.EXPIRED}" in pit.heard()


def test_a_mark_that_passes_the_stop_first_fires_it() -> None:
    pit = held_with_a_stop("55000", MARK)
    for mark in ("60000", "54000", "50000"):
        pit.mark(mark)
    assert end(pit)[0] == "stop"


def test_a_mark_that_is_liquidated_before_its_stop_is_liquidated() -> None:
    pit = held_with_a_stop("50000", MARK)
    for mark in ("60000", "50200", "49000"):
        pit.mark(mark)
    assert end(pit)[0] == "liquidation"


def test_a_last_price_that_jumps_past_both_fires_the_stop_while_the_mark_stays() -> None:
    pit = held_with_a_stop("58000", LAST)
    pit.mark("60000")
    pit.tick("57500")
    pit.mark("50000")
    assert end(pit) == ("stop", Decimal(57_500))


@pytest.mark.parametrize("by", [MARK, LAST])
def test_a_last_price_that_is_the_mark_and_jumps_past_both_liquidates(by: WorkingType) -> None:
    pit = held_with_a_stop("55000", by)
    pit.tick("50000")
    assert end(pit) == ("liquidation", Decimal(50_000))


@pytest.mark.parametrize("by", [MARK, LAST])
@pytest.mark.parametrize(
    ("trigger", "ended"),
    [
        ("55000", ("stop", Decimal(55_000))),
        ("50200.90", ("stop", Decimal("50200.90"))),
        ("50200.80", ("liquidation", Decimal("50200.80"))),
        ("50200.70", ("liquidation", Decimal("50200.80"))),
    ],
)
def test_on_a_way_the_nearer_of_both_wins_and_at_one_tick_the_liquidation(
    trigger: str, by: WorkingType, ended: tuple[str, Decimal]
) -> None:
    pit = held_with_a_stop(trigger, by)
    pit.tick("45000", travelled=True)
    assert end(pit) == ended


def test_who_buys_on_a_jump_that_ends_him_is_liquidated_with_the_same_tick() -> None:
    pit = Pit(deposit="300")
    pit.exchange.set_leverage(pit.account, "BTCUSDT", 125)
    pit.limit(Side.BUY, "0.1", "59000")
    pit.tick("55000")
    assert end(pit) == ("liquidation", Decimal(55_000))
