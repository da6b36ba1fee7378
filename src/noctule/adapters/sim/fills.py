"""How the market meets an order: small objects, each one aspect of it, to be put together.

The default is simple: one tick between bid and ask, as much as wanted at the best price, a resting
order is filled when its price is traded through, or when what stood before it has traded; nothing
takes time. A rule for each aspect is stated where it is; what is drawn by chance is drawn from
the Random that is passed in.
"""

from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal
from random import Random
from typing import Final, Protocol

from msgspec import Struct

from noctule.adapters.sim.model import ZERO, Rules, Side

__all__ = [
    "Came",
    "Depth",
    "Endless",
    "Fills",
    "Impact",
    "Ladder",
    "Latency",
    "Queue",
    "Slice",
    "Spread",
    "Touch",
    "Turns",
    "Worsened",
]

LEVELS_MAX: Final = 1_000


class Slice(Struct, frozen=True, gc=False):
    """So much at one price."""

    price: Decimal
    qty: Decimal


class Spread(Struct, frozen=True, kw_only=True):
    """The best prices are whole ticks apart, the last trade between them or on the bid."""

    ticks: int = 1

    def bid(self, last: Decimal, tick: Decimal) -> Decimal:
        """Return the best price to sell at."""
        return max(tick, last - self.ticks // 2 * tick)

    def ask(self, last: Decimal, tick: Decimal) -> Decimal:
        """Return the best price to buy at."""
        return self.bid(last, tick) + self.ticks * tick


class Depth(Protocol):
    """What lies behind the best price."""

    def walk(self, side: Side, qty: Decimal, best: Decimal, rules: Rules) -> Iterator[Slice]:
        """Yield what an order of this size gets, best first; it may be less than asked for."""
        ...

    def at_best(self, best: Decimal, rules: Rules) -> Decimal:
        """Return the quantity shown at the best price."""
        ...


class Endless(Struct, frozen=True):
    """Any quantity at the best price."""

    def walk(self, side: Side, qty: Decimal, best: Decimal, rules: Rules) -> Iterator[Slice]:  # noqa: ARG002 (a Depth)
        """Yield the whole at the best price."""
        yield Slice(best, qty)

    def at_best(self, best: Decimal, rules: Rules) -> Decimal:  # noqa: ARG002 (a Depth)
        """Return the most one order may ask for."""
        return rules.market_max_qty


class Ladder(Struct, frozen=True, kw_only=True):
    """The same worth on each of so many levels; what is beyond them is not there."""

    level_quote: Decimal
    levels: int = 20
    level_ticks: int = 1

    def walk(self, side: Side, qty: Decimal, best: Decimal, rules: Rules) -> Iterator[Slice]:
        """Yield level after level, until all is filled or the book is empty."""
        assert 0 < self.levels <= LEVELS_MAX, f"levels is {self.levels}"
        for level in range(self.levels):
            price = best + side.sign * level * self.level_ticks * rules.tick
            taken = min(qty, self.at_best(price, rules)) if price > 0 else ZERO
            if not taken:
                return
            yield Slice(price, taken)
            qty -= taken

    def at_best(self, best: Decimal, rules: Rules) -> Decimal:
        """Return what a level at this price holds: at least one step."""
        return max(rules.step, _floor(self.level_quote / best, rules.step))


class Impact(Struct, frozen=True, kw_only=True):
    """One price for the whole order, worse by the square root of its size.

    An order worth `volume_quote` pays `share` more than the best price, one of a quarter of that
    half as much: the square-root law of market impact.
    """

    volume_quote: Decimal
    share: Decimal = Decimal("0.01")

    def walk(self, side: Side, qty: Decimal, best: Decimal, rules: Rules) -> Iterator[Slice]:
        """Yield the whole at its worsened price, rounded to the worse tick."""
        worse = best * self.share * (qty * best / self.volume_quote).sqrt()
        ticks = (worse / rules.tick).to_integral_value(rounding="ROUND_CEILING")
        yield Slice(max(rules.tick, best + side.sign * ticks * rules.tick), qty)

    def at_best(self, best: Decimal, rules: Rules) -> Decimal:
        """Return what this market holds: its whole volume."""
        return max(rules.step, _floor(self.volume_quote / best, rules.step))


class Came(Struct, frozen=True, kw_only=True, gc=False):
    """A market trade as it comes to a resting order."""

    qty: Decimal  # without what stood before the order
    given: Decimal  # to orders whose turn was sooner
    is_through: bool  # the trade was beyond the order's price


class Worsened(Struct, frozen=True, kw_only=True):
    """Any quantity, a share worse than the best price, rounded to the worse tick."""

    share: Decimal

    def walk(self, side: Side, qty: Decimal, best: Decimal, rules: Rules) -> Iterator[Slice]:
        """Yield the whole at its worsened price."""
        ticks = (best * self.share / rules.tick).to_integral_value(rounding="ROUND_CEILING")
        yield Slice(max(rules.tick, best + side.sign * ticks * rules.tick), qty)

    def at_best(self, best: Decimal, rules: Rules) -> Decimal:  # noqa: ARG002 (a Depth)
        """Return the most one order may ask for."""
        return rules.market_max_qty


class Turns(Protocol):
    """When a resting order is filled, at its own price."""

    def ahead(self, price: Decimal, shown: Decimal, random: Random) -> Decimal:
        """Return the quantity that stands before an order which begins to rest where others are.

        `shown` is what the book shows at its best price.
        """
        ...

    def fill(self, left: Decimal, came: Came, step: Decimal) -> Decimal:
        """Return how much of an order a trade fills."""
        ...


class Queue(Struct, frozen=True, kw_only=True):
    """First what stood before it, then the order: not by one quantity more than traded there.

    Traded through: all that is left of it, for nobody trades beyond a better price. With a share,
    one trade gives all orders together at most that share of itself, traded through or not.
    """

    ahead_quote: Decimal | None = None  # worth standing before it, at most; None: what is shown
    share: Decimal | None = None

    def ahead(self, price: Decimal, shown: Decimal, random: Random) -> Decimal:
        """Return what the book shows at its best, or a part of the worth drawn by chance."""
        if self.ahead_quote is None:
            return shown
        if not self.ahead_quote:
            return ZERO
        return self.ahead_quote * Decimal(random.random()) / price

    def fill(self, left: Decimal, came: Came, step: Decimal) -> Decimal:
        """Return what has come, less what the sooner ones had of it."""
        if came.is_through and self.share is None:
            return left
        share = Decimal(1) if self.share is None else self.share
        return min(left, _floor(max(ZERO, came.qty * share - came.given), step))


class Touch(Struct, frozen=True):
    """All of an order as soon as its price trades, as optimists have it."""

    def ahead(self, price: Decimal, shown: Decimal, random: Random) -> Decimal:  # noqa: ARG002 (Turns)
        """Return nothing: nobody stands before anybody."""
        return ZERO

    def fill(self, left: Decimal, came: Came, step: Decimal) -> Decimal:  # noqa: ARG002 (Turns)
        """Return the whole."""
        return left


class Latency(Struct, frozen=True, kw_only=True):
    """How long an order travels, and how long its answer; the answer's part is the wire's to wait.

    An order that arrives between two ticks meets the market at the later one: it never trades at
    a price from before it was there.
    """

    entry_ms: int = 0
    answer_ms: int = 0
    jitter_ms: int = 0  # up to this much more, either way

    def entry(self, random: Random) -> int:
        """Return how long this order travels."""
        return self._drawn(self.entry_ms, random)

    def answer(self, random: Random) -> int:
        """Return how long this answer travels."""
        return self._drawn(self.answer_ms, random)

    def _drawn(self, least_ms: int, random: Random) -> int:
        return least_ms + random.randrange(self.jitter_ms + 1) if self.jitter_ms else least_ms


class Fills(Struct, frozen=True, kw_only=True):
    """The market as an order finds it."""

    spread: Spread = Spread()
    depth: Depth = Endless()
    queue: Turns = Queue()
    latency: Latency = Latency()


def _floor(qty: Decimal, step: Decimal) -> Decimal:
    return (qty / step).to_integral_value(rounding=ROUND_DOWN) * step
