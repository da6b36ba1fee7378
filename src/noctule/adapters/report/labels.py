"""Room for words: a label takes the first free place offered to it, or none."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from noctule.adapters.report.markup import Markup, tag

__all__ = ["LABELS_MAX", "Anchor", "Labels", "Spot", "shortened", "stack"]

LABELS_MAX: Final = 110  # a picture with more words is not looked at but read
_LETTERS_MAX: Final = 34
_LETTER_WIDTH: Final = 5.9
_HEIGHT: Final = 12.0


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
    """The labels placed so far; the ones that found no room are counted."""

    def __init__(self, *, left: float, right: float, top: float, bottom: float) -> None:
        self.texts: list[Markup] = []
        self.left_out = 0
        self._edges = (left, right, top, bottom)
        self._taken: list[tuple[float, float, float, float]] = []

    def place(self, text: str, spots: Sequence[Spot], *, look: str) -> bool:
        """Write a label at the first spot where it covers no other; tell whether there was one."""
        shown = shortened(text)
        for spot in spots:
            box = _box(shown, spot)
            if len(self.texts) < LABELS_MAX and self._is_free(box):
                self._taken.append(box)
                self.texts.append(
                    tag("text", shown, class_=f"label {look}", x=spot.x, y=spot.y,
                        text_anchor=None if spot.anchor is Anchor.START else spot.anchor.value)
                )  # fmt: skip
                return True
        self.left_out += 1
        return False

    def _is_free(self, box: tuple[float, float, float, float]) -> bool:
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


def _box(text: str, spot: Spot) -> tuple[float, float, float, float]:
    """Return left, right, top and bottom of a label."""
    width = len(text) * _LETTER_WIDTH
    shift = {Anchor.START: 0.0, Anchor.MIDDLE: width / 2, Anchor.END: width}[spot.anchor]
    left = spot.x - shift
    return left, left + width, spot.y - _HEIGHT + 2, spot.y + 2


def _touch(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]
