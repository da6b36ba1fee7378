"""What a backtest passes over makes no difference: told price by price, all comes out the same."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.app.backtest.settings import Ambiguity
from noctule.domain.values import Timeframe
from tests.fakes.passing_over import Storm, both_ways, course_difference, drawn_storm

SEEDS = (3, 6, 8, 12, 15, 16, 22, 25, 30, 43)


def calm_storm(seed: int) -> Storm:
    """Draw one on candles that take no time to wait through."""
    storm = drawn_storm(seed, candles=160)
    return replace(storm, terms=replace(storm.terms, latency_ms=0))


@pytest.mark.parametrize("seed", SEEDS)
def test_passing_over_changes_nothing(seed: int, tmp_path: Path) -> None:
    fast, plain = both_ways(calm_storm(seed), tmp_path)
    assert course_difference(fast.course, plain.course) is None


def test_much_is_passed_over_and_much_happens(tmp_path: Path) -> None:
    """The storms would prove little if they were all weather, or all quiet."""
    storm = Storm(
        seed=5,
        symbols=("BTCUSDT", "ETHUSDT"),
        timeframe=Timeframe.M5,
        candles=400,
        keys=(
            "trading.symbols=BTCUSDT,ETHUSDT",
            "trading.timeframe=5m",
            "trading.warmup_candles=0",
            "strategy.often=0.08",
            "strategy.wide=0.03",
            "risk.max_daily_loss=1",
            "risk.max_drawdown=1",
            "risk.cooldown_losses=0",
            "risk.max_correlation=1",
        ),
    )
    fast, plain = both_ways(storm, tmp_path)
    assert course_difference(fast.course, plain.course) is None
    assert len(fast.course.trades) > 20
    assert fast.quiet > 3 * fast.full


@pytest.mark.parametrize("ambiguity", list(Ambiguity))
def test_whichever_extreme_comes_first(ambiguity: Ambiguity, tmp_path: Path) -> None:
    storm = calm_storm(8)
    storm = replace(storm, terms=replace(storm.terms, ambiguity=ambiguity))
    fast, plain = both_ways(storm, tmp_path)
    assert course_difference(fast.course, plain.course) is None
