"""What happens in every client's script, in figures known beforehand to the last digit.

One tick of 0.10 lies between bid and ask and the last price is the bid; 0.05 % is paid for taking
and 0.02 % for making. The market stands at 60,000 until a script asks it to move: then a
tick through 60,500, to 61,000, to 59,900 and back.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

__all__ = [
    "AFTER_ENTRY",
    "AFTER_LOSS",
    "AFTER_TARGET",
    "COMMISSIONS",
    "DEPOSIT",
    "ENTRY",
    "HALF",
    "LOSS",
    "PROFITS",
    "REENTRY",
    "SYMBOL",
    "TARGET",
    "Fill",
]

SYMBOL: Final = "BTCUSDT"
DEPOSIT: Final = Decimal(10_000)


@dataclass(frozen=True, kw_only=True)
class Fill:
    """What one trade did, whoever tells it."""

    quantity: Decimal
    price: Decimal
    fee: Decimal
    profit: Decimal
    is_maker: bool


# 0.010 bought at the ask: 600.001 × 0.05 %.
ENTRY: Final = Fill(
    quantity=Decimal("0.010"),
    price=Decimal("60000.1"),
    fee=Decimal("0.3000005"),
    profit=Decimal(0),
    is_maker=False,
)
# 0.004 of it sold by a limit order that rested at 60,500: 242 × 0.02 %, and 0.004 × 499.9.
HALF: Final = Fill(
    quantity=Decimal("0.004"),
    price=Decimal(60_500),
    fee=Decimal("0.0484"),
    profit=Decimal("1.9996"),
    is_maker=True,
)
# The rest sold by the take-profit at 61,000: 366 × 0.05 %, and 0.006 × 999.9.
TARGET: Final = Fill(
    quantity=Decimal("0.006"),
    price=Decimal(61_000),
    fee=Decimal("0.183"),
    profit=Decimal("5.9994"),
    is_maker=False,
)
# 0.010 bought again: 610.001 × 0.05 %.
REENTRY: Final = Fill(
    quantity=Decimal("0.010"),
    price=Decimal("61000.1"),
    fee=Decimal("0.3050005"),
    profit=Decimal(0),
    is_maker=False,
)
# The stop at 60,000 meets a market that has fallen through it: 599 × 0.05 %, and 0.010 × −1,100.1.
LOSS: Final = Fill(
    quantity=Decimal("0.010"),
    price=Decimal(59_900),
    fee=Decimal("0.2995"),
    profit=Decimal("-11.001"),
    is_maker=False,
)

AFTER_ENTRY: Final = Decimal("9999.6999995")
AFTER_TARGET: Final = Decimal("10007.4675995")
AFTER_LOSS: Final = Decimal("9995.862099")
COMMISSIONS: Final = Decimal("1.135901")  # of all five
PROFITS: Final = Decimal("-3.002")
