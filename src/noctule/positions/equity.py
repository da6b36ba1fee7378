"""What the account was worth when the day began, and at most: what losses are measured against.

Money that comes or goes is neither profit nor loss: it moves both. Everything else counts.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from noctule.domain.memory import DeskMemory
from noctule.domain.position import Income, IncomeKind
from noctule.domain.values import Quote, Timeframe

__all__ = ["TRANSFERS", "Baseline", "EquityBook", "EquityStanding"]

# The causes of an ACCOUNT_UPDATE (facts 3.1) that carry money in or out, or from pocket to pocket.
# All others count, a word nobody knows among them: to take a loss for a withdrawal would be worse
# than to take a withdrawal for a loss. That is also why ADJUSTMENT counts (the exchange corrects a
# wallet and does not say why), INSURANCE_CLEAR and the OPTIONS_ ones (somebody lost or won).
TRANSFERS: Final = frozenset(
    {
        "DEPOSIT",
        "WITHDRAW",
        "WITHDRAW_REJECT",  # what had left comes back
        "ADMIN_DEPOSIT",
        "ADMIN_WITHDRAW",
        "ASSET_TRANSFER",  # between the wallets of one owner
        "MARGIN_TRANSFER",  # between the wallet and an isolated position
        "COIN_SWAP_DEPOSIT",
        "COIN_SWAP_WITHDRAW",
        "AUTO_EXCHANGE",  # one asset of the owner for another
    }
)


class Baseline(Struct, frozen=True, kw_only=True):
    """What losses are measured against."""

    day_equity: Quote  # when the UTC day began
    equity_peak: Quote  # ever


class EquityStanding(Struct, frozen=True, kw_only=True, tag=True):
    """What every mark price has made of it so far: of many that came, few are written down."""

    day: int
    day_equity: Quote | None
    peak: Quote | None


class EquityBook:
    """Follows the day's and the peak equity in one asset, in UTC days of market time.

    A day begins with what was seen last before it, so that funding at midnight is the new day's.
    """

    def __init__(self, asset: str) -> None:
        self._asset = asset
        self._day = 0
        self._day_equity: Quote | None = None
        self._old_peak: Quote | None = None  # before the last gap
        self._peak: Quote | None = None  # since then
        self._seen: Quote | None = None  # last

    def see(self, equity: Quote, *, at_ms: int, is_whole: bool = True) -> Baseline:
        """Note what the account is worth now; return what that is measured against.

        While something held has no mark the equity is not whole: it is no peak, and nothing that
        the next day could begin with.
        """
        day = _day_of(at_ms)
        if self._day_equity is None or day > self._day:
            self._day = day
            self._day_equity = equity if self._seen is None else self._seen
        if is_whole:
            self._seen = equity
            if self._peak is None or equity > self._peak:
                self._peak = equity
        highest = self._highest()
        return Baseline(
            day_equity=self._day_equity, equity_peak=equity if highest is None else highest
        )

    @property
    def standing(self) -> EquityStanding:
        """Return what was seen so far."""
        return EquityStanding(day=self._day, day_equity=self._day_equity, peak=self._peak)

    def stand(self, standing: EquityStanding) -> None:
        """Take what somebody saw who heard every mark price."""
        self._day, self._day_equity = standing.day, standing.day_equity
        self._peak = standing.peak

    def move(self, amount: Quote) -> None:
        """Let money come, or go when below zero: it is neither profit nor loss."""
        self._day_equity = _moved(self._day_equity, amount)
        self._old_peak = _moved(self._old_peak, amount)
        self._peak = _moved(self._peak, amount)
        self._seen = _moved(self._seen, amount)

    def restart_peak(self) -> None:
        """Let the peak be what was seen last."""
        self._old_peak, self._peak = None, self._seen

    def note_gap(self) -> None:
        """Know that something was missed: what is seen next may hold transfers nobody told."""
        self._old_peak = self._highest()
        self._peak = None

    def move_by(self, incomes: Iterable[Income], *, after_ms: int) -> None:
        """Let transfers come and go that were booked in the gap, later than this."""
        missed = _transferred(self._ours(incomes), after_ms=after_ms)
        self._day_equity = _moved(self._day_equity, missed)
        self._old_peak = _moved(self._old_peak, missed)

    def recover(
        self, memory: DeskMemory, incomes: Iterable[Income], *, wallet: Quote, at_ms: int
    ) -> None:
        """Take up the books of a dead process, or rebuild what was lost with its memory.

        The incomes reach back to midnight and to when the memory was true. What was seen last of
        yesterday is what today began with. A day that nobody remembers began with today's wallet
        less what today earned. What positions were worth at that midnight is in no income: all that
        they have gained or lost counts for today.
        """
        rows, day = self._ours(incomes), _day_of(at_ms)
        missed = _transferred(rows, after_ms=memory.wallet_ms or memory.saved_ms)
        began = _moved(_beginning(memory, day), missed)
        if began is None:
            began = Quote(wallet - _earned(rows, since_ms=day * _DAY_MS))
        peak = _moved(memory.equity_peak, missed)
        self._day, self._day_equity = day, began
        self._old_peak = began if peak is None else peak
        self._peak, self._seen = None, _moved(memory.seen_equity, missed)

    def remembered(self, memory: DeskMemory) -> DeskMemory:
        """Return the memory with what must not be forgotten of this."""
        if self._day_equity is None:
            return memory
        return replace(
            memory,
            day=self._day,
            day_equity=self._day_equity,
            equity_peak=self._highest(),
            seen_equity=self._seen,
        )

    def _highest(self) -> Quote | None:
        if self._old_peak is None or self._peak is None:
            return self._peak if self._old_peak is None else self._old_peak
        return max(self._old_peak, self._peak)

    def _ours(self, incomes: Iterable[Income]) -> tuple[Income, ...]:
        return tuple(each for each in incomes if each.asset == self._asset)


_DAY_MS: Final = Timeframe.D1.ms


def _day_of(at_ms: int) -> int:
    return at_ms // _DAY_MS


def _beginning(memory: DeskMemory, day: int) -> Quote | None:
    """Return what a day began with as far as a memory of it, or of the day before, can tell."""
    known = {memory.day: memory.day_equity, memory.day + 1: memory.seen_equity}
    return known.get(day)


def _moved(equity: Quote | None, amount: Decimal) -> Quote | None:
    return None if equity is None else Quote(equity + amount)


def _transferred(rows: Iterable[Income], *, after_ms: int) -> Quote:
    late = (each for each in rows if each.at_ms > after_ms)
    return _sum(each for each in late if each.kind is IncomeKind.TRANSFER)


def _earned(rows: Iterable[Income], *, since_ms: int) -> Quote:
    late = (each for each in rows if each.at_ms >= since_ms)
    return _sum(each for each in late if each.kind is not IncomeKind.TRANSFER)


def _sum(rows: Iterable[Income]) -> Quote:
    return Quote(sum((each.amount for each in rows), Decimal(0)))
