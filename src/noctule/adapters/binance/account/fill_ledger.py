"""Which trades were told: each once, whether the stream, an answer, or both told it, and twice."""

from noctule.domain.values import Symbol

__all__ = ["FillLedger"]

_UNAUDITED_TIMES_MAX = 10  # so many times as many ids are kept while no audit vouches for them


class _Trades:
    """The trades of one symbol."""

    __slots__ = ("audited", "before", "floor", "newest", "past", "told", "unaudited")

    def __init__(self, newest: int | None) -> None:
        self.newest = newest  # of all that are known
        self.past = newest or 0  # at or below: before our time
        self.floor = newest or 0  # at or below: told, or before our time
        self.told: set[int] = set()
        self.audited = newest  # REST has told everything up to here …
        self.before = newest  # … and the time before that, up to here
        self.unaudited = 0  # told since


class FillLedger:
    """Remembers the ids of told trades by symbol: `ids_max` of them, and what was not audited.

    An audit asks anew for what the audit before it was told, too: a trade that the exchange
    listed late, below one that was there already, is found by the next.
    """

    def __init__(self, *, ids_max: int) -> None:
        assert ids_max >= 2, f"ids_max is {ids_max}"
        self._ids_max = ids_max
        self._symbols: dict[Symbol, _Trades] = {}  # as many as there are contracts

    @property
    def symbols(self) -> frozenset[Symbol]:
        """Return every symbol that is known here."""
        return frozenset(self._symbols)

    @property
    def busy_symbols(self) -> frozenset[Symbol]:
        """Return those in which something was told since the last audit."""
        return frozenset(symbol for symbol, trades in self._symbols.items() if trades.unaudited)

    @property
    def is_filling(self) -> bool:
        """Tell whether so much was told since an audit that one is due."""
        return any(trades.unaudited > self._ids_max // 2 for trades in self._symbols.values())

    def begin(self, symbol: Symbol, newest: int | None) -> None:
        """Take a symbol in: its trades up to this one were before our time."""
        self._symbols.setdefault(symbol, _Trades(newest))

    def is_told(self, symbol: Symbol, trade_id: int) -> bool:
        """Tell whether a trade was told, or was before our time."""
        trades = self._symbols.get(symbol)
        return trades is not None and (trade_id <= trades.floor or trade_id in trades.told)

    def is_past(self, symbol: Symbol, trade_id: int) -> bool:
        """Tell whether a trade was before our time."""
        trades = self._symbols.get(symbol)
        return trades is not None and trade_id <= trades.past

    def tell(self, symbol: Symbol, trade_id: int) -> bool:
        """Note a trade as told; False where it was told before."""
        if self.is_told(symbol, trade_id):
            return False
        trades = self._symbols.setdefault(symbol, _Trades(None))
        trades.told.add(trade_id)
        trades.newest = max(trades.newest or 0, trade_id)
        trades.unaudited += 1
        if len(trades.told) > _UNAUDITED_TIMES_MAX * self._ids_max:
            self._forget(trades)
        return True

    def newest(self, symbol: Symbol) -> int | None:
        """Return the newest trade that is known: told, audited, or before our time."""
        trades = self._symbols.get(symbol)
        return None if trades is None else trades.newest

    def audited_before(self, symbol: Symbol) -> int | None:
        """Return what the audit before the last one was told; None while nothing was audited."""
        trades = self._symbols.get(symbol)
        return None if trades is None else trades.before

    def audit(self, symbol: Symbol, newest: int | None) -> None:
        """Note that REST told all trades up to this one."""
        trades = self._symbols.setdefault(symbol, _Trades(None))
        trades.before = trades.audited
        if newest is not None:
            trades.audited = newest
            trades.newest = max(trades.newest or 0, newest)
        trades.unaudited = 0
        if len(trades.told) > self._ids_max:
            self._forget(trades)

    def _forget(self, trades: _Trades) -> None:
        """Let the older half go, as far as it was audited: it is taken for told from now on."""
        ordered = sorted(trades.told)
        floor = ordered[len(ordered) // 2]
        if len(ordered) <= _UNAUDITED_TIMES_MAX * self._ids_max:
            floor = min(floor, trades.before or 0)
        trades.floor = max(trades.floor, floor)
        trades.told = {each for each in ordered if each > trades.floor}
