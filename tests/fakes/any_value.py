"""Values made of nothing but their types, so that a test can be about every class there is."""

import types
import typing
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec

from noctule.domain.order import OrderRequest
from noctule.domain.position import Position
from tests.builders import order_request, position

__all__ = ["any_value"]

# What may not be put together at will.
_GIVEN: Mapping[type, Callable[[], object]] = {OrderRequest: order_request, Position: position}
_PLAIN: Mapping[type, object] = {
    bool: True,
    bytes: b"\x00\xff",
    Decimal: Decimal("0.10000000000000000001"),
    float: float("inf"),
    int: 2**62,
    object: "x",
    str: "žlutý kůň\n",
}


def any_value(kind: Any, *, has_options: bool) -> Any:
    """Make one; where None is allowed it stands unless options are wanted."""
    while hasattr(kind, "__supertype__"):
        kind = kind.__supertype__
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)

    def made(inner: Any) -> Any:
        return any_value(inner, has_options=has_options)

    if origin in (typing.Union, types.UnionType):
        if type(None) in arguments and not has_options:
            return None
        return made(next(each for each in arguments if each is not type(None)))
    if origin is tuple:
        inner = arguments[:1] if arguments[-1:] == (...,) else arguments
        return tuple(made(each) for each in inner)
    if origin is not None and issubclass(origin, Mapping):
        return {made(arguments[0]): made(arguments[1])}
    return _whole(kind, made)


def _whole(kind: Any, made: Callable[[Any], Any]) -> Any:
    if kind in _GIVEN:
        return _GIVEN[kind]()
    if kind in _PLAIN:
        return _PLAIN[kind]
    if issubclass(kind, Enum):
        return next(iter(kind))
    assert issubclass(kind, msgspec.Struct), f"nobody told how to make a {kind}"
    return kind(
        **{
            name: made(hint)
            for name, hint in typing.get_type_hints(kind).items()
            if name in kind.__struct_fields__
        }
    )
