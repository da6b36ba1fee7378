"""The formulas of margin: brackets, maintenance, liquidation price, and what orders bind."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.model import ZERO, Bracket, Rules
from noctule.adapters.sim.open_orders import Worth

__all__ = [
    "Bound",
    "Leg",
    "bound_by",
    "bracket_of",
    "cut_to_tier_below",
    "leverage_max",
    "liquidation_price",
    "maintenance",
    "notional_max",
]

_ROUNDS_MAX: Final = 50


class Leg(Struct, frozen=True):
    """A position as far as its margin is concerned: signed amount and entry price."""

    amount: Decimal
    entry_price: Decimal


class Bound(Struct, frozen=True, gc=False):
    """What open orders on one leg are worth, and the largest position they could lead to."""

    bids: Decimal
    asks: Decimal
    notional: Decimal


def bracket_of(rules: Rules, notional: Decimal) -> Bracket:
    """Return the tier that holds this notional; the last holds all beyond it."""
    for bracket in rules.brackets:
        if notional <= bracket.notional_cap:
            return bracket
    return rules.brackets[-1]


def maintenance(rules: Rules, notional: Decimal) -> Decimal:
    """Return the least margin that keeps a position of this notional alive."""
    bracket = bracket_of(rules, notional)
    return notional * bracket.maint_margin_ratio - bracket.cum


def cut_to_tier_below(rules: Rules, amount: Decimal, mark: Decimal) -> Decimal:
    """Return how much less of a position is in the next lower tier; in the lowest, all of it."""
    floor = bracket_of(rules, abs(amount) * mark).notional_floor
    kept = (floor / mark / rules.step).to_integral_value(ROUND_FLOOR) * rules.step
    return abs(amount) - kept


def leverage_max(rules: Rules) -> int:
    """Return the highest leverage the contract offers."""
    return rules.brackets[0].initial_leverage


def notional_max(rules: Rules, leverage: int) -> Decimal:
    """Return the largest notional this leverage may carry."""
    for bracket in reversed(rules.brackets):  # the highest cap stands last
        if bracket.initial_leverage >= leverage:
            return bracket.notional_cap
    raise AssertionError(f"{rules.symbol} has no bracket for leverage {leverage}")


def liquidation_price(
    rules: Rules, legs: Sequence[Leg], *, wallet: Decimal, mark: Decimal
) -> Decimal:
    """Return the mark price at which margin equals maintenance; zero if there is none.

    `wallet` is the isolated wallet, or the cross wallet with the unrealised profit of all other
    cross positions and without their maintenance. The tier depends on the price looked for: start
    from the mark's and go on until it is the result's. Margin less maintenance is concave in the
    price, so this is Newton's method on a piecewise line: a single leg ends after a few rounds.
    """
    price = mark
    for _ in range(_ROUNDS_MAX):
        tiers = [bracket_of(rules, abs(leg.amount) * price) for leg in legs]
        price = _balanced(legs, tiers, wallet)
        if tiers == [bracket_of(rules, abs(leg.amount) * price) for leg in legs]:
            break
    return max(price, ZERO)


def bound_by(amount: Decimal, mark: Decimal, worth: Worth, *, extra: Decimal = ZERO) -> Bound:
    """Return what orders of this worth may make of a position: the worse of buys and sells.

    Orders that may only reduce do not belong here. `extra` is the worth of one more order, below
    zero for a sale.
    """
    bids, asks = worth
    if extra > 0:
        bids += extra
    else:
        asks -= extra
    held = amount * mark
    return Bound(bids, asks, max(abs(held + bids), abs(held - asks)))


def _balanced(legs: Sequence[Leg], tiers: Sequence[Bracket], wallet: Decimal) -> Decimal:
    """Return the price at which margin equals maintenance if these tiers hold."""
    saved = sum((tier.cum for tier in tiers), ZERO)
    cost = sum((leg.amount * leg.entry_price for leg in legs), ZERO)
    slope = sum(
        (
            abs(leg.amount) * tier.maint_margin_ratio - leg.amount
            for leg, tier in zip(legs, tiers, strict=True)
        ),
        ZERO,
    )
    return (wallet + saved - cost) / slope if slope else ZERO
