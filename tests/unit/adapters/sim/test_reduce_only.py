"""Orders that may only reduce: trimmed, refused, or knocked out."""

from decimal import Decimal

from noctule.adapters.sim.model import OrderStatus, PositionSide, Side
from noctule.adapters.sim.switches import Switches
from tests.fakes.pit import Pit


def long_one(switches: Switches | None = None) -> Pit:
    pit = Pit(deposit="100000", switches=switches)
    pit.market(Side.BUY, "1")
    pit.heard()
    return pit


def test_without_a_position_to_reduce_it_is_refused() -> None:
    pit = Pit()
    with pit.refuses(-2022):
        pit.market(Side.SELL, "0.1", reduce_only=True)
    pit.market(Side.BUY, "0.1")
    with pit.refuses(-2022):
        pit.market(Side.BUY, "0.1", reduce_only=True)


def test_more_than_the_position_is_trimmed_to_it() -> None:
    pit = long_one()
    order = pit.market(Side.SELL, "3", reduce_only=True)
    assert (order.qty, order.status, pit.position().amount) == (
        Decimal(1),
        OrderStatus.FILLED,
        Decimal(0),
    )


def test_more_than_the_position_is_refused_when_the_switch_says_so() -> None:
    pit = long_one(Switches(reduce_only_is_trimmed=False))
    with pit.refuses(-2022):
        pit.market(Side.SELL, "3", reduce_only=True)


def test_a_worse_price_gets_what_better_ones_leave() -> None:
    pit = long_one()
    pit.limit(Side.SELL, "0.7", "61000", reduce_only=True)
    assert pit.limit(Side.SELL, "1", "62000", reduce_only=True).qty == Decimal("0.3")
    with pit.refuses(-2022):
        pit.limit(Side.SELL, "1", "62500", reduce_only=True)


def test_a_better_price_knocks_out_a_worse_one_with_4() -> None:
    pit = long_one()
    worse = pit.limit(Side.SELL, "1", "62000", reduce_only=True)
    pit.heard()
    better = pit.limit(Side.SELL, "0.5", "61000", reduce_only=True)
    assert pit.heard() == ["NEW NEW 0/0.5", "EXPIRED EXPIRED 0/1 er=4"]
    assert (better.is_open, worse.is_open) == (True, False)


def test_a_close_at_market_knocks_out_the_resting_target() -> None:
    pit = long_one()
    pit.limit(Side.SELL, "1", "62000", reduce_only=True)
    pit.heard()
    pit.market(Side.SELL, "1", reduce_only=True)
    assert pit.heard()[-2:] == ["TRADE FILLED 1/1", "EXPIRED EXPIRED 0/1 er=4"]


def test_a_resting_target_blocks_a_close_when_the_switch_says_so() -> None:
    pit = long_one(Switches(reduce_only_blocks=True))
    pit.limit(Side.SELL, "1", "62000", reduce_only=True)
    with pit.refuses(-4118):
        pit.market(Side.SELL, "1", reduce_only=True)


def test_a_flip_knocks_out_what_would_now_add() -> None:
    pit = long_one()
    resting = pit.limit(Side.SELL, "0.5", "62000", reduce_only=True)
    pit.market(Side.SELL, "2")
    assert (pit.position().amount, resting.status) == (Decimal(-1), OrderStatus.EXPIRED)


def test_in_hedge_mode_a_close_is_known_by_its_side() -> None:
    pit = Pit(deposit="100000")
    pit.hedge()
    pit.market(Side.BUY, "1", leg=PositionSide.LONG)
    pit.market(Side.SELL, "2", leg=PositionSide.SHORT)
    pit.market(Side.SELL, "5", leg=PositionSide.LONG)
    pit.market(Side.BUY, "0.5", leg=PositionSide.SHORT)
    assert pit.position(PositionSide.LONG).amount == 0
    assert pit.position(PositionSide.SHORT).amount == Decimal("-1.5")
    with pit.refuses(-2022):
        pit.market(Side.SELL, "1", leg=PositionSide.LONG)
