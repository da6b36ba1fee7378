"""The account as the desk believes it: what it holds, and what that is worth.

Equity is wallet and unrealised profit of one moment. The venue tells positions just before the
wallet that belongs to them, and its wallet before the fill: hence equity values the positions the
venue told, and a changed one only from the next wallet or fill on. Else each close would show its
profit twice for an instant, and leave a peak that never was.
"""

from collections.abc import Iterable, Mapping, Set
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from noctule.domain.memory import DeskMemory
from noctule.domain.position import AccountSnapshot, Balance, Fill, Income, Position
from noctule.domain.report import SymbolLook
from noctule.domain.trade import ClosedTrade
from noctule.domain.values import Price, Quote, Symbol, observed
from noctule.positions.equity import TRANSFERS, Baseline, EquityBook, EquityStanding
from noctule.positions.ledger import Applied
from noctule.positions.portfolio import Holding, Losses, Portfolio, lost_share
from noctule.positions.position_book import PositionBook
from noctule.positions.streak import losses_after

__all__ = ["AccountBook"]

_ASKED: Final = "asked"  # of an update that the stream owed: by which way it came is not told
_WITHIN: Final = "MARGIN_TRANSFER"  # to an isolated position and back: what changes stays ours
_UNTOLD: Final[Mapping[str, Quote]] = {}
_NOTHING: Final = Quote(Decimal(0))


