"""One reason not to believe a result, and how much it weighs."""

from enum import StrEnum

from msgspec import Struct

__all__ = ["Doubt", "Gravity", "gravity_from"]


class Gravity(StrEnum):
    """How much a doubt weighs, heaviest first."""

    GRAVE = "grave"  # the result says next to nothing
    SERIOUS = "serious"  # it says less than it seems to
    MILD = "mild"  # worth knowing


class Doubt(Struct, frozen=True, kw_only=True):
    """One reason not to believe a result, as a sentence with its number."""

    name: str  # stable, for programs: few_trades, ambiguous_candles …
    gravity: Gravity
    text: str
    number: float


def gravity_from(number: float, *, serious: float, grave: float) -> Gravity:
    """Weigh a number that is the worse the larger it is."""
    if number >= grave:
        return Gravity.GRAVE
    return Gravity.SERIOUS if number >= serious else Gravity.MILD
