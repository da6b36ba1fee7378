"""What a caller sent, read with the error codes the exchange has for each way to get it wrong."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import unquote_plus

from noctule.adapters.sim.model import Refusal

__all__ = ["JsonFields", "Parameters", "split_signature"]

E = TypeVar("E", bound=StrEnum)

JsonFields = dict[str, str | bool | int | float | None]

_INTEGER: Final = re.compile(r"[0-9]{1,20}")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
_SYMBOL: Final = re.compile(r"[^\s&=?#%<>\"'/\\]{1,40}")  # there are symbols beyond ASCII
_SIGNATURE: Final = re.compile(r"(?:^|&)signature=([^&]*)")
_FIELDS_MAX: Final = 100
_WRONG_CHOICE: Final = {
    "timeInForce": (-1115, "Invalid timeInForce."),
    "type": (-1116, "Invalid orderType."),
    "side": (-1117, "Invalid side."),
}


class Parameters:
    """The parameters of one call; reading a missing or malformed one raises its Refusal."""

    __slots__ = ("_texts",)

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    @classmethod
    def of_request(cls, query: str, body: str) -> "Parameters":
        """Read query and form body; where both name a parameter, the query wins."""
        asked = _fields(query)
        return cls({**_fields(body), **asked}) if body else cls(asked)

    @classmethod
    def of_json(cls, fields: JsonFields) -> "Parameters":
        """Read the fields of a JSON object; null is absent."""
        return cls({name: _text(value) for name, value in fields.items() if value is not None})

    def __contains__(self, name: str) -> bool:
        return name in self._texts

    def payload(self) -> str:
        """Return what is signed over the WebSocket API: everything else, sorted by name."""
        names = sorted(self._texts.keys() - {"signature"})
        return "&".join(f"{name}={self._texts[name]}" for name in names)

    def refuse_unknown(self, allowed: frozenset[str]) -> None:
        """Refuse what the endpoint does not know: it is a typing error, and those cost money."""
        if self._texts.keys() <= allowed:
            return
        sent = len(self._texts)
        read = len(self._texts.keys() & allowed)
        raise Refusal(
            -1104,
            f"Not all sent parameters were read; read '{read}' parameter(s) but was sent '{sent}'.",
        )

    def text(self, name: str) -> str:
        """Return a mandatory parameter."""
        text = self._texts.get(name)
        if text:
            return text
        if text == "":
            raise _empty(name)
        raise Refusal(
            -1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
        )

    def text_or_none(self, name: str) -> str | None:
        """Return a parameter that may be absent, but not empty."""
        text = self._texts.get(name)
        if text == "":
            raise _empty(name)
        return text

    def integer(self, name: str) -> int:
        """Return a mandatory whole number."""
        text = self.text(name)
        if _INTEGER.fullmatch(text) is None:
            raise _illegal(name, _INTEGER)
        return int(text)

    def integer_or_none(self, name: str) -> int | None:
        """Return a whole number that may be absent."""
        return self.integer(name) if name in self._texts else None

    def decimal(self, name: str) -> Decimal:
        """Return a mandatory plain decimal; exponents are refused."""
        text = self.text(name)
        if _DECIMAL.fullmatch(text) is None:
            raise _illegal(name, _DECIMAL)
        return Decimal(text)

    def decimal_or_none(self, name: str) -> Decimal | None:
        """Return a plain decimal that may be absent."""
        return self.decimal(name) if name in self._texts else None

    def flag(self, name: str) -> bool:
        """Return a mandatory true or false, in any case of letters."""
        text = self.text(name).lower()
        if text not in ("true", "false"):
            raise _invalid(name)
        return text == "true"

    def is_set(self, name: str) -> bool:
        """Return true or false; absent is false."""
        return name in self._texts and self.flag(name)

    def choice(self, name: str, kind: type[E]) -> E:
        """Return a mandatory member of a closed set."""
        text = self.text(name)
        try:
            return kind[text]  # each member is called what its value says
        except KeyError:
            code, msg = _WRONG_CHOICE.get(name, (-1130, _invalid(name).msg))
            raise Refusal(code, msg) from None

    def choice_or_none(self, name: str, kind: type[E]) -> E | None:
        """Return a member of a closed set that may be absent."""
        return self.choice(name, kind) if name in self._texts else None

    def one_of(self, name: str, allowed: Iterable[str], *, default: str | None = None) -> str:
        """Return one of these words, or the default when absent and there is one."""
        if default is not None and name not in self._texts:
            return default
        text = self.text(name)
        if text not in allowed:
            raise _invalid(name)
        return text

    def limit(self, *, default: int, most: int) -> int:
        """Return how many rows are wanted."""
        limit = self.integer_or_none("limit")
        if limit is None:
            return default
        if not 1 <= limit <= most:
            raise _invalid("limit")
        return limit

    def symbol(self) -> str:
        """Return the symbol's name; whether there is such a symbol is another question."""
        text = self.text("symbol")
        if _SYMBOL.fullmatch(text) is None:
            raise _illegal("symbol", _SYMBOL)
        return text

    def symbol_or_none(self) -> str | None:
        """Return the symbol's name if one was sent."""
        return self.symbol() if "symbol" in self._texts else None


def split_signature(raw: str) -> tuple[str, str | None]:
    """Return what was signed and the signature, which stands last but need not."""
    if "signature=" not in raw:
        return raw, None
    before, _, last = raw.rpartition("&signature=")
    if before and "&" not in last and "signature=" not in before:
        return before, last
    found = _SIGNATURE.search(raw)
    if found is None:
        return raw, None
    before, after = raw[: found.start()], raw[found.end() :]
    return before + after if before else after.removeprefix("&"), found[1]


def _fields(raw: str) -> dict[str, str]:
    if not raw:
        return {}
    parts = raw.split("&")
    if len(parts) > _FIELDS_MAX:
        raise Refusal(-1101, "Too many parameters sent for this endpoint.")
    is_encoded = "%" in raw or "+" in raw
    fields: dict[str, str] = {}
    for part in parts:
        name, _, value = part.partition("=")
        if is_encoded:
            name, value = _unquoted(name), _unquoted(value)
        fields[name] = value
    if len(fields) < len(parts):
        raise Refusal(-1101, "Duplicate values for a parameter detected.")
    return fields


def _unquoted(text: str) -> str:
    """Decode what was percent-encoded."""
    try:
        return unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        raise Refusal(-1100, "Illegal characters found in a parameter.") from None


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _empty(name: str) -> Refusal:
    return Refusal(-1105, f"Parameter '{name}' was empty.")


def _illegal(name: str, pattern: re.Pattern[str]) -> Refusal:
    legal = f"^{pattern.pattern}$"
    return Refusal(
        -1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal}'."
    )


def _invalid(name: str) -> Refusal:
    return Refusal(-1130, f"Data sent for parameter '{name}' is not valid.")
