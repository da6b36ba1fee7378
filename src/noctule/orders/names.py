"""The names of a bracket's orders: each leg counts its attempts, and no name is used twice."""

from noctule.domain.ids import ATTEMPTS_MAX, client_order_id, parse_client_order_id
from noctule.domain.order import ClientOrderId, Leg, OrderKey
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe

__all__ = ["OrderNames"]


class OrderNames:
    """Derives names from the bracket's candle; after 36 attempts of a leg, from the minute.

    A close in slices may use up a minute's names, too: then those of the next minutes serve.
    """

    def __init__(self, *, account: str, strategy: str, symbol: Symbol, key: OrderKey) -> None:
        self._account = account
        self._strategy = strategy
        self._symbol = symbol
        self._candle = (key.close_ms, key.timeframe)
        self._next: dict[tuple[int, Timeframe, Leg], int] = {}  # a bracket has few

    def next(self, leg: Leg, *, now_ms: int) -> ClientOrderId:
        """Return a name that was not used; `now_ms` is market time."""
        place, minute_ms = (*self._candle, leg), now_ms - now_ms % MINUTE_MS
        while self._next.get(place, 0) >= ATTEMPTS_MAX:
            place, minute_ms = (minute_ms - 1, Timeframe.M1, leg), minute_ms + MINUTE_MS
        attempt = self._next.get(place, 0)
        self._next[place] = attempt + 1
        key = OrderKey(close_ms=place[0], timeframe=place[1], leg=leg, attempt=attempt)
        return client_order_id(
            account=self._account, strategy=self._strategy, symbol=self._symbol, key=key
        )

    def skip(self, name: str) -> None:
        """Know a name that somebody used, before a crash or long ago."""
        key = parse_client_order_id(name)
        if key is not None:
            place = (key.close_ms, key.timeframe, key.leg)
            self._next[place] = max(self._next.get(place, 0), key.attempt + 1)
