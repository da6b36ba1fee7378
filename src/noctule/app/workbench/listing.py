"""Which strategies there are: what each is for, and what it can be told."""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Literal, get_args, get_origin

from msgspec import Struct
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from noctule.config.settings import StrategyChoice
from noctule.config.wording import range_text, value_text
from noctule.strategies.base import Strategy
from noctule.strategies.factory import STRATEGIES

__all__ = ["Key", "Listed", "built_in", "configured"]


class Key(Struct, frozen=True, kw_only=True):
    """One of a strategy's own keys in its section."""

    key: str
    value: str  # the default, or what is configured
    allowed: str  # its range or its choices; empty: whatever its type takes
    meaning: str


class Listed(Struct, frozen=True, kw_only=True):
    """A strategy, and what it can be told."""

    name: str
    purpose: str
    keys: tuple[Key, ...]
    section: str | None = None  # None: it is built in, and shown with its defaults
    path: str | None = None  # None: it is no file's
    symbols: tuple[str, ...] = ()


def built_in() -> Iterator[Listed]:
    """List what comes with the program, with defaults."""
    for name, kind in STRATEGIES.items():
        defaults = kind.Settings()
        yield Listed(name=name, purpose=_purpose(kind), keys=tuple(_keys(defaults)))


def configured(choices: Iterable[StrategyChoice]) -> Iterator[Listed]:
    """List what the configuration trades by, as it is configured."""
    for choice in choices:
        kind = STRATEGIES[choice.name] if choice.file is None else choice.file.kind
        yield Listed(
            name=choice.label or choice.name,
            purpose=_purpose(kind),
            keys=tuple(_keys(choice.settings)),
            section=choice.section,
            path=None if choice.file is None else choice.file.path,
            symbols=choice.symbols,
        )


def _purpose(kind: type[Strategy]) -> str:
    """Return the first sentence that its author wrote about it."""
    lines = (kind.__doc__ or "").strip().splitlines()
    return lines[0].strip() if lines else ""


def _keys(settings: BaseModel) -> Iterator[Key]:
    for key, field in type(settings).model_fields.items():
        yield Key(
            key=key,
            value=value_text(getattr(settings, key)),
            allowed=_allowed(field),
            meaning=field.description or "",
        )


def _allowed(field: FieldInfo) -> str:
    kind = field.annotation
    if kind is bool:
        return "true | false"
    if get_origin(kind) is Literal:
        return " | ".join(value_text(each) for each in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return " | ".join(str(each.value) for each in kind)
    return range_text(field)
