"""The desk's opinions, and risk's verdict on them."""

from enum import StrEnum

from msgspec import Struct

from noctule.domain.values import Price, Quantity, Symbol

__all__ = [
    "Approved",
    "Decision",
    "Direction",
    "Factor",
    "Prediction",
    "Reason",
    "Refused",
    "Signal",
]


class Direction(StrEnum):
    """The position a signal asks for."""

    LONG = "LONG"
    SHORT = "SHORT"
    FLAT = "FLAT"

    @property
    def opposite(self) -> "Direction":
        """Return the direction that closes this one; flat has none but itself."""
        return _OPPOSITE[self]


_OPPOSITE = {
    Direction.LONG: Direction.SHORT,
    Direction.SHORT: Direction.LONG,
    Direction.FLAT: Direction.FLAT,
}


class Signal(Struct, frozen=True, kw_only=True):
    """What a strategy wants, and why; prices are observations until risk quantises them."""

    direction: Direction
    reason: str
    stop: float | None = None
    target: float | None = None
    confidence: float = 1.0
    factors: dict[str, float] = {}

    def flaw(self) -> str | None:
        """Say what a strategy got wrong; its code is not ours, so it is checked, not asserted."""
        if type(self.direction) is not Direction:  # "LONG" would compare equal and still not be it
            return f"direction {self.direction!r} is not one of Direction's"
        if not self.reason.strip():
            return "a signal needs a reason"
        if not 0 <= self.confidence <= 1:
            return f"confidence {self.confidence} is outside 0 to 1"
        for name, level in (("stop", self.stop), ("target", self.target)):
            if level is not None and not 0 < level < float("inf"):
                return f"{name} {level} is not a price"
        return None


class Factor(Struct, frozen=True, kw_only=True):
    """One measured driver of the price."""

    name: str
    value: float
    impact: float  # measured share of the move it explains, signed


class Prediction(Struct, frozen=True, kw_only=True):
    """An agent's forecast."""

    agent: str
    direction: Direction
    confidence: float
    factors: tuple[Factor, ...] = ()


class Decision(Struct, frozen=True, kw_only=True):
    """The council's verdict, with the weight each agent had in it."""

    direction: Direction
    confidence: float
    rationale: str
    weights: dict[str, float]


class Reason(Struct, frozen=True, kw_only=True):
    """One gate's no, with the numbers that made it."""

    check: str
    text: str


class Approved(Struct, frozen=True, kw_only=True):
    """Risk's yes: only this type can become an order."""

    symbol: Symbol
    direction: Direction
    quantity: Quantity
    stop: Price
    target: Price | None


class Refused(Struct, frozen=True, kw_only=True):
    """Risk's no, with every reason at once."""

    reasons: tuple[Reason, ...]

    def __post_init__(self) -> None:
        assert self.reasons, "a refusal has at least one reason"
