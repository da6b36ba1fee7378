"""The [risk] section: how much may be lost, and when nothing new is opened."""

from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from noctule.domain.regime import Regime
from noctule.risk.regime_scale import RegimeScale, share_in

__all__ = ["RiskLimits", "TakeProfitOrder", "WorkingType"]

TakeProfitOrder = Literal["market", "limit"]
WorkingType = Literal["CONTRACT_PRICE", "MARK_PRICE"]

# Some of these divide others: below a floor the quotient would be a position of any size.
_POINT = Decimal("0.00001")
_LEAST = Decimal("0.0001")
_CENT = Decimal("0.01")
_TENTH = Decimal("0.1")
_HALF = Decimal("0.5")


class RiskLimits(BaseModel, frozen=True, extra="forbid"):
    """Sizes, stops, breakers and guards; shares are fractions of one, so 0.01 is 1 %."""

    risk_per_trade: Decimal = Field(default=Decimal("0.01"), ge=_LEAST, le=_TENTH)
    regime_scale: RegimeScale = ()  # regime: share of risk_per_trade, for those that take less
    stop_loss: Decimal = Field(default=Decimal("0.01"), ge=_LEAST, le=_HALF)
    take_profit: Decimal = Field(default=Decimal("0.02"), ge=_LEAST, le=10)
    take_profit_order: TakeProfitOrder = "market"
    max_positions: int = Field(default=3, ge=1, le=100)
    max_position_notional: Decimal | None = Field(default=None, ge=1, le=1_000_000_000)
    max_total_exposure: Decimal = Field(default=Decimal("3.0"), ge=_CENT, le=125)
    max_daily_loss: Decimal = Field(default=Decimal("0.05"), ge=_LEAST, le=1)
    max_drawdown: Decimal = Field(default=Decimal("0.20"), ge=_LEAST, le=1)
    cooldown_losses: int = Field(default=3, ge=0, le=100)
    cooldown_minutes: int = Field(default=60, ge=0, le=10_080)
    max_orders_per_minute: int = Field(default=30, ge=1, le=1_200)
    stale_data_seconds: int = Field(default=90, ge=5, le=3_600)
    slippage_allowance: Decimal = Field(default=Decimal("0.0005"), ge=0, le=_TENTH)
    max_spread: Decimal = Field(default=Decimal("0.001"), ge=_POINT, le=_TENTH)
    max_price_deviation: Decimal = Field(default=Decimal("0.02"), ge=_LEAST, le=_HALF)
    max_correlation: Decimal = Field(default=Decimal("0.9"), ge=0, le=1)
    funding_guard_minutes: int = Field(default=0, ge=0, le=240)
    clock_offset_ms_max: int = Field(default=1_000, ge=10, le=10_000)
    news_calendar: Path | None = None
    kill_switch_file: Path = Path("logs/state/STOP")
    working_type: WorkingType = "CONTRACT_PRICE"
    naked_position_limit_ms: int = Field(default=2_000, ge=100, le=60_000)

    def share_in(self, regime: Regime | None) -> Decimal:
        """Return the share of risk_per_trade that is taken in a regime, 0 to 1."""
        return share_in(regime, self.regime_scale)
