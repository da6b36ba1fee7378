"""The desk's opinions, and risk's verdict on them."""

from enum import StrEnum
from typing import Final, TypeGuard

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
    "answer_flaw",
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
_REASON_MAX: Final = 4_000  # characters
_FACTORS_MAX: Final = 100
_NAME_MAX: Final = 100  # characters of a factor's name
_NUMBER_MAX: Final = 1e18  # beyond every price there is, and no infinity
_SHOWN_MAX: Final = 60  # characters of something that should have been something else
_VOWELS: Final = "AEIOUaeiou"
_SHOWN: Final = (bool, float, int, type(None))  # whose text nobody else has written


class Signal(Struct, frozen=True, kw_only=True):
    """What a strategy wants, and why; prices are observations until risk quantises them."""

    direction: Direction
    reason: str
    stop: float | None = None
    target: float | None = None
    confidence: float = 1.0
    factors: dict[str, float] = {}

    def flaw(self, close: float | None = None) -> str | None:
        """Say what a strategy got wrong; its code is not ours, so it is checked, not asserted.

        With the close of the candle that it was given at, the sides of stop and target are judged,
        too; FLAT needs neither, and leaving must not fail for them. Whatever stands in the fields,
        this does not raise.
        """
        return (
            self._direction_flaw()
            or _reason_flaw(self.reason)
            or (None if self.direction is Direction.FLAT else self._levels_flaw(close))
            or _confidence_flaw(self.confidence)
            or _factors_flaw(self.factors)
        )

    def plain(self) -> "Signal":
        """Return a flawless signal in plain types, with factors that nobody else can change."""
        is_flat = self.direction is Direction.FLAT
        return Signal(
            direction=self.direction,
            reason=str(self.reason),
            stop=None if is_flat or self.stop is None else float(self.stop),
            target=None if is_flat or self.target is None else float(self.target),
            confidence=float(self.confidence),
            factors={str(name): float(value) for name, value in self.factors.items()},
        )

    def _direction_flaw(self) -> str | None:
        if type(self.direction) is not Direction:  # "LONG" would compare equal and still not be it
            return f"direction is {_shown(self.direction)}, not one of Direction's"
        return None

    @property
    def has_idle_levels(self) -> bool:
        """Tell whether it leaves, and names a stop or target that nobody will look at."""
        levels = (self.stop, self.target)
        return self.direction is Direction.FLAT and any(level is not None for level in levels)

    def _levels_flaw(self, close: float | None) -> str | None:
        return (
            _level_flaw("stop", self.stop)
            or _level_flaw("target", self.target)
            or (None if close is None else self._side_flaw(close))
        )

    def _side_flaw(self, close: float) -> str | None:
        """Say which of the levels lies where the price has been already."""
        sign = 1 if self.direction is Direction.LONG else -1
        below, above = ("below", "above") if sign > 0 else ("above", "below")
        if self.stop is not None and sign * self.stop >= sign * close:
            return f"stop {self.stop} of a {self.direction} is not {below} the close {close}"
        if self.target is not None and sign * self.target <= sign * close:
            return f"target {self.target} of a {self.direction} is not {above} the close {close}"
        return None


def answer_flaw(answer: object, close: float) -> str | None:
    """Say what is wrong with what a strategy returned for a candle that closed there."""
    if type(answer) is Signal:
        return answer.flaw(close)
    if hasattr(type(answer), "cr_await") or hasattr(type(answer), "ag_await"):
        return "analyze is async, and is called without waiting: remove async"
    return f"analyze returned {_shown(answer)}, not a Signal or None"


def _reason_flaw(reason: object) -> str | None:
    if not _is_text(reason):
        return f"reason is {_shown(reason)}, not text"
    if not reason.strip():
        return "a signal needs a reason"
    if len(reason) > _REASON_MAX:
        return f"reason has {len(reason)} characters, {_REASON_MAX} at most"
    return None


def _level_flaw(name: str, level: object) -> str | None:
    if level is None:
        return None
    if not _is_number(level):
        return f"{name} is {_shown(level)}, not a number: give a float"
    return None if 0 < level < _NUMBER_MAX else f"{name} {_shown(level)} is not a price"


def _confidence_flaw(confidence: object) -> str | None:
    if not _is_number(confidence):
        return f"confidence is {_shown(confidence)}, not a number: give a float"
    return None if 0 <= confidence <= 1 else f"confidence {_shown(confidence)} is outside 0 to 1"


def _factors_flaw(factors: object) -> str | None:
    if type(factors) is not dict:
        return f"factors are {_shown(factors)}, not a dict of names and numbers"
    if len(factors) > _FACTORS_MAX:
        return f"there are {len(factors)} factors, {_FACTORS_MAX} at most"
    for name, value in factors.items():
        if not _is_text(name):
            return f"the name of a factor is {_shown(name)}, not text"
        if len(name) > _NAME_MAX:
            return f"the name of a factor has {len(name)} characters, {_NAME_MAX} at most"
        if not (_is_number(value) and -_NUMBER_MAX < value < _NUMBER_MAX):
            return f"the factor {name[:_SHOWN_MAX]} is {_shown(value)}, not a number"
    return None


def _is_text(value: object) -> TypeGuard[str]:
    """Tell whether it can be written down: half a character cannot."""
    if not isinstance(value, str):
        return False
    return str.isascii(value) or not any("\ud800" <= each <= "\udfff" for each in value)


def _is_number(value: object) -> TypeGuard[float]:
    """Tell whether it is a float or an int; a bool is a mistake, a Decimal is money."""
    return isinstance(value, float | int) and not isinstance(value, bool)


def _shown(value: object) -> str:
    """Name a wrong value by its type; its own code has no say in that."""
    if type(value) is str:
        return ascii(value[:_SHOWN_MAX])
    if type(value) in _SHOWN and not (isinstance(value, int) and abs(value) > _NUMBER_MAX):
        return repr(value)
    name = type(value).__name__[:_SHOWN_MAX]
    return f"{'an' if name[:1] in _VOWELS else 'a'} {name}"


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
    gates: dict[str, str] = {}  # each that was asked, open or not, with its numbers

    def __post_init__(self) -> None:
        assert self.reasons, "a refusal has at least one reason"
