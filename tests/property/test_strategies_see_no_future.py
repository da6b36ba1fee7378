"""What a strategy says of a candle hangs on it and those before, and on nothing else."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noctule.domain.market import Candle
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Symbol, Timeframe
from noctule.market.regime_settings import RegimeSettings
from noctule.strategies.factory import STRATEGIES, StrategyFactory
from tests.builders import BTCUSDT
from tests.conformance.fixtures import needs_data
from tests.fakes.recorded import recorded
from tests.fakes.seat import Seat
from tests.fakes.wild_market import shuffled_behind, wild_market

Said = list[Signal | None]

ROOT: Final = Path(__file__).parents[2]
COUNT: Final = 250  # candles of a drawn market
KEPT: Final = 200  # of which a board remembers so many: that the oldest are dropped is tried, too
REGIMES: Final = RegimeSettings(
    trend_candles=10, recent_candles=5, norm_candles=50, trend_enter=0.5, confirm_candles=1
)
SHORT: Final[Mapping[str, dict[str, object]]] = {  # so that a short market makes each of them speak
    "donchian_breakout": {"entry_candles": 8, "exit_candles": 4, "atr_candles": 5},
    "ict": {"anytime": True, "bias_required": False, "range_strength": 3, "rr_min": 0.5},
    "rsi_reversion": {"rsi_candles": 4, "mean_candles": 12, "atr_candles": 5},
    "sma_cross": {"fast": 3, "slow": 7},
    "supertrend_follow": {"atr_candles": 5, "factor": 1.0},
}
seeds = st.integers(0, 2**32)
places = st.integers(0, COUNT - 2)


def seat_of(name: str, symbol: Symbol = BTCUSDT, *, base: Timeframe = Timeframe.M5) -> Seat:
    own = STRATEGIES[name].Settings.model_validate(SHORT.get(name, {}))
    return Seat(
        StrategyFactory.create(name, own),
        symbol=symbol,
        base=base,
        higher=[Timeframe.H1] if base is Timeframe.M5 else [Timeframe.H4],
        capacity=KEPT,
        regimes=REGIMES,
    )


def traded(seat: Seat, candles: Sequence[Candle]) -> Iterator[Said]:
    """Hold at once what was asked for, so that ways out are tried as well; yield what was said."""
    holds = {Direction.LONG: 1, Direction.SHORT: -1, Direction.FLAT: 0}
    for each in candles:
        said = seat.see(each)
        for signal in said:
            if signal is not None:
                seat.hold(holds[signal.direction])
        yield said


def opinions(name: str, candles: Sequence[Candle]) -> list[Said]:
    """List what a new strategy says of each base candle and of the bars that close with it."""
    return [*traded(seat_of(name, base=candles[0].timeframe), candles)]


@pytest.mark.parametrize("name", STRATEGIES)
@settings(max_examples=15)
@given(seed=seeds, last=places)
def test_what_comes_after_a_candle_changes_nothing_that_was_said(
    name: str, seed: int, last: int
) -> None:
    candles = wild_market(seed, COUNT)
    said = opinions(name, candles)[: last + 1]
    replaced = [*candles[: last + 1], *wild_market(seed + 1, COUNT)[last + 1 :]]

    assert opinions(name, candles[: last + 1]) == said
    assert opinions(name, shuffled_behind(candles, last, Random(seed)))[: last + 1] == said
    assert opinions(name, replaced)[: last + 1] == said


@pytest.mark.parametrize("name", STRATEGIES)
@settings(max_examples=10)
@given(seed=seeds)
def test_two_symbols_side_by_side_are_each_as_if_alone(name: str, seed: int) -> None:
    other = Symbol("ETHUSDT")
    first, second = wild_market(seed, COUNT), wild_market(seed + 1, COUNT, symbol=other)
    both = zip(traded(seat_of(name), first), traded(seat_of(name, other), second), strict=True)
    said, said_of_other = zip(*both, strict=True)

    assert [*said] == opinions(name, first)
    assert [*said_of_other] == opinions(name, second)


@pytest.mark.parametrize("name", STRATEGIES)
def test_in_these_markets_all_speak_both_ways_with_stop_and_target_on_the_right_sides(
    name: str,
) -> None:
    told = list[tuple[Signal, float]]()
    for seed in range(20):
        candles = wild_market(seed, COUNT)
        for candle, said in zip(candles, opinions(name, candles), strict=True):
            told += [(signal, candle.close) for signal in said if signal is not None]
    directions = [signal.direction for signal, _ in told]

    assert min(directions.count(each) for each in (Direction.LONG, Direction.SHORT)) >= 3
    assert {signal.flaw(close) for signal, close in told} == {None}


@settings(max_examples=20)
@given(seed=seeds, last=st.integers(10, COUNT - 2))
def test_averages_cross_where_they_would_have_without_a_restart(seed: int, last: int) -> None:
    candles = wild_market(seed, COUNT)
    seat = seat_of("sma_cross")
    seat.board.seed(candles[: last + 1], {Timeframe.H1: ()})
    said = [each[0] for each in traded(seat, candles[last + 1 :])]
    assert said == [each[0] for each in opinions("sma_cross", candles)[last + 1 :]]


def told_by_all() -> str:
    """Write down all that is said of one market."""
    candles = wild_market(5, COUNT)
    return "\n".join(f"{name} {opinions(name, candles)}" for name in STRATEGIES)


def test_the_same_is_said_in_every_process() -> None:
    script = f"from {__name__} import told_by_all; print(told_by_all())"
    paths = f"{ROOT / 'src'}:{ROOT}"
    other = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": paths},
        capture_output=True,
        check=True,
        text=True,
    )
    assert other.stdout.strip() == told_by_all()


@needs_data
@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize(
    ("symbol", "timeframe"), [("BTCUSDT", Timeframe.M5), ("ETHUSDT", Timeframe.H1)]
)
def test_on_recorded_candles_neither_does_the_future_change_what_was_said(
    name: str, symbol: str, timeframe: Timeframe
) -> None:
    candles = recorded(symbol, timeframe, 1_500)
    said = opinions(name, candles)
    random = Random(7)
    assert any(signal is not None for each in said for signal in each)
    for last in random.sample(range(len(candles)), 2):
        assert opinions(name, candles[: last + 1]) == said[: last + 1]
        shuffled = shuffled_behind(candles, last, random)
        assert opinions(name, shuffled)[: last + 1] == said[: last + 1]
