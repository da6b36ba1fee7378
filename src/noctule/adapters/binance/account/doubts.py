"""What was announced and did not come, or does not add up: until somebody asks."""

from typing import Final

from noctule.domain.values import Symbol

__all__ = ["AccountDoubts"]

_Doubt = tuple[str, ...]

_OF_SYMBOLS: Final = ("trade", "position")  # whose second word is one
_OF_ANYTHING: Final = ("malformed", "early")
_DOUBTS_MAX: Final = 1_000  # one is enough to ask
_DEBTS_MAX: Final = 1_000


class AccountDoubts:
    """Doubts are settled by an audit; what only an audit knew, the stream owes us.

    If it does not pay soon, it is dead.
    """

    def __init__(self) -> None:
        self._doubts: dict[_Doubt, int] = {}  # since when, in elapsed time
        self._asked: frozenset[_Doubt] = frozenset()  # those that the audit under way is about
        self._debts: dict[tuple[str, str], int] = {}  # trades, and since when

    @property
    def since_ms(self) -> int | None:
        """Return the elapsed time of the oldest doubt; None without one."""
        return min(self._doubts.values(), default=None)

    @property
    def symbols(self) -> frozenset[Symbol]:
        """Return the symbols that are in doubt."""
        return frozenset(Symbol(each[1]) for each in self._doubts if each[0] in _OF_SYMBOLS)

    @property
    def are_general(self) -> bool:
        """Tell whether there is one that could be about anything."""
        return any(each[0] in _OF_ANYTHING for each in self._doubts)

    @property
    def are_of_funding(self) -> bool:
        """Tell whether there is one about a payment."""
        return ("funding",) in self._doubts

    @property
    def owed_since_ms(self) -> int | None:
        """Return since when the stream owes us a trade; None if it owes nothing."""
        return min(self._debts.values(), default=None)

    def raise_(self, *what: str, elapsed_ms: int) -> None:
        """Note that something should be asked soon."""
        if len(self._doubts) < _DOUBTS_MAX:
            self._doubts.setdefault(what, elapsed_ms)

    def lay(self, *what: str) -> None:
        """Drop a doubt: it came, or adds up."""
        self._doubts.pop(what, None)

    def follow(self, *what: str, when: bool, elapsed_ms: int) -> None:
        """Raise a doubt or drop it, as things are."""
        if when:
            self.raise_(*what, elapsed_ms=elapsed_ms)
        else:
            self.lay(*what)

    def begin_audit(self) -> None:
        """Remember what an audit that begins now is about."""
        self._asked = frozenset(self._doubts)

    def was_asked(self, *what: str) -> bool:
        """Tell whether the audit under way is about this."""
        return what in self._asked

    def end_audit(self) -> None:
        """Drop what it was about: it knows all that is to be known for now."""
        for doubt in self._asked:
            self.lay(*doubt)
        self._asked = frozenset()

    def owe(self, symbol: str, trade_id: str, *, elapsed_ms: int) -> None:
        """Expect the stream to tell a trade that REST told first."""
        if len(self._debts) < _DEBTS_MAX:
            self._debts.setdefault((symbol, trade_id), elapsed_ms)

    def pay(self, symbol: str, trade_id: str) -> None:
        """Note that the stream told it."""
        self._debts.pop((symbol, trade_id), None)

    def forgive(self) -> None:
        """Expect nothing more of a stream that is being replaced."""
        self._debts.clear()
