"""A market that moves when a test says so: it stands still between two words of it."""

from collections import deque
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from typing_extensions import override

from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.source import MarketEvent
from noctule.adapters.sim.venue import Market

__all__ = ["MINUTE_MS", "OPEN_MS", "Steered", "traded"]

MINUTE_MS: Final = 60_000
OPEN_MS: Final = 1_790_553_600_000  # Monday 2026-09-28 00:00
_HISTORY: Final = 20  # minutes
_FUNDED_MS: Final = OPEN_MS + 8 * 60 * MINUTE_MS


class Steered(Iterator[MarketEvent]):
    """A source that has a history at one price for each symbol, and then a test's own words."""

    def __init__(self, rules: tuple[Rules, ...], prices: Mapping[str, str]) -> None:
        self.rules = rules
        self.words: deque[MarketEvent] = deque()
        for minute in range(_HISTORY, 0, -1):
            for symbol, price in prices.items():
                self.words.extend(traded(symbol, price, at_ms=OPEN_MS - minute * MINUTE_MS))

    @override
    def __next__(self) -> MarketEvent:
        if not self.words:
            raise StopIteration
        return self.words.popleft()

    def market(self) -> Market:
        """Return what a venue is made of."""
        return Market(
            rules=self.rules,
            start_ms=OPEN_MS - _HISTORY * MINUTE_MS,
            open_ms=OPEN_MS,
            source=lambda _accounts: self,
        )


def traded(
    symbol: str, price: str, *, at_ms: int, mark: str | None = None, qty: str = "5"
) -> tuple[MarkTick, Tick]:
    """Let a symbol trade, its mark and index at the same price unless it is said."""
    at, marked = Decimal(price), Decimal(mark or price)
    return (
        MarkTick(
            symbol=symbol,
            time_ms=at_ms,
            mark=marked,
            index=marked,
            funding_rate=Decimal("0.0001"),
            next_funding_ms=_FUNDED_MS,
        ),
        Tick(
            symbol=symbol,
            time_ms=at_ms,
            price=at,
            qty=Decimal(qty),
            quote_qty=at * Decimal(qty),
            count=1,
            taker_buy_qty=Decimal(qty) / 2,
            taker_buy_quote=at * Decimal(qty) / 2,
        ),
    )
