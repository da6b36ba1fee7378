"""Trailing stops in the conditional service: activation, following, callback."""

from decimal import Decimal

from noctule.adapters.sim.events import AlgoUpdated
from noctule.adapters.sim.model import AlgoStatus, OrderType, Side
from tests.fakes.pit import Pit


def long_pit() -> Pit:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.heard()
    return pit


def test_a_trailing_stop_follows_the_price_from_its_placement() -> None:
    pit = long_pit()
    algo = pit.algo(OrderType.TRAILING_STOP_MARKET, Side.SELL, qty="0.1", callback="1")
    assert algo.is_activated
    pit.tick("61000")
    pit.tick("60400")
    assert (algo.status, algo.extreme) == (AlgoStatus.NEW, Decimal(61_000))
    pit.tick("60390")
    assert algo.status is AlgoStatus.FINISHED
    assert pit.account.history.trades[-1].price == 60_390


def test_a_trailing_stop_with_an_activation_price_is_told_as_new_twice() -> None:
    pit = long_pit()
    algo = pit.algo(
        OrderType.TRAILING_STOP_MARKET, Side.SELL, qty="0.1", activate="61000", callback="1"
    )
    pit.tick("59000")
    pit.tick("61000")
    told = [event.algo for event in pit.events if isinstance(event, AlgoUpdated)]
    assert [(each.status, each.is_activated) for each in told] == [
        (AlgoStatus.NEW, False),
        (AlgoStatus.NEW, True),
    ]
    pit.tick("60390")
    assert algo.status is AlgoStatus.FINISHED


def test_a_buying_trailing_stop_mirrors_it() -> None:
    pit = Pit()
    pit.market(Side.SELL, "0.1")
    algo = pit.algo(
        OrderType.TRAILING_STOP_MARKET, Side.BUY, qty="0.1", activate="59500", callback="1"
    )
    for price, status in (("59000", "NEW"), ("59580", "NEW"), ("59590", "FINISHED")):
        pit.tick(price)
        assert algo.status == status
