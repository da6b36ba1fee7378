"""Room for words: a label takes the first free place offered to it, or none."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from noctule.adapters.report.markup import Markup, tag

__all__ = ["FADED_MAX", "LABELS_MAX", "Anchor", "Labels", "Spot", "shortened", "stack"]

LABELS_MAX: Final = 110  # a picture with more words is not looked at but read
FADED_MAX: Final = 16  # of which so many about what counts no more
_FADED: Final = "faded"
_RANKS: Final = {"up": 1, "down": 1, "plain": 2, _FADED: 3}  # what is called for comes first
_LETTERS_MAX: Final = 34
_LETTER_WIDTH: Final = 5.9
_HEIGHT: Final = 12.0

_Box = tuple[float, float, float, float]  # left, right, top, bottom


class Anchor(StrEnum):
    """Which end of a label its place is."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


class Spot(Struct, frozen=True, kw_only=True):
    """A place for a label: where its base line begins, has its middle, or ends."""

    x: float
    y: float
    anchor: Anchor = Anchor.START


class Labels:
    """Labels that are wanted, and in the end the ones that found room; the others are counted."""

    def __init__(self, *, left: float, right: float, top: float, bottom: float) -> None:
        self._edges = (left, right, top, bottom)
        self._wanted: list[tuple[str, Sequence[Spot], str]] = []
        self._taken: list[_Box] = []

    def want(self, text: str, spots: Sequence[Spot], *, look: str) -> None:
        """Ask for a label at the first of these spots where it covers no other."""
        self._wanted.append((shortened(text), spots, look))

    def settle(self) -> tuple[list[Markup], int]:
        """Write what fits, the most telling first; return it, and how many did not fit."""
        texts, faded = list[Markup](), 0
        for text, spots, look in sorted(self._wanted, key=_rank):
            faded += look == _FADED
            spot = self._free(text, spots)
            if spot is None or len(texts) == LABELS_MAX or faded > FADED_MAX:
                continue
            self._taken.append(_box(text, spot))
            anchor = None if spot.anchor is Anchor.START else spot.anchor.value
            place = {"x": spot.x, "y": spot.y}
            texts.append(tag("text", text, class_=f"label {look}", text_anchor=anchor, **place))
        return texts, len(self._wanted) - len(texts)

    def _free(self, text: str, spots: Sequence[Spot]) -> Spot | None:
        return next((spot for spot in spots if self._is_free(_box(text, spot))), None)

    def _is_free(self, box: _Box) -> bool:
        left, right, top, bottom = self._edges
        inside = left <= box[0] and box[1] <= right and top <= box[2] and box[3] <= bottom
        return inside and not any(_touch(box, other) for other in self._taken)


def shortened(text: str) -> str:
    """Cut what would cross the picture; the tooltip has all of it."""
    line = " ".join(text.split())
    return line if len(line) <= _LETTERS_MAX else f"{line[: _LETTERS_MAX - 1]}…"


def stack(x: float, y: float, *, step: float, count: int, anchor: Anchor) -> list[Spot]:
    """Offer spots one above the other, or below with a negative step."""
    return [Spot(x=x, y=y - number * step, anchor=anchor) for number in range(count)]


def _box(text: str, spot: Spot) -> _Box:
    """Return left, right, top and bottom of a label."""
    width = len(text) * _LETTER_WIDTH
    shift = {Anchor.START: 0.0, Anchor.MIDDLE: width / 2, Anchor.END: width}[spot.anchor]
    left = spot.x - shift
    return left, left + width, spot.y - _HEIGHT + 2, spot.y + 2


def _rank(wanted: tuple[str, Sequence[Spot], str]) -> int:
    return _RANKS.get(wanted[2], 0)


def _touch(one: _Box, other: _Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]
