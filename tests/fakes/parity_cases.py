"""What is run both in lock-step and as a backtest: three strategies, short candles and long."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.fakes.parity import IDEA, Case

__all__ = ["ALL_THE_WAY", "STRATEGIES", "case"]

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
ALL_THE_WAY: Final = ("risk.max_drawdown=1", "risk.max_daily_loss=1", "risk.risk_per_trade=0.002")


def case(
    strategy: str,
    data: Sequence[Path],
    *,
    symbols: Sequence[str],
    timeframe: str,
    higher: str,
    risk: tuple[str, ...] = ALL_THE_WAY,
) -> Case:
    """Return a case; with other limits than these it is broken off."""
    kind = "all the way" if risk == ALL_THE_WAY else "broken off"
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
            *risk,
        ),
    )
