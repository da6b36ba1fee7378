"""ICT signals come from what was known at their close, and from the same candles always."""

from functools import cache
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from noctule.domain.market import Candle
from noctule.domain.signals import Signal
from noctule.domain.values import Timeframe
from tests.ict_builders import SMALL, said, walked

COUNT = 700
EAGER = SMALL.model_copy(update={"anytime": True, "rr_min": 0.5})
STRICT = EAGER.model_copy(update={"bias_required": True, "bias_strength": 1})
HIGHER = (Timeframe.M15,)

seeds = st.integers(0, 7)
places = st.integers(0, COUNT - 1)


@cache
def market(seed: int) -> tuple[Candle, ...]:
    return tuple(walked(COUNT, seed=seed))


@cache
def all_said(seed: int) -> list[Signal | None]:
    return said(market(seed), STRICT, higher=HIGHER)


def test_there_is_something_to_foresee() -> None:
    assert all(sum(signal is not None for signal in all_said(seed)) >= 2 for seed in range(8))


@settings(max_examples=20)
@given(seed=seeds, last=places)
def test_what_comes_after_a_candle_changes_nothing_up_to_it(seed: int, last: int) -> None:
    known = market(seed)[: last + 1]
    assert said(known, STRICT, higher=HIGHER) == all_said(seed)[: last + 1]


@settings(max_examples=10)
@given(seed=seeds, last=places, chance=st.integers(0, 2**32))
def test_a_shuffled_future_changes_nothing_before_it(seed: int, last: int, chance: int) -> None:
    bars = [*market(seed)]
    future = bars[last + 1 :]
    Random(chance).shuffle(future)
    shuffled = [*bars[: last + 1], *map(_retold, bars[last + 1 :], future)]
    signals = said(shuffled, STRICT, higher=HIGHER)
    assert signals[: last + 1] == all_said(seed)[: last + 1]


@settings(max_examples=10)
@given(seed=seeds, first=st.integers(0, EAGER.memory_bars - 1))
def test_history_warms_as_well_as_living_through_it(seed: int, first: int) -> None:
    signals = said(market(seed), STRICT, higher=HIGHER, asked_from=first)
    assert signals == all_said(seed)[first:]


@settings(max_examples=10, deadline=None)
@given(seed=seeds)
def test_after_a_few_memories_nobody_can_tell_when_it_began(seed: int) -> None:
    bars = walked(1_500, seed=seed)
    whole, late = said(bars, EAGER), said(bars[288:], EAGER)
    settled = 288 + 3 * EAGER.memory_bars
    assert [*map(_rough, whole[settled:])] == [*map(_rough, late[settled - 288 :])]


def _retold(bar: Candle, other: Candle) -> Candle:
    """Give a candle's time the prices of another."""
    return Candle(
        symbol=bar.symbol,
        timeframe=bar.timeframe,
        open_ms=bar.open_ms,
        close_ms=bar.close_ms,
        open=other.open,
        high=other.high,
        low=other.low,
        close=other.close,
        volume=other.volume,
        quote_volume=other.quote_volume,
        trades=other.trades,
        taker_buy_volume=other.taker_buy_volume,
    )


def _rough(signal: Signal | None) -> tuple[object, ...] | None:
    """Return what an average that forgets slowly does not touch in its last digits."""
    if signal is None or signal.stop is None:
        return None
    return signal.direction, signal.target, round(signal.stop, 6)