class AccountBook:
    """Hears of fills, wallets, positions and marks; funding and fees are in the wallet."""

    def __init__(self, quote_asset: str) -> None:
        self._quote_asset = quote_asset
        self._equity = EquityBook(quote_asset)
        self._positions = PositionBook()
        self._valued: dict[Symbol, Position] = {}  # those that the wallet belongs to
        self._marks: dict[Symbol, Price] = {}
        self._wallet: Balance | None = None  # until a snapshot was taken
        self._wallet_ms = 0
        self._is_recovered = False
        self._losses_in_a_row = 0

    # What is told.

    def take(
        self,
        snapshot: AccountSnapshot,
        *,
        asked_ms: int | None = None,
        besides: Set[Symbol] = frozenset(),
    ) -> None:
        """Replace what is believed; what is held of the symbols left out stays as it was.

        Who asked for the snapshot himself names the time before his first question: it undoes
        nothing that was told since. The account stream's own comes in order, and needs no time.
        """
        self._positions.take(snapshot.positions, asked_ms=asked_ms, besides=besides)
        if asked_ms is None or asked_ms >= self._wallet_ms:
            nothing = Balance(asset=self._quote_asset, wallet=_NOTHING, available=_NOTHING)
            self._wallet = self._quote_balance(snapshot.balances) or nothing
            self._wallet_ms = snapshot.at_ms
            self._equity.note_gap()
        self._marks |= snapshot.marks
        self._settle(snapshot.at_ms)

    def hear_balances(
        self,
        balances: Iterable[Balance],
        *,
        cause: str,
        at_ms: int,
        changes: Mapping[str, Quote] = _UNTOLD,
    ) -> None:
        """Take what the stream tells of wallets; a transfer is neither profit nor loss.

        It is as large as the event says: the wallet may have moved by what nobody told before.
        """
        told = self._quote_balance(balances)
        if told is not None:
            if cause == _ASKED:
                self._equity.note_gap()
            if self._wallet is not None and cause in TRANSFERS:
                moved = Quote(told.wallet - self._wallet.wallet)
                is_within = cause == _WITHIN
                self._equity.move(moved if is_within else changes.get(told.asset, moved))
            self._wallet, self._wallet_ms = told, at_ms
        self._settle(at_ms)

    def hear_fill(self, fill: Fill) -> Applied | None:
        """Add a fill of the account, ours or not, each once; None if it was told in a position."""
        applied = self._positions.hear_fill(fill)
        self._settle(fill.at_ms)
        return applied

    def hear_report(self, position: Position) -> None:
        """Take the stream's word for a position."""
        self._positions.hear_report(position)

    def hear_look(self, look: SymbolLook) -> None:
        """Take the answer of somebody who asked for one symbol."""
        self._positions.hear_look(look)

    def hear_mark(self, symbol: Symbol, mark_price: float, *, at_ms: int) -> None:
        """Value a symbol anew; an observation enters by its shortest text."""
        self._marks[symbol] = observed(mark_price)
        if symbol in self._valued:
            self._see(at_ms)

    def hear_closed(self, trade: ClosedTrade) -> None:
        """Count the losses in a row."""
        self._losses_in_a_row = losses_after(trade, before=self._losses_in_a_row)

    # What somebody found out, or decided.

    def adopt(self, symbol: Symbol) -> Position:
        """Believe the venue's last word on a symbol instead of our fills."""
        return self._positions.adopt(symbol)

    def recover(self, memory: DeskMemory, incomes: Iterable[Income], *, at_ms: int) -> None:
        """Take up what a dead process remembered; after the first snapshot, see `EquityBook`."""
        self._losses_in_a_row = memory.losses_in_a_row
        self._equity.recover(memory, incomes, wallet=self._told().wallet, at_ms=at_ms)
        self._is_recovered = True
        self._see(at_ms)

    def move_by(self, incomes: Iterable[Income], *, after_ms: int) -> None:
        """Let transfers come and go that nobody told: booked after the wallet before a gap."""
        self._equity.move_by(incomes, after_ms=after_ms)

    def restart_peak(self) -> None:
        """Measure drawdown from what the account is worth now: an operator said to go on."""
        self._equity.restart_peak()

    def remembered(self, memory: DeskMemory) -> DeskMemory:
        """Return the memory with what must not be forgotten of this; not before `recover`."""
        return replace(
            self._equity.remembered(memory),
            wallet_ms=self._wallet_ms,
            losses_in_a_row=self._losses_in_a_row,
        )

    # What is asked.

    @property
    def is_told(self) -> bool:
        """Tell whether a snapshot of the account was taken."""
        return self._wallet is not None

    @property
    def is_recovered(self) -> bool:
        """Tell whether the books of the process before us were taken up."""
        return self._is_recovered

    @property
    def losses_in_a_row(self) -> int:
        """Return how many trades in a row have lost."""
        return self._losses_in_a_row

    @property
    def wallet_ms(self) -> int:
        """Return when the wallet was told: transfers until then are known."""
        return self._wallet_ms

    def position(self, symbol: Symbol) -> Position:
        """Return what is held by our fills since the snapshot."""
        return self._positions.position(symbol)

    def begun_ms(self, symbol: Symbol) -> int:
        """Return the time up to which fills are in what was told, not added one by one."""
        return self._positions.begun_ms(symbol)

    def reported(self, symbol: Symbol) -> Position:
        """Return the venue's last word, with its time."""
        return self._positions.reported(symbol)

    def difference(self, symbol: Symbol) -> Decimal:
        """Return how much more we believe to hold than the venue said; zero when both agree."""
        return self._positions.difference(symbol)

    def portfolio(
        self, *, at_ms: int, in_flight: Mapping[Symbol, Decimal], ours: Set[Symbol]
    ) -> Portfolio:
        """Return what risk looks at; in flight is what entries may still buy or sell."""
        wallet, unrealized = self._told(), self._unrealized()
        baseline = self._see_worth(Quote(wallet.wallet + unrealized), at_ms)
        symbols = sorted(self._positions.symbols | in_flight.keys())
        holdings = [self._holding(each, in_flight, is_ours=each in ours) for each in symbols]
        return Portfolio(
            at_ms=at_ms,
            wallet=wallet.wallet,
            unrealized_pnl=unrealized,
            available=wallet.available,
            day_equity=baseline.day_equity,
            equity_peak=baseline.equity_peak,
            losses_in_a_row=self._losses_in_a_row,
            holdings=tuple(each for each in holdings if each.signed_quantity),
        )

    @property
    def wallet(self) -> Quote:
        """Return what the wallet holds, by what was told last."""
        return self._told().wallet

    def measure(self, *, at_ms: int) -> Baseline:
        """Return what losses are measured against."""
        return self._see_worth(self._worth(), at_ms)

    def losses(self, *, at_ms: int) -> Losses:
        """Return what was lost of the day's equity, and of the highest ever."""
        equity = self._worth()
        baseline = self._see_worth(equity, at_ms)
        return Losses(
            day=lost_share(baseline.day_equity, equity),
            drawdown=lost_share(baseline.equity_peak, equity),
        )

    @property
    def standing(self) -> EquityStanding:
        """Return what the equity was so far."""
        return self._equity.standing

    def stand(self, standing: EquityStanding) -> None:
        """Take what somebody saw who heard every mark price."""
        self._equity.stand(standing)

    # How it is kept.

    def _settle(self, at_ms: int) -> None:
        """Let the wallet belong to the positions told last."""
        self._valued = self._positions.held_by_report()
        if self._wallet is not None:
            self._see(at_ms)

    def _see(self, at_ms: int) -> None:
        self._see_worth(self._worth(), at_ms)

    def _see_worth(self, equity: Quote, at_ms: int) -> Baseline:
        is_whole = self._valued.keys() <= self._marks.keys()
        return self._equity.see(equity, at_ms=at_ms, is_whole=is_whole)

    def _worth(self) -> Quote:
        return Quote(self._told().wallet + self._unrealized())

    def _unrealized(self) -> Quote:
        """Return what closing all at the mark would bring; a symbol without a mark brings none."""
        profit: Decimal = _NOTHING
        for symbol, position in self._valued.items():
            mark = self._marks.get(symbol)
            if mark is not None:
                profit += position.unrealized_pnl(mark)
        return Quote(profit)

    def _told(self) -> Balance:
        assert self._wallet is not None, "no snapshot of the account was taken yet"
        return self._wallet

    def _quote_balance(self, balances: Iterable[Balance]) -> Balance | None:
        return next((each for each in balances if each.asset == self._quote_asset), None)

    def _holding(
        self, symbol: Symbol, in_flight: Mapping[Symbol, Decimal], *, is_ours: bool
    ) -> Holding:
        """Return the most that is held or may be: by our book, with entries, or by the venue's."""
        position, reported = self.position(symbol), self.reported(symbol)
        held, flying = position.signed_quantity, in_flight.get(symbol, _NOTHING)
        entered = position.entry_price or reported.entry_price or Price(_NOTHING)
        return Holding(
            symbol=symbol,
            signed_quantity=max(held + flying, held, reported.signed_quantity, key=abs),
            mark_price=self._marks.get(symbol, entered),
            is_ours=is_ours,
            has_orders_in_flight=bool(flying),
        )
