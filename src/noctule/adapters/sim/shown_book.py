"""An order book made up around the quote, to be shown: nobody trades on it but by the quote.

How much waits at a price depends on the price alone, so a book that has moved by a tick differs
from the one before in a level or two, and a diff stream stays short.
"""

from decimal import Decimal
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.market_updates import Level
from noctule.adapters.sim.model import ZERO, Quote, Rules

__all__ = ["SHOWN_LEVELS", "ShownBook", "level_changes", "shown_book"]

SHOWN_LEVELS: Final = 50  # of each side; nothing waits beyond
_LUMPS: Final = 16  # a level holds 1 … 16 times the least
_SCATTER: Final = 2_654_435_761  # 2³² / golden ratio: neighbouring prices come out far apart


class ShownBook(Struct, frozen=True, kw_only=True):
    """Both sides of one symbol's book, best price first; `update_id` is the last change in it."""

    update_id: int
    time_ms: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


def shown_book(
    rules: Rules, quote: Quote, *, update_id: int, time_ms: int, levels: int = SHOWN_LEVELS
) -> ShownBook:
    """Make up the book; the best prices and what waits at them are the quote's."""
    lump = _lump(rules, quote)
    more = range(1, min(levels, SHOWN_LEVELS))
    bids = (quote.bid - rules.tick * place for place in more)
    asks = (quote.ask + rules.tick * place for place in more)
    return ShownBook(
        update_id=update_id,
        time_ms=time_ms,
        bids=(
            (quote.bid, quote.bid_qty),
            *((price, lump * _lumps(price, rules)) for price in bids if price > 0),
        ),
        asks=(
            (quote.ask, quote.ask_qty),
            *((price, lump * _lumps(price, rules)) for price in asks),
        ),
    )


def level_changes(before: tuple[Level, ...], after: tuple[Level, ...]) -> tuple[Level, ...]:
    """Return the levels that are new or different, and with quantity zero those that are gone."""
    was, now = dict(before), dict(after)
    gone = tuple((price, ZERO) for price in was if price not in now)
    return gone + tuple((price, qty) for price, qty in after if was.get(price) != qty)


def _lumps(price: Decimal, rules: Rules) -> int:
    return 1 + (int(price / rules.tick) * _SCATTER >> 16) % _LUMPS


def _lump(rules: Rules, quote: Quote) -> Decimal:
    """Return the least that a level holds: some ten smallest orders, the same over a wide range."""
    magnitude = Decimal(1).scaleb(quote.last.adjusted())
    least = max(10 * rules.min_notional / magnitude, rules.min_qty)
    return -(-least // rules.step) * rules.step
