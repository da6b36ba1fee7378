"""What pydantic found wrong with one value, in the words of somebody who edits INI files."""

import re
from collections.abc import Callable
from decimal import Decimal

from msgspec import Struct
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticUndefined

from noctule.config.wording import did_you_mean, range_text, shortened, value_text
from noctule.domain.values import Timeframe

__all__ = ["Unusable", "example", "explain"]

_PERCENT = re.compile(r"([+-]?\d{1,9}(?:\.\d{1,9})?)\s*%")
_MONTHS = re.compile(r"\d+ ?(M|mo|months?)")


class Unusable(Struct, frozen=True):
    """Stands where a text cannot even be offered to its field; carries the reason."""

    what: str


class _Misfit(Struct, frozen=True, kw_only=True):
    text: str
    field: FieldInfo | None  # None: the complaint is about the section as a whole
    error: ErrorDetails

    @property
    def shown(self) -> str:
        return repr(shortened(self.text))


def explain(error: ErrorDetails, field: FieldInfo | None) -> str:
    """Say what is wrong and what would be right."""
    given = error["input"]
    if isinstance(given, Unusable):
        return given.what
    words = _WORDS.get(error["type"], _in_other_words)
    return words(_Misfit(text=str(given), field=field, error=error))


def example(field: FieldInfo | None) -> str:
    """Return `, e.g. <default>` where there is a default to show."""
    default = field.get_default(call_default_factory=True, validated_data={}) if field else None
    text = "" if default is PydanticUndefined else value_text(default)
    return f", e.g. {text}" if text else ""


def _missing(misfit: _Misfit) -> str:
    return f"is missing, write {misfit.error['loc'][0]} = …"


def _in_the_owners_words(misfit: _Misfit) -> str:
    return str(misfit.error["ctx"]["error"])


def _choice(misfit: _Misfit) -> str:
    choices = re.findall(r"'([^']*)'", misfit.error["ctx"]["expected"])
    if Timeframe.MO1 in choices and _MONTHS.fullmatch(misfit.text):
        return f"{misfit.shown} is not known, the only months are 1M, and minutes have a small m"
    return f"{misfit.shown} is not known, {did_you_mean(misfit.text, choices)}"


def _boolean(misfit: _Misfit) -> str:
    return f"{misfit.shown} is neither true nor false, write one of the two"


def _whole_number(misfit: _Misfit) -> str:
    return f"{misfit.shown} is not a whole number, write digits{example(misfit.field)}"


def _number(misfit: _Misfit) -> str:
    percent = _PERCENT.fullmatch(misfit.text)
    if percent:
        share = value_text(Decimal(percent[1]) / 100)
        return f"{misfit.shown} is not a share, write {share} for {percent[1]} %"
    return f"{misfit.shown} is not a number, write digits{example(misfit.field)}"


def _out_of_range(misfit: _Misfit) -> str:
    allowed = range_text(misfit.field) if misfit.field else ""
    if not allowed:
        return _in_other_words(misfit)
    return f"{misfit.shown} is out of range, allowed is {allowed}"


def _in_other_words(misfit: _Misfit) -> str:
    message = misfit.error["msg"]
    return f"{misfit.shown} does not fit, {message[:1].lower()}{message[1:]}"


_WORDS: dict[str, Callable[[_Misfit], str]] = {
    "missing": _missing,
    "value_error": _in_the_owners_words,
    "assertion_error": _in_the_owners_words,
    "literal_error": _choice,
    "enum": _choice,
    "bool_parsing": _boolean,
    "int_parsing": _whole_number,
    "int_parsing_size": _whole_number,
    "decimal_parsing": _number,
    "float_parsing": _number,
    "finite_number": _number,
    "greater_than": _out_of_range,
    "greater_than_equal": _out_of_range,
    "less_than": _out_of_range,
    "less_than_equal": _out_of_range,
}
