"""The [sim] section: what the simulated exchange plays, and how fast."""

from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

__all__ = ["MarketTemper", "SimSettings"]

MarketTemper = Literal["lively", "ordinary"]


class SimSettings(BaseModel, frozen=True, extra="forbid"):
    """Candles, speed and purse of the simulated exchange."""

    data: tuple[Path, ...] = ()
    market: MarketTemper = "lively"  # of the generated one
    speed: float = Field(default=60.0, ge=0, le=100_000)
    balance: Decimal = Field(default=Decimal(10_000), ge=1, le=1_000_000_000)
    seed: int = Field(default=1, ge=0, le=4_294_967_295)
    control_token: str | None = None  # of the exchange at [api] rest_url: it waits for us
