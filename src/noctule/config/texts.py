"""What no value may hold, whatever its field: refused before it is parsed, opened or printed."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Final, get_args, get_origin
from unicodedata import category

from noctule.config.wording import shortened

__all__ = ["unfit"]

_LENGTH_MAX: Final = 10_000
_WHOLE_DIGITS_MAX: Final = 15
_DECIMALS_MAX: Final = 12
_QUOTES: Final = "\"'"


def unfit(text: str, annotation: object) -> str | None:
    """Say what is wrong with a text for a field of this type, if anybody can tell already."""
    if len(text) > _LENGTH_MAX:
        return f"is longer than {_LENGTH_MAX} characters, write less"
    kinds = _kinds(annotation)
    wrong = _strange_character(text)
    if wrong is None and kinds & {int, float, Decimal}:
        wrong = _beyond_use(text)
    if wrong is None and Path in kinds:
        items = text.split(",") if tuple in kinds else (text,)
        wrong = next(filter(None, (_no_path(item.strip()) for item in items)), None)
    return wrong


def _kinds(annotation: object) -> set[type]:
    """Return every type that occurs in an annotation."""
    inner = get_args(annotation)
    if get_origin(annotation) is Annotated:
        return _kinds(inner[0])
    outer = get_origin(annotation) or annotation
    found = {outer} if isinstance(outer, type) else set()
    return found.union(*(_kinds(each) for each in inner))


def _strange_character(text: str) -> str | None:
    kinds = {category(character) for character in text if character != "\t"}
    if "Cs" in kinds:  # how Python keeps the bytes of a command line that are no text
        return "holds bytes that are not UTF-8, write plain text"
    return "holds a control character, write plain text" if "Cc" in kinds else None


def _beyond_use(text: str) -> str | None:
    """Find a number whose digits would fill a page, without writing them out."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):  # not finite
        return None
    if number.adjusted() < _WHOLE_DIGITS_MAX and exponent >= -_DECIMALS_MAX:
        return None
    most = f"{_WHOLE_DIGITS_MAX} digits before and {_DECIMALS_MAX} behind the point"
    return f"{shortened(text)!r} is beyond every use, write at most {most}"


def _no_path(text: str) -> str | None:
    if text.startswith(tuple(_QUOTES)):
        bare = shortened(text.strip(_QUOTES))
        return f"{shortened(text)!r} stands in quotes, write {bare}"
    if text.startswith("~"):
        return f"{shortened(text)!r} begins with ~, which stands for nothing here, write it out"
    return None
