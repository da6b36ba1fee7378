"""The contracts that are listed when nothing else is asked for, with numbers like the real ones.

Filters of BTCUSDT are the live ones of 2026-09-30, brackets those of 2024-10; the rest is built
alike. Two symbols are made up: THINUSDT hardly trades, FASTUSDT pays funding every four hours.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.model import ZERO, Bracket, Rules

__all__ = ["default_rules", "ladder", "usual_brackets"]

# Leverage, up to which notional, and which share of it must be kept as margin.
_Tiers = Sequence[tuple[int, int, str]]

_BTC: Final[_Tiers] = (
    (125, 50_000, "0.004"),
    (100, 600_000, "0.005"),
    (75, 3_000_000, "0.0065"),
    (50, 12_000_000, "0.01"),
    (25, 70_000_000, "0.02"),
    (20, 100_000_000, "0.025"),
    (10, 230_000_000, "0.05"),
    (5, 480_000_000, "0.1"),
    (4, 600_000_000, "0.125"),
    (3, 800_000_000, "0.15"),
    (2, 1_200_000_000, "0.25"),
    (1, 1_800_000_000, "0.5"),
)
_ETH: Final[_Tiers] = (
    *_BTC[:4],
    (25, 50_000_000, "0.02"),
    (20, 65_000_000, "0.025"),
    (10, 150_000_000, "0.05"),
    (5, 320_000_000, "0.1"),
    (4, 400_000_000, "0.125"),
    (3, 530_000_000, "0.15"),
    (2, 800_000_000, "0.25"),
    (1, 1_200_000_000, "0.5"),
)
_LARGE: Final[_Tiers] = (
    (100, 20_000, "0.005"),
    (75, 100_000, "0.0065"),
    (50, 800_000, "0.01"),
    (25, 4_000_000, "0.02"),
    (20, 8_000_000, "0.025"),
    (10, 40_000_000, "0.05"),
    (5, 80_000_000, "0.1"),
    (4, 100_000_000, "0.125"),
    (2, 200_000_000, "0.25"),
    (1, 400_000_000, "0.5"),
)
_MIDDLE: Final[_Tiers] = (
    (75, 10_000, "0.005"),
    (50, 50_000, "0.007"),
    (40, 750_000, "0.01"),
    (25, 800_000, "0.02"),
    (20, 1_600_000, "0.025"),
    (10, 8_000_000, "0.05"),
    (5, 16_000_000, "0.1"),
    (4, 20_000_000, "0.125"),
    (2, 40_000_000, "0.25"),
    (1, 80_000_000, "0.5"),
)
_SMALL: Final[_Tiers] = (
    (20, 5_000, "0.02"),
    (10, 25_000, "0.025"),
    (8, 100_000, "0.05"),
    (5, 250_000, "0.1"),
    (2, 1_000_000, "0.125"),
    (1, 3_000_000, "0.5"),
)


class _Listing(Struct, frozen=True):
    """What differs from symbol to symbol."""

    asset: str
    tick: str
    min_price: str
    max_price: str
    step: str
    max_qty: str
    market_max_qty: str
    min_notional: int
    precisions: tuple[int, int]  # of price and quantity: to show, not to trade by
    tiers: _Tiers
    funding_hours: int = 8


_LISTINGS: Final = (
    _Listing("BTC", "0.10", "556.80", "4529764", "0.001", "1000", "120", 50, (2, 3), _BTC),
    _Listing("ETH", "0.01", "39.86", "306177", "0.001", "10000", "2000", 20, (2, 3), _ETH),
    _Listing("SOL", "0.0100", "0.4200", "6857", "0.01", "1000000", "5000", 5, (4, 2), _LARGE),
    _Listing("LTC", "0.01", "3.61", "100000", "0.001", "10000", "5000", 5, (2, 3), _MIDDLE),
    _Listing("DOGE", "0.000010", "0.002440", "30", "1", "50000000", "30000000", 5, (6, 0), _MIDDLE),
    _Listing("XRP", "0.0001", "0.0143", "100000", "0.1", "10000000", "2000000", 5, (4, 1), _MIDDLE),
    _Listing("BNB", "0.010", "6.600", "100000", "0.01", "10000", "2000", 5, (3, 2), _MIDDLE),
    _Listing("THIN", "0.0010", "0.0100", "10000", "0.1", "100000", "20000", 5, (4, 1), _SMALL),
    _Listing("FAST", "0.00010", "0.00100", "1000", "1", "1000000", "200000", 5, (5, 0), _SMALL, 4),
)


def default_rules() -> tuple[Rules, ...]:
    """Return the rules of every listed symbol."""
    return tuple(_rules(listing) for listing in _LISTINGS)


def usual_brackets(symbol: str) -> tuple[Bracket, ...]:
    """Return the tiers of a listed symbol; those of a small one for any that we do not list."""
    known = next((each.tiers for each in _LISTINGS if f"{each.asset}USDT" == symbol), _SMALL)
    return _brackets(known)


def ladder(tiers: Iterable[tuple[int, Decimal, Decimal]]) -> tuple[Bracket, ...]:
    """Build brackets of (leverage, cap, maintenance share), lowest first.

    `cum` joins them without a jump: cum = the one below + floor × (share − the share below).
    """
    brackets: list[Bracket] = []
    floor = share_below = cum = ZERO
    for number, (leverage, cap, share) in enumerate(tiers, start=1):
        cum += floor * (share - share_below)
        brackets.append(
            Bracket(
                bracket=number,
                initial_leverage=leverage,
                notional_floor=floor,
                notional_cap=cap,
                maint_margin_ratio=share,
                cum=cum,
            )
        )
        floor, share_below = cap, share
    return tuple(brackets)


def _rules(listing: _Listing) -> Rules:
    price_precision, quantity_precision = listing.precisions
    step = Decimal(listing.step)
    return Rules(
        symbol=f"{listing.asset}USDT",
        base_asset=listing.asset,
        price_precision=price_precision,
        quantity_precision=quantity_precision,
        tick=Decimal(listing.tick),
        min_price=Decimal(listing.min_price),
        max_price=Decimal(listing.max_price),
        step=step,
        min_qty=step,
        max_qty=Decimal(listing.max_qty),
        market_step=step,
        market_min_qty=step,
        market_max_qty=Decimal(listing.market_max_qty),
        min_notional=Decimal(listing.min_notional),
        funding_interval_hours=listing.funding_hours,
        brackets=_brackets(listing.tiers),
    )


def _brackets(tiers: _Tiers) -> tuple[Bracket, ...]:
    return ladder((leverage, Decimal(cap), Decimal(share)) for leverage, cap, share in tiers)
