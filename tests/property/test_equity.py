"""Whatever comes and goes, losses are what was lost: transfers leave no trace in them."""

from decimal import Decimal
from typing import Final

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from noctule.domain.memory import DeskMemory
from noctule.domain.position import Income, IncomeKind
from noctule.domain.values import Quote
from noctule.positions.equity import Baseline, EquityBook
from tests.builders import START_MS

NOTHING: Final = Decimal(0)
DAY_MS: Final = 86_400_000


class Step(Struct, frozen=True):
    """Time passes; something is earned or lost; something is paid in or out, told or not."""

    after_ms: int
    earned: Decimal
    transferred: Decimal
    is_told: bool


amounts = st.integers(-100_000, 100_000).map(lambda cents: Decimal(cents) / 100)
steps = st.builds(Step, st.integers(1, 40_000_000), amounts, amounts, st.booleans())
walks = st.lists(steps, max_size=30)


class Walk:
    """An account whose equity is all in its wallet."""

    def __init__(self) -> None:
        self.at_ms = START_MS
        self.equity = Decimal(1_000_000)
        self.incomes: list[Income] = []
        self.book = EquityBook("USDT")
        self.book.see(Quote(self.equity), at_ms=self.at_ms)

    def take(self, step: Step) -> Baseline:
        self.at_ms += step.after_ms
        self.earn(step.earned)
        if step.transferred:
            self.pay(step.transferred, is_told=step.is_told)
        return self.book.see(Quote(self.equity), at_ms=self.at_ms)

    def earn(self, amount: Decimal) -> None:
        self.equity += amount
        self.note(IncomeKind.PROFIT, amount)
        self.book.see(Quote(self.equity), at_ms=self.at_ms)

    def pay(self, amount: Decimal, *, is_told: bool) -> None:
        self.equity += amount
        self.note(IncomeKind.TRANSFER, amount)
        if is_told:
            self.book.move(Quote(amount))
            return
        self.book.note_gap()
        self.book.see(Quote(self.equity), at_ms=self.at_ms)
        self.book.move_by(self.incomes[-1:], after_ms=self.at_ms - 1)

    def transferred_since(self, at_ms: int) -> Decimal:
        late = [each for each in self.incomes if each.at_ms > at_ms]
        return sum((each.amount for each in late if each.kind is IncomeKind.TRANSFER), NOTHING)

    def note(self, kind: IncomeKind, amount: Decimal) -> None:
        row = Income(kind=kind, asset="USDT", amount=amount, symbol=None, at_ms=self.at_ms)
        self.incomes.append(row)


@given(walk=walks)
def test_a_twin_who_transfers_nothing_has_the_same_losses(walk: list[Step]) -> None:
    account, twin = Walk(), Walk()
    for step in walk:
        told = account.take(step)
        told_twin = twin.take(Step(step.after_ms, step.earned, NOTHING, True))
        assert told.day_equity - account.equity == told_twin.day_equity - twin.equity
        assert told.equity_peak - account.equity == told_twin.equity_peak - twin.equity


@given(walk=walks, saved_after=st.integers(0, 30), remembers=st.booleans())
def test_an_heir_measures_todays_loss_as_the_dead_process_did(
    walk: list[Step], saved_after: int, remembers: bool
) -> None:
    account = Walk()
    memory = DeskMemory()
    baseline = account.book.see(Quote(account.equity), at_ms=account.at_ms)
    for number, step in enumerate(walk):
        baseline = account.take(step)
        if number == saved_after and remembers:
            memory = account.book.remembered(DeskMemory(saved_ms=account.at_ms))
    heir = EquityBook("USDT")
    wallet = Quote(account.equity)
    heir.recover(memory, account.incomes, wallet=wallet, at_ms=account.at_ms)
    inherited = heir.see(wallet, at_ms=account.at_ms)
    assert inherited.equity_peak <= baseline.equity_peak
    if memory.seen_equity is not None and memory.day + 1 == account.at_ms // DAY_MS:
        # Of a day that began while nobody looked, what was seen last of the one before is known.
        missed = account.transferred_since(memory.saved_ms)
        assert inherited.day_equity == memory.seen_equity + missed
    else:
        assert inherited.day_equity == baseline.day_equity
