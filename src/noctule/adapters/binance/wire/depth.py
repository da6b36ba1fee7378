"""The order book as the exchange tells it: changes on the stream, a whole one when asked."""

from typing import Final

from msgspec import Struct, field
from msgspec.json import Decoder

from noctule.adapters.binance.rest.calls import Call, Safety
from noctule.adapters.binance.wire.market import Frame

__all__ = ["DEPTH", "DEPTH_LEVELS", "DEPTH_UPDATE", "DepthEvent", "DepthSnapshot", "Levels"]

Levels = list[tuple[float, float]]  # price and quantity; zero removes the price

DEPTH_LEVELS: Final = 1_000  # facts 4: what a diff stream is begun with
_INFINITY: Final = float("inf")


class DepthEvent(Struct, frozen=True):
    """What changed in a book since the event before; `pu` says which event that was."""

    event_ms: int = field(name="E")
    symbol: str = field(name="s")
    first_id: int = field(name="U")
    last_id: int = field(name="u")
    previous_id: int = field(name="pu")
    bids: Levels = field(name="b")
    asks: Levels = field(name="a")

    def __post_init__(self) -> None:
        """Refuse impossible levels: the decoder reports it as unreadable."""
        _check_levels(self.bids)
        _check_levels(self.asks)


class DepthSnapshot(Struct, frozen=True):
    """GET depth: both sides, best first, after the change `last_id`."""

    last_id: int = field(name="lastUpdateId")
    bids: Levels
    asks: Levels

    def __post_init__(self) -> None:
        """Refuse impossible levels: the decoder reports it as unreadable."""
        _check_levels(self.bids)
        _check_levels(self.asks)


DEPTH_UPDATE: Final = Decoder(Frame[DepthEvent], strict=False)
DEPTH: Final = Call(
    name="GET depth",
    safety=Safety.REPEATABLE,
    decoder=Decoder(DepthSnapshot, strict=False),
    weight=20,
)


def _check_levels(levels: Levels) -> None:
    for price, quantity in levels:
        if not (0 < price < _INFINITY and 0 <= quantity < _INFINITY):
            raise ValueError(f"{quantity} at {price}")
