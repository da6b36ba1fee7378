"""Between the prices that are told nothing happens, and at the instants that are told something."""

from decimal import Decimal

from noctule.adapters.sim.fills import Fills, Latency
from noctule.adapters.sim.model import OrderType, Side, WorkingType
from tests.fakes.pit import BTCUSDT, START_MS, Pit

END = Decimal("Infinity")


def test_with_nothing_at_stake_every_price_is_calm() -> None:
    assert Pit().exchange.calm.bounds(BTCUSDT) == (Decimal(0), END)


def test_what_waits_on_either_side_bounds_the_calm() -> None:
    pit = Pit()
    pit.limit(Side.BUY, "1", "59000")
    pit.limit(Side.BUY, "1", "58000")
    pit.limit(Side.SELL, "1", "61000")
    assert pit.exchange.calm.bounds(BTCUSDT) == (Decimal(59_000), Decimal(61_000))


def test_stop_and_target_bound_it_whichever_price_they_look_at() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.stop(Side.SELL, "59500")
    pit.algo(OrderType.TAKE_PROFIT_MARKET, Side.SELL, "60900", by=WorkingType.MARK_PRICE)
    assert pit.exchange.calm.bounds(BTCUSDT) == (Decimal(59_500), Decimal(60_900))


def test_nothing_happens_within_the_bounds_and_a_margin_is_looked_at_beyond() -> None:
    pit = Pit(deposit="1000")
    pit.exchange.set_leverage(pit.account, BTCUSDT, 100)
    pit.market(Side.BUY, "1")
    bounds = pit.exchange.calm.bounds(BTCUSDT)
    assert bounds is not None
    low, high = bounds
    assert 0 < low < 60_000 < high
    pit.heard()
    pit.tick(str(low.quantize(Decimal("0.1")) + Decimal("0.1")))
    assert pit.heard() == []
    assert pit.position().amount == 1


def test_with_a_change_while_margin_is_short_each_price_may_matter() -> None:
    pit = Pit(deposit="1000")
    pit.exchange.set_leverage(pit.account, BTCUSDT, 100)
    pit.market(Side.BUY, "1")
    pit.tick("59300")
    pit.market(Side.SELL, "0.001")
    assert pit.exchange.calm.bounds(BTCUSDT) is None


def test_a_stop_that_trails_follows_every_price() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.algo(
        OrderType.TRAILING_STOP_MARKET,
        Side.SELL,
        qty="0.1",
        reduce_only=True,
        callback="1",
        activate="60100",
    )
    assert pit.exchange.calm.bounds(BTCUSDT) == (margin_low(pit), Decimal("60100"))
    pit.tick("60200")
    assert pit.exchange.calm.bounds(BTCUSDT) is None


def margin_low(pit: Pit) -> Decimal:
    bounds = pit.exchange.calm.bounds(BTCUSDT)
    assert bounds is not None
    return bounds[0]


def test_an_order_on_its_way_makes_each_price_matter_until_it_has_arrived() -> None:
    pit = Pit(fills=Fills(latency=Latency(entry_ms=40)))
    calm = pit.exchange.calm
    assert (calm.arrival_ms, calm.arrived(pit.time_ms)) == (None, [])
    pit.market(Side.BUY, "0.1")
    due_ms = pit.time_ms + 40
    assert calm.arrival_ms == due_ms
    assert calm.bounds(BTCUSDT) is None
    assert (calm.arrived(due_ms - 1), calm.arrived(due_ms)) == ([], [BTCUSDT])
    pit.tick("60000")
    assert calm.arrival_ms is None


def test_the_next_thing_that_is_due_is_funding_or_a_deadline() -> None:
    pit = Pit()
    calm = pit.exchange.calm
    assert calm.due_ms == START_MS + 4 * 3_600_000  # of the contract that pays each four hours
    pit.exchange.countdown(pit.account, BTCUSDT, 5_000)
    assert calm.due_ms == pit.time_ms + 5_000
