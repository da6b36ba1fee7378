"""What lets anything made of numbers be written down and taken up again."""

from collections import deque
from collections.abc import Iterator
from typing import Any

from msgspec import Struct, structs
from typing_extensions import override

__all__ = ["Memento", "Remembered"]

Memento = dict[str, Any]  # numbers, lists of them and mementos of parts: JSON holds it exactly


class Remembered:
    """Keeps all it knows in slots: numbers, deques, lists, values, and parts like itself."""

    __slots__ = ("arguments",)

    def __init__(self, *arguments: float | str) -> None:
        self.arguments = arguments  # what it was made with: two of the same make the same

    def snapshot(self) -> Memento:
        """Write down all there is to know, so that `restore` can go on from here."""
        state = {name: _written(getattr(self, name)) for name in _slots(type(self))}
        return {"kind": type(self).__name__, "arguments": [*self.arguments], "state": state}

    def restore(self, memento: Memento) -> None:
        """Go on from a snapshot of the same kind with the same arguments; all else is refused."""
        mine = {"kind": type(self).__name__, "arguments": [*self.arguments]}
        told = {"kind": memento["kind"], "arguments": memento["arguments"]}
        if told != mine:
            raise ValueError(f"{self!r} cannot go on from {told['kind']}{tuple(told['arguments'])}")
        for name, written in memento["state"].items():
            setattr(self, name, self._read(name, written))

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.arguments))})"

    def _read(self, name: str, written: Any) -> Any:
        before = getattr(self, name)
        if isinstance(before, Remembered):
            before.restore(written)
            return before
        if isinstance(before, deque):
            return deque(written, before.maxlen)
        shape = self._shape(name)
        if shape is not None and written is not None:
            return shape(*written)
        return written if not isinstance(written, list) else [*written]

    def _shape(self, _name: str) -> type[Struct] | None:
        """Return the type of the values that a slot holds, if they are no plain numbers."""
        return None


def _slots(kind: type) -> Iterator[str]:
    for each in reversed(kind.__mro__):
        slots = each.__dict__.get("__slots__", ())
        yield from (name for name in slots if name != "arguments")


def _written(value: Any) -> Any:
    match value:
        case Remembered():
            return value.snapshot()
        case Struct():
            return [*structs.astuple(value)]
        case deque() | list():
            return [*value]
        case _:
            return value
