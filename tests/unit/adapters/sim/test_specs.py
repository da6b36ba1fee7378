"""What a client may leave out."""

from noctule.adapters.sim.model import OrderType, PositionSide, Side, WorkingType
from noctule.adapters.sim.specs import AlgoSpec, OrderSpec


def test_the_defaults_are_the_documented_ones() -> None:
    order = OrderSpec(symbol="BTCUSDT", side=Side.BUY, type=OrderType.MARKET)
    assert (order.position_side, order.stp, order.price_match) == (
        PositionSide.BOTH,
        "EXPIRE_MAKER",
        "NONE",
    )
    algo = AlgoSpec(symbol="BTCUSDT", side=Side.BUY, type=OrderType.STOP_MARKET)
    assert algo.working_type is WorkingType.CONTRACT_PRICE
    assert not algo.price_protect
