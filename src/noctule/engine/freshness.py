"""How long ago each symbol was last heard of, in real time."""

from noctule.domain.values import Symbol
from noctule.ports.clock import Clock

__all__ = ["Freshness"]


class Freshness:
    """Remembers, symbol by symbol, when a frame last came and whether the feed is down."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heard_ms: dict[Symbol, int] = {}  # as many as there are traded symbols
        self._quoted_ms: dict[Symbol, int] = {}  # when its best prices last came
        self._lost: set[Symbol] = set()

    def hear(self, symbol: Symbol) -> None:
        """Note that something came, whatever it was."""
        self._heard_ms[symbol] = self._clock.elapsed_ms()

    def hear_quote(self, symbol: Symbol) -> None:
        """Note that best prices came, by a stream of their own, which may be silent alone."""
        self._quoted_ms[symbol] = self._clock.elapsed_ms()

    def lose(self, symbol: Symbol) -> None:
        """Note that the feed is down."""
        self._lost.add(symbol)

    def restore(self, symbol: Symbol) -> None:
        """Note that the feed is up again; nothing has been heard by that alone."""
        self._lost.discard(symbol)

    def is_lost(self, symbol: Symbol) -> bool:
        """Tell whether the feed is down."""
        return symbol in self._lost

    def silent_ms(self, symbol: Symbol) -> int | None:
        """Return how many real milliseconds it has been silent; None before the first frame."""
        heard_ms = self._heard_ms.get(symbol)
        return None if heard_ms is None else self._clock.elapsed_ms() - heard_ms

    def quote_age_ms(self, symbol: Symbol) -> int | None:
        """Return how many real milliseconds ago best prices came; None without a stream."""
        quoted_ms = self._quoted_ms.get(symbol)
        return None if quoted_ms is None else self._clock.elapsed_ms() - quoted_ms
