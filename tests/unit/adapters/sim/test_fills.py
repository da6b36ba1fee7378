"""Spread, depth, impact, queue and latency, each by its rule."""

from decimal import Decimal
from random import Random

import pytest

from noctule.adapters.sim.fills import (
    Came,
    Depth,
    Endless,
    Impact,
    Ladder,
    Latency,
    Queue,
    Slice,
    Spread,
    Touch,
    Worsened,
)
from noctule.adapters.sim.model import Side
from tests.fakes.pit import BTC

LAST = Decimal(60_000)
TICK = Decimal("0.1")


def walk(depth: Depth, side: Side, qty: str) -> list[tuple[Decimal, Decimal]]:
    return [(s.price, s.qty) for s in depth.walk(side, Decimal(qty), LAST, BTC)]


def at(*levels: str) -> list[tuple[Decimal, Decimal]]:
    """Read levels written as price × quantity."""
    return [(Decimal(price), Decimal(qty)) for price, qty in (each.split(" × ") for each in levels)]


@pytest.mark.parametrize(
    ("ticks", "bid", "ask"),
    [(1, "60000", "60000.1"), (2, "59999.9", "60000.1"), (0, "60000", "60000")],
)
def test_bid_and_ask_are_whole_ticks_apart_around_the_last_price(
    ticks: int, bid: str, ask: str
) -> None:
    spread = Spread(ticks=ticks)
    assert spread.bid(LAST, TICK) == Decimal(bid)
    assert spread.ask(LAST, TICK) == Decimal(ask)


def test_a_bid_is_never_below_one_tick() -> None:
    assert Spread(ticks=10).bid(Decimal("0.2"), TICK) == TICK


def test_the_endless_book_gives_all_at_the_best_price() -> None:
    assert list(Endless().walk(Side.BUY, Decimal(7), LAST, BTC)) == [Slice(LAST, Decimal(7))]
    assert Endless().at_best(LAST, BTC) == BTC.market_max_qty


def test_a_ladder_is_walked_level_by_level_and_ends() -> None:
    depth = Ladder(level_quote=Decimal(60_000), levels=3, level_ticks=10)
    assert walk(depth, Side.BUY, "1.5") == at("60000 × 1", "60001 × 0.5")
    assert walk(depth, Side.SELL, "9") == at("60000 × 1", "59999 × 1", "59998 × 1")


def test_impact_worsens_the_price_by_the_square_root_of_the_size() -> None:
    depth = Impact(volume_quote=Decimal(6_000_000), share=Decimal("0.01"))
    assert walk(depth, Side.BUY, "100") == at("60600 × 100")
    assert walk(depth, Side.BUY, "25") == at("60300 × 25")
    assert walk(depth, Side.SELL, "25") == at("59700 × 25")
    assert depth.at_best(LAST, BTC) == 100


def came(qty: str, *, given: str = "0", through: bool = False) -> Came:
    return Came(qty=Decimal(qty), given=Decimal(given), is_through=through)


def test_touched_an_order_is_filled_whole_with_nobody_before_it() -> None:
    assert Touch().ahead(LAST, Decimal(7), Random(1)) == 0
    assert Touch().fill(Decimal(3), came("0.001", given="9"), BTC.step) == 3


def test_in_the_queue_an_order_gets_what_traded_less_what_others_had_and_through_it_all() -> None:
    queue = Queue()
    assert queue.fill(Decimal(3), came("0.5"), BTC.step) == Decimal("0.5")
    assert queue.fill(Decimal("0.1"), came("0.5"), BTC.step) == Decimal("0.1")
    assert queue.fill(Decimal(3), came("0.5", given="0.4"), BTC.step) == Decimal("0.1")
    assert queue.fill(Decimal(3), came("0.5", given="0.6"), BTC.step) == 0
    assert queue.fill(Decimal(3), came("0.5", given="9", through=True), BTC.step) == 3


@pytest.mark.parametrize("through", [False, True])
def test_a_share_bounds_all_that_one_trade_gives_in_whole_steps(through: bool) -> None:
    queue = Queue(share=Decimal("0.25"))
    assert queue.fill(Decimal(3), came("0.5", through=through), BTC.step) == Decimal("0.125")
    assert queue.fill(
        Decimal(3), came("0.5", given="0.0249", through=through), BTC.step
    ) == Decimal("0.100")
    assert queue.fill(Decimal(3), came("0.5", given="0.125", through=through), BTC.step) == 0


def test_before_a_new_order_stands_what_the_book_shows_unless_it_is_said_or_drawn() -> None:
    assert Queue().ahead(LAST, Decimal(7), Random(1)) == 7
    assert Queue(ahead_quote=Decimal(0)).ahead(LAST, Decimal(7), Random(1)) == 0


def test_what_is_drawn_to_stand_before_an_order_is_bounded() -> None:
    queue = Queue(ahead_quote=LAST)
    drawn = [queue.ahead(LAST, Decimal(7), Random(seed)) for seed in range(50)]
    assert all(0 <= qty <= 1 for qty in drawn)
    assert drawn == [queue.ahead(LAST, Decimal(7), Random(seed)) for seed in range(50)]
    assert len(set(drawn)) == 50


def test_latency_is_its_least_and_up_to_its_jitter_more() -> None:
    assert Latency(entry_ms=5, answer_ms=7).entry(Random(1)) == 5
    assert Latency(entry_ms=5, answer_ms=7).answer(Random(1)) == 7
    random = Random(1)
    jittery = Latency(entry_ms=5, jitter_ms=3)
    assert {jittery.entry(random) for _ in range(100)} == {5, 6, 7, 8}


def test_a_share_worsens_every_price_to_the_worse_tick() -> None:
    depth = Worsened(share=Decimal("0.0001234"))
    assert walk(depth, Side.BUY, "3") == at("60007.5 × 3")
    assert walk(depth, Side.SELL, "3") == at("59992.5 × 3")
    assert depth.at_best(LAST, BTC) == BTC.market_max_qty


def test_no_price_is_worsened_below_a_tick() -> None:
    (part,) = Worsened(share=Decimal(2)).walk(Side.SELL, Decimal(1), LAST, BTC)
    assert part == Slice(TICK, Decimal(1))
