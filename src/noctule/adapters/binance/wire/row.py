"""What every answer and event is held to before anybody reads it: numbers are numbers."""

from decimal import Decimal
from typing import Annotated, Final

from msgspec import Meta, Struct
from msgspec.structs import astuple

from noctule.domain.values import Symbol

__all__ = ["NamedSymbol", "Row"]

NamedSymbol = Annotated[
    Symbol, Meta(min_length=1, max_length=50)
]  # without one nothing can be asked

_DIGITS_MAX: Final = 40  # nothing the exchange tells comes near; beyond it arithmetic would fail


class Row(Struct, frozen=True):
    """One object of the exchange's; unknown fields are ignored, unknown numbers refused."""

    def __post_init__(self) -> None:
        """Refuse NaN, infinity and absurd magnitudes: a decoder reports it as unreadable."""
        for name, number in zip(self.__struct_fields__, astuple(self), strict=True):
            if type(number) is Decimal and not _is_plausible(number):
                raise ValueError(f"{name} is {number}")


def _is_plausible(number: Decimal) -> bool:
    """Tell whether sums and products of such numbers stay exact and finite."""
    if not number.is_finite():
        return False
    return number == 0 or abs(number.adjusted()) <= _DIGITS_MAX
