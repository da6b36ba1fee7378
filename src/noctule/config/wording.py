"""How values, ranges and guesses are worded, the same in errors, tables and files."""

from collections.abc import Collection
from decimal import Decimal
from difflib import get_close_matches
from typing import Final

from pydantic.fields import FieldInfo

from noctule.domain.values import plain_text

__all__ = ["closest", "did_you_mean", "range_text", "shortened", "value_text"]

_SHOWN_LENGTH_MAX: Final = 60


def value_text(value: object) -> str:
    """Write a setting as its line in an INI file would; absent is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal() | float():
            return plain_text(Decimal(str(value)))
        case tuple():
            return ", ".join(value_text(item) for item in value)
        case _:
            return str(value)


def shortened(text: str) -> str:
    """Cut what would fill a page."""
    return text if len(text) <= _SHOWN_LENGTH_MAX else f"{text[:_SHOWN_LENGTH_MAX]}…"


def range_text(field: FieldInfo) -> str:
    """Write what a number may be, e.g. `1 to 125`; empty without bounds."""
    low, above, high, below = (_bound(field, name) for name in ("ge", "gt", "le", "lt"))
    if low and high:
        return f"{low} to {high}"
    words = {"at least": low, "above": above, "at most": high, "below": below}
    return ", ".join(f"{word} {bound}" for word, bound in words.items() if bound)


def _bound(field: FieldInfo, name: str) -> str:
    bounds = (getattr(constraint, name, None) for constraint in field.metadata)
    return next((value_text(bound) for bound in bounds if bound is not None), "")


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Guess what was meant, or list what there is."""
    guess = closest(word, known)
    return f"did you mean {guess!r}?" if guess else f"write one of {', '.join(known)}"


def closest(word: str, known: Collection[str]) -> str | None:
    """Return the known word that looks most like this one, in whatever case, if any does."""
    by_lower: dict[str, str] = {}
    for name in known:
        by_lower.setdefault(name.lower(), name)  # 1m comes before 1M, and is meant more often
    close = get_close_matches(word.lower(), by_lower, n=1)
    return by_lower[close[0]] if close else None
