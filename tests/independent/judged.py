"""The program's own backtest, told a plan, and its trades in the plain implementation's words."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import noctule
from noctule.performance.records import TradeRecord
from tests.independent.plan import Plan

__all__ = ["RECORDED", "judged_trades"]

_RISK: Final = (
    "risk_per_trade",
    "stop_loss",
    "take_profit",
    "slippage_allowance",
    "max_total_exposure",
    "max_position_notional",
    "cooldown_losses",
    "cooldown_minutes",
)
RECORDED: Final = next(
    (
        data
        for above in Path(__file__).resolve().parents
        if (data := above / "shared" / "data").is_dir()
    ),
    None,
)


def judged_trades(
    paths: Sequence[Path], plan: Plan, *, symbol: str, interval: str
) -> list[dict[str, object]]:
    """Return the trades of `noctule.backtest`; its halts by equity are out of reach."""
    limits = {name: getattr(plan, name) for name in _RISK}
    settings = {
        "trading.symbols": symbol,
        "trading.timeframe": interval,
        "trading.leverage": plan.leverage,
        "sim.balance": plan.balance,
        "strategy.fast": plan.fast,
        "strategy.slow": plan.slow,
        "strategy.reverse": str(plan.reverse).lower(),
        "risk.max_daily_loss": 1,
        "risk.max_drawdown": 1,
        **{f"risk.{name}": limit for name, limit in limits.items() if limit is not None},
    }
    result = noctule.backtest(
        [*paths],
        settings=settings,
        ambiguity=plan.ambiguity,
        spread_ticks=plan.spread_ticks,
        is_cached=False,
    )
    return [_told(trade) for trade in result.course.trades]


def _told(trade: TradeRecord) -> dict[str, object]:
    return {
        "direction": trade.direction.name,
        "opened_ms": trade.opened_ms,
        "closed_ms": trade.closed_ms,
        "quantity": Decimal(trade.quantity),
        "entry_price": Decimal(trade.entry_price),
        "exit_price": Decimal(trade.exit_price),
        "gross_pnl": Decimal(trade.gross_pnl),
        "fees": Decimal(trade.fees),
        "funding": Decimal(trade.funding),
        "net_pnl": Decimal(trade.net_pnl),
        "exit_reason": trade.exit_reason.value,
    }
