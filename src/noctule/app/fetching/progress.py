"""How far a fetch is, for whoever looks on."""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

__all__ = ["Progress", "Tell"]


class Progress(Struct, frozen=True, kw_only=True):
    """How much of the market time that is missing of a series has been fetched."""

    title: str
    done_ms: int
    total_ms: int

    def after(self, further_ms: int) -> "Progress":
        """Return how far it is so much later."""
        return replace(self, done_ms=self.done_ms + further_ms)


Tell = Callable[[Progress], None]
