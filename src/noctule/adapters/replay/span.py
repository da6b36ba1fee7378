"""From when to when a replay goes, in whole candles."""

from typing import Self

from msgspec import Struct
from typing_extensions import override

from noctule.adapters.replay.moments import moment
from noctule.domain.errors import ConfigError
from noctule.domain.values import Timeframe

__all__ = ["Span"]


class Span(Struct, frozen=True, kw_only=True):
    """The first instant belongs to it, the last one does not; None is open."""

    from_ms: int | None
    to_ms: int | None

    @classmethod
    def between(cls, from_ms: int | None, to_ms: int | None, timeframe: Timeframe) -> Self:
        """Return the span of the candles that open from one instant on and before the other."""
        if from_ms is not None and to_ms is not None and from_ms >= to_ms:
            raise ConfigError(
                [f"from {moment(from_ms)} is not before to {moment(to_ms)}: nothing is between"]
            )
        return cls(from_ms=_on_grid(from_ms, timeframe), to_ms=_on_grid(to_ms, timeframe))

    @override
    def __str__(self) -> str:
        first = "" if self.from_ms is None else f"from {moment(self.from_ms)}"
        last = "" if self.to_ms is None else f"before {moment(self.to_ms)}"
        return f"{first} {last}".strip()


def _on_grid(at_ms: int | None, timeframe: Timeframe) -> int | None:
    """Return when the first candle opens that does not open before."""
    return None if at_ms is None else timeframe.next_open(at_ms - 1)
