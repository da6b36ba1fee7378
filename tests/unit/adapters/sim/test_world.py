"""The world: the exchange before the audience, and time that never goes back."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.intervals import MINUTE_MS
from noctule.adapters.sim.market_updates import AggTrade, BookTicker, KlineUpdate
from noctule.adapters.sim.model import PositionSide
from noctule.adapters.sim.source import Instant, MarketEvent
from noctule.adapters.sim.tape import Tape
from noctule.adapters.sim.world import World, held_by
from tests.fakes.sim_market import START_MS, Quotes, mark, rules_of, tick


class Floor:
    """An exchange that only writes down what moved it."""

    def __init__(self, quotes: Quotes) -> None:
        self.now_ms = START_MS
        self.moves: list[str] = []
        self._quotes = quotes

    def advance(self, now_ms: int) -> None:
        self.now_ms = max(self.now_ms, now_ms)
        self.moves.append(f"advance {now_ms - START_MS}")

    def tick(self, tick: Tick) -> None:
        self._quotes.last[tick.symbol] = tick.price
        self.moves.append(f"tick {tick.price}")

    def mark(self, mark: MarkTick) -> None:
        self.moves.append(f"mark {mark.mark}")


def world_of(*events: MarketEvent) -> tuple[World, Floor, Tape]:
    quotes = Quotes()
    floor, tape = Floor(quotes), Tape(rules_of("BTCUSDT"), quotes)
    return World(floor, tape, iter(events)), floor, tape


def test_the_exchange_has_moved_before_anybody_is_told() -> None:
    world, floor, _ = world_of(tick("100", at=5))
    told = world.step()
    assert told is not None
    assert [type(each) for each in told] == [AggTrade, BookTicker]
    assert isinstance(told[1], BookTicker)
    assert told[1].bid == Decimal(100)  # the quote after the tick
    assert floor.moves == ["advance 5", "tick 100"]


def test_marks_and_instants_move_the_exchange_too() -> None:
    world, floor, _ = world_of(mark("100"), Instant(time_ms=START_MS + 7))
    world.step()
    world.step()
    assert floor.moves == ["advance 0", "mark 100", "advance 7"]


def test_steps_are_counted_and_end_with_the_source() -> None:
    world, _, _ = world_of(tick("100"), tick("101", at=1))
    assert (world.step() is None, world.step() is None, world.step()) == (False, False, None)
    assert (world.steps, world.next_ms, world.now_ms) == (2, None, START_MS + 1)


def test_to_know_when_the_next_event_is_due_does_not_let_it_happen() -> None:
    world, floor, _ = world_of(tick("100", at=5))
    assert (world.next_ms, world.next_ms, floor.moves) == (START_MS + 5, START_MS + 5, [])


def test_time_passes_up_to_the_next_event_and_closes_candles() -> None:
    world, floor, _ = world_of(tick("100"), tick("101", at=3 * MINUTE_MS))
    world.step()
    told = world.pass_time(START_MS + MINUTE_MS)
    assert [each.kline.close for each in told if isinstance(each, KlineUpdate)] == [100]
    world.pass_time(START_MS + 9 * MINUTE_MS)
    assert floor.now_ms == START_MS + 3 * MINUTE_MS
    assert world.pass_time(START_MS) == ()


def test_history_runs_up_to_an_instant_and_not_into_it() -> None:
    world, _, tape = world_of(tick("100"), tick("101", at=5), tick("102", at=6))
    world.run_until(START_MS + 6)
    assert tape.klines("BTCUSDT", "1m")[-1].close == Decimal(101)


def test_what_all_accounts_hold_of_a_symbol_is_added_up() -> None:
    accounts = {key: Account(key=key, secret="") for key in ("one", "two")}
    accounts["one"].position("BTCUSDT", PositionSide.BOTH).amount = Decimal("0.5")
    accounts["two"].position("BTCUSDT", PositionSide.SHORT).amount = Decimal("-0.2")
    held = held_by(accounts)
    assert (held("BTCUSDT"), held("ETHUSDT")) == (Decimal("0.3"), Decimal(0))


def test_bad_data_is_told_each_time_and_never_taken_for_the_end() -> None:
    def spoiled() -> Iterator[MarketEvent]:
        yield tick("100")
        raise BadData("x.csv:2: not a candle")

    quotes = Quotes()
    world = World(Floor(quotes), Tape(rules_of("BTCUSDT"), quotes), spoiled())
    world.step()

    for _ in range(2):
        with pytest.raises(BadData, match=r"x\.csv:2: not a candle"):
            world.step()
    with pytest.raises(BadData, match=r"x\.csv:2: not a candle"):
        _ = world.next_ms


def test_what_another_market_tells_happens_at_once() -> None:
    world, floor, _ = world_of()
    told = world.happen(tick("60001", at=70))
    assert floor.moves == ["advance 70", "tick 60001"]
    assert world.next_ms is None
    assert world.steps == 1
    assert [type(each) for each in told] == [AggTrade, BookTicker]
