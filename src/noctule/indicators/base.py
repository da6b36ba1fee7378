"""What every indicator is: told one thing after the other, it knows its value at any moment."""

from abc import abstractmethod
from typing import Any, ClassVar, Generic, TypeVar

from msgspec import Struct
from typing_extensions import override

from noctule.indicators.remembered import Remembered

__all__ = ["Indicator", "at_least", "whole_at_least"]

Value = TypeVar("Value")


class Indicator(Remembered, Generic[Value]):
    """Takes a number, or a few, at a time; the work for each does not depend on how many went.

    Every indicator has `update`, which takes what `inputs` names and returns the new value: None
    for as long as it is warming up. Before update number `warmup` there is no value; from then
    on there is one after each.
    """

    __slots__ = ("value",)

    inputs: ClassVar[tuple[str, ...]] = ("close",)  # what of a candle `update` takes, in order
    shape: ClassVar[type[Struct] | None] = None  # of values that are more than one number

    value: Value | None

    def __init__(self, *arguments: float | str) -> None:
        super().__init__(*arguments)
        self.value = None

    @property
    @abstractmethod
    def warmup(self) -> int:
        """Return how many updates it takes until there is a value."""

    @abstractmethod
    def update(self, *args: Any, **kwargs: Any) -> Value | None:
        """Take what comes next and return the value after it; each kind says what it takes."""

    @override
    def _shape(self, name: str) -> type[Struct] | None:
        return self.shape if name == "value" else None


def at_least(bound: float, **arguments: float) -> None:
    """Raise ValueError for arguments below a bound: they come from whoever makes an indicator."""
    for name, given in arguments.items():
        if not given >= bound:
            raise ValueError(f"{name} is {given}, the least is {bound}")


def whole_at_least(bound: int, **arguments: int) -> None:
    """Raise ValueError for arguments that are no whole numbers, or below a bound: lengths, say."""
    for name, given in arguments.items():
        if not isinstance(given, int):
            raise ValueError(f"{name} is {given!r}, it must be a whole number")  # noqa: TRY004 - one
    at_least(bound, **arguments)
