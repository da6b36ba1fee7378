"""Events with no meaning but their label, for tests of what carries them."""

from typing import ClassVar

from typing_extensions import override

from noctule.domain.events.base import DataEvent, OrderEvent, Overflow, SignalEvent

__all__ = ["Deed", "Hint", "Quote", "Tick", "deed", "hint", "quote", "tick"]


class Tick(DataEvent, frozen=True, kw_only=True):
    """Something about the market."""

    label: str


class Quote(DataEvent, frozen=True, kw_only=True):
    """Something about the market of which only the latest matters."""

    overflow: ClassVar[Overflow] = Overflow.REPLACE

    label: str
    symbol: str

    @property
    @override
    def slot(self) -> tuple[str, ...]:
        """Return the symbol."""
        return (self.symbol,)


class Hint(SignalEvent, frozen=True, kw_only=True):
    """An opinion."""

    label: str


class Deed(OrderEvent, frozen=True, kw_only=True):
    """Something about orders."""

    label: str


def tick(label: str = "tick") -> Tick:
    """Make a tick whose trace is its label."""
    return Tick(at_ms=0, trace=label, label=label)


def quote(label: str, symbol: str = "BTCUSDT") -> Quote:
    """Make a quote whose trace is its label."""
    return Quote(at_ms=0, trace=label, label=label, symbol=symbol)


def hint(label: str = "hint") -> Hint:
    """Make a hint whose trace is its label."""
    return Hint(at_ms=0, trace=label, label=label)


def deed(label: str = "deed") -> Deed:
    """Make a deed whose trace is its label."""
    return Deed(at_ms=0, trace=label, label=label)
