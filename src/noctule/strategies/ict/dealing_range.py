"""The dealing range: the move that is traded back into, and how far back a price lies in it."""

from msgspec import Struct

from noctule.strategies.ict.way import Way

__all__ = ["EQUILIBRIUM", "DealingRange"]

EQUILIBRIUM = 0.5


class DealingRange(Struct, frozen=True, kw_only=True, gc=False):
    """A move from where it began to where it ended.

    Depths are shares of it: 0 at its end, 1 at its beginning. After a move up, prices deeper than
    one half are at a discount; after a move down they are at a premium. There one trades.
    """

    began: float
    ended: float
    began_ms: int
    ended_ms: int

    @property
    def way(self) -> Way:
        """Return which way it went."""
        return Way.UP if self.ended > self.began else Way.DOWN

    def depth_of(self, price: float) -> float:
        """Return how much of the move is given back at a price."""
        return (self.ended - price) / (self.ended - self.began)

    def price_at(self, depth: float) -> float:
        """Return the price at which so much of the move is given back."""
        return self.ended - depth * (self.ended - self.began)
