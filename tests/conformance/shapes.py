"""The shape of a JSON value: its keys and types without its content, and how two shapes differ."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Final, TypeAlias

__all__ = ["Shape", "differences", "shape_of"]

# A type's name ("string", or "integer|null"), the shape of each key, or of a list's elements. A
# list of unlike scalars is a row: its elements have a shape each, by position.
Shape: TypeAlias = "str | dict[str, Shape] | list[Shape]"

_ANYTHING: Final = ""  # the element of an empty list
_NAMES: Final = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    type(None): "null",
}


def shape_of(value: object) -> Shape:
    """Return the keys and types of a decoded JSON value."""
    if isinstance(value, Mapping):
        return {str(key): shape_of(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return _shape_of_list([shape_of(inner) for inner in value])
    return _NAMES[type(value)]


def differences(expected: Shape, actual: Shape, where: str = "") -> Iterator[str]:
    """Tell what is missing, extra or of another type, as `missing o.er` or `type o.sp null string`.

    Whatever elements a list has, those of the other must have too.
    """
    if expected == actual or _ANYTHING in (expected, actual):
        return
    if isinstance(expected, dict) and isinstance(actual, dict):
        yield from _keys(expected, actual, where)
    elif isinstance(expected, list) and isinstance(actual, list):
        yield from _elements(expected, actual, where)
    elif not _is_within(actual, expected):
        yield f"type {where or '.'} {_name(expected)} {_name(actual)}"


def merged(shapes: Iterable[Shape]) -> Shape:
    """Return the one shape that all of these have room in."""
    whole: Shape = _ANYTHING
    for shape in shapes:
        whole = _merge(whole, shape)
    return whole


def _shape_of_list(shapes: Sequence[Shape]) -> Shape:
    is_row = all(isinstance(shape, str) for shape in shapes) and len(set(map(str, shapes))) > 1
    return list(shapes) if is_row else [merged(shapes)]


def _keys(expected: dict[str, Shape], actual: dict[str, Shape], where: str) -> Iterator[str]:
    for key in sorted(expected.keys() | actual.keys()):
        inner = f"{where}.{key}" if where else key
        if key not in actual:
            yield f"missing {inner}"
        elif key not in expected:
            yield f"extra {inner}"
        else:
            yield from differences(expected[key], actual[key], inner)


def _elements(expected: list[Shape], actual: list[Shape], where: str) -> Iterator[str]:
    for position, (left, right) in enumerate(zip_longest(expected, actual)):
        inner = f"{where}[{position}]"
        if right is None:
            yield f"missing {inner}"
        elif left is None:
            yield f"extra {inner}"
        else:
            yield from differences(left, right, inner)


def _merge(left: Shape, right: Shape) -> Shape:
    if left == right or right == _ANYTHING:
        return left
    if left == _ANYTHING:
        return right
    if isinstance(left, dict) and isinstance(right, dict):
        return {
            key: _merge(left.get(key, _ANYTHING), right.get(key, _ANYTHING))
            for key in sorted(left.keys() | right.keys())
        }
    if isinstance(left, list) and isinstance(right, list):
        pairs = zip_longest(left, right, fillvalue=_ANYTHING)
        return [_merge(one, other) for one, other in pairs]
    return "|".join(sorted({*_name(left).split("|"), *_name(right).split("|")}))


def _is_within(actual: Shape, expected: Shape) -> bool:
    if not (isinstance(actual, str) and isinstance(expected, str)):
        return False
    return set(actual.split("|")) <= set(expected.split("|"))


def _name(shape: Shape) -> str:
    return shape if isinstance(shape, str) else {dict: "object", list: "array"}[type(shape)]
