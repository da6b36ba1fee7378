"""What is run both in lock-step and as a backtest: three strategies, short candles and long."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.fakes.parity import IDEA, Case

__all__ = ["STRATEGIES", "case"]

# As it comes, it trades once in three days of 5m, and never on candles as long as a session.
_OFTEN: Final = """\
anytime = true
bias_required = false
memory_bars = 500
range_strength = 8
rr_min = 1
exit_on_shift = true
"""
STRATEGIES: Final[Mapping[str, str]] = {
    "sma_cross": "[strategy]\nname = sma_cross\nfast = 10\nslow = 30\nreverse = true\n",
    "ict": "[strategy]\nname = ict\n" + _OFTEN,
    "turning_idea": f"[strategy]\npath = {IDEA}:TurningIdea\n",
}
# Losses that would end a long run are allowed; whoever breaks off must do so on the same candle,
# which is a case of its own.
_ALL_THE_WAY: Final = ("risk.max_drawdown=1", "risk.max_daily_loss=1", "risk.risk_per_trade=0.002")


def case(
    strategy: str,
    data: Sequence[Path],
    *,
    symbols: Sequence[str],
    timeframe: str,
    higher: str,
    is_broken_off: bool = False,
) -> Case:
    """Return a case; one that is broken off trades with the limits that a newcomer has."""
    kind = "broken off" if is_broken_off else "all the way"
    return Case(
        name=f"{strategy} {timeframe} {'+'.join(symbols)}, {kind}",
        data=tuple(data),
        ini=STRATEGIES[strategy],
        overrides=(
            f"trading.symbols={','.join(symbols)}",
            f"trading.timeframe={timeframe}",
            f"trading.higher_timeframes={higher}",
            "trading.warmup_candles=200",
            "sim.seed=7",
            *(() if is_broken_off else _ALL_THE_WAY),
        ),
    )
