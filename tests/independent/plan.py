"""What a run of the plain implementation is told: the settings, in its own words."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

__all__ = ["Plan", "drawn"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Settings that decide a trade; defaults are those of docs/configuration.md."""

    fast: int = 10
    slow: int = 30
    reverse: bool = False
    balance: Decimal = Decimal(10_000)
    leverage: int = 5
    risk_per_trade: Decimal = Decimal("0.01")
    stop_loss: Decimal = Decimal("0.01")
    take_profit: Decimal = Decimal("0.02")
    slippage_allowance: Decimal = Decimal("0.0005")
    max_total_exposure: Decimal = Decimal(3)
    max_position_notional: Decimal | None = None
    cooldown_losses: int = 3
    cooldown_minutes: int = 60
    spread_ticks: int = 1
    ambiguity: str = "worst"
    history: int = 500  # candles that are over when trading begins; the last is acted on


def drawn(random: Random) -> Plan:
    """Return settings within what is allowed, drawn by chance; far enough from liquidation."""
    fast = random.randint(2, 40)
    return Plan(
        fast=fast,
        slow=random.randint(fast + 1, 150),
        reverse=random.random() < 0.5,
        balance=Decimal(random.choice((2_000, 10_000, 250_000))),
        leverage=random.choice((2, 3, 5, 10, 20)),
        risk_per_trade=Decimal(random.randint(20, 300)) / 10_000,
        stop_loss=Decimal(random.randint(20, 250)) / 10_000,
        take_profit=Decimal(random.randint(20, 500)) / 10_000,
        slippage_allowance=Decimal(random.choice((0, 5, 20))) / 10_000,
        max_total_exposure=Decimal(random.choice(("0.5", "1.5", "3", "10"))),
        max_position_notional=random.choice((None, None, Decimal(4_000))),
        cooldown_losses=random.choice((0, 1, 2, 3)),
        cooldown_minutes=random.choice((15, 60, 600)),
        ambiguity=random.choice(("worst", "worst", "best", "ohlc")),
    )
