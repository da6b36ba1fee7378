"""The contracts that are traded here, as the exchange's rule book lists them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

__all__ = ["CONTRACTS", "Contract"]


@dataclass(frozen=True, kw_only=True)
class Contract:
    """The rules of one symbol that decide a trade."""

    tick: Decimal
    step: Decimal
    order_min: Decimal
    order_max: Decimal  # of a market order
    worth_min: Decimal
    tiers: tuple[tuple[int, int], ...]  # leverage, and up to which worth
    taker_fee: Decimal = Decimal("0.0005")
    funding_hours: int = 8

    def worth_max(self, leverage: int) -> Decimal:
        """Return what may be held at this leverage."""
        return Decimal(max(worth for highest, worth in self.tiers if highest >= leverage))


_LARGE: Final = ((125, 50_000), (100, 600_000), (75, 3_000_000), (50, 12_000_000))

CONTRACTS: Final = {
    "BTCUSDT": Contract(
        tick=Decimal("0.10"),
        step=Decimal("0.001"),
        order_min=Decimal("0.001"),
        order_max=Decimal(120),
        worth_min=Decimal(50),
        tiers=(*_LARGE, (25, 70_000_000), (20, 100_000_000), (10, 230_000_000), (5, 480_000_000)),
    ),
    "ETHUSDT": Contract(
        tick=Decimal("0.01"),
        step=Decimal("0.001"),
        order_min=Decimal("0.001"),
        order_max=Decimal(2_000),
        worth_min=Decimal(20),
        tiers=(*_LARGE, (25, 50_000_000), (20, 65_000_000), (10, 150_000_000), (5, 320_000_000)),
    ),
    "LTCUSDT": Contract(
        tick=Decimal("0.01"),
        step=Decimal("0.001"),
        order_min=Decimal("0.001"),
        order_max=Decimal(5_000),
        worth_min=Decimal(5),
        tiers=(
            (75, 10_000),
            (50, 50_000),
            (40, 750_000),
            (25, 800_000),
            (20, 1_600_000),
            (10, 8_000_000),
            (5, 16_000_000),
        ),
    ),
}
