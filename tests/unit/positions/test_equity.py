"""What a day's loss and a drawdown are measured against, and that transfers are neither."""

from decimal import Decimal

from noctule.domain.memory import DeskMemory
from noctule.domain.position import Income, IncomeKind
from noctule.domain.values import quote
from noctule.positions.equity import Baseline, EquityBook
from tests.builders import START_MS

DAY_MS = 86_400_000
DAY = START_MS // DAY_MS


def baseline(day_equity: str, equity_peak: str) -> Baseline:
    return Baseline(day_equity=quote(day_equity), equity_peak=quote(equity_peak))


def income(kind: IncomeKind, amount: str, at_ms: int, *, asset: str = "USDT") -> Income:
    return Income(kind=kind, asset=asset, amount=Decimal(amount), symbol=None, at_ms=at_ms)


def test_what_is_seen_first_is_what_the_day_began_with() -> None:
    book = EquityBook("USDT")
    assert book.see(quote("1000"), at_ms=START_MS) == baseline("1000", "1000")
    assert book.see(quote("990"), at_ms=START_MS + 1) == baseline("1000", "1000")
    assert book.see(quote("1020"), at_ms=START_MS + 2) == baseline("1000", "1020")


def test_a_day_begins_at_midnight_utc_with_what_was_seen_last() -> None:
    book = EquityBook("USDT")
    book.see(quote("1000"), at_ms=START_MS)
    book.see(quote("990"), at_ms=START_MS + DAY_MS - 1)
    assert book.see(quote("985"), at_ms=START_MS + DAY_MS) == baseline("990", "1000")
    assert book.see(quote("980"), at_ms=START_MS + DAY_MS + 1) == baseline("990", "1000")


def test_a_late_word_of_yesterday_does_not_begin_yesterday_again() -> None:
    book = EquityBook("USDT")
    book.see(quote("1000"), at_ms=START_MS)
    assert book.see(quote("990"), at_ms=START_MS - 1) == baseline("1000", "1000")
    assert book.see(quote("980"), at_ms=START_MS + 1) == baseline("1000", "1000")


def test_a_transfer_moves_the_day_the_peak_and_what_the_next_day_begins_with() -> None:
    book = EquityBook("USDT")
    book.see(quote("1000"), at_ms=START_MS)
    book.see(quote("990"), at_ms=START_MS + 1)
    book.move(quote("500"))
    assert book.see(quote("1490"), at_ms=START_MS + 2) == baseline("1500", "1500")
    book.move(quote("-700"))
    assert book.see(quote("785"), at_ms=START_MS + DAY_MS) == baseline("790", "800")


def test_a_transfer_before_anything_was_seen_is_in_what_is_seen_then() -> None:
    book = EquityBook("USDT")
    book.move(quote("500"))
    assert book.see(quote("500"), at_ms=START_MS) == baseline("500", "500")


def test_a_deposit_nobody_told_is_no_profit_once_it_is_known() -> None:
    book = EquityBook("USDT")
    book.see(quote("1000"), at_ms=START_MS)
    book.note_gap()
    assert book.see(quote("1490"), at_ms=START_MS + 9) == baseline("1000", "1490")
    rows = (
        income(IncomeKind.TRANSFER, "200", START_MS),  # it was told before the gap
        income(IncomeKind.TRANSFER, "500", START_MS + 5),
        income(IncomeKind.FEE, "-10", START_MS + 6),
        income(IncomeKind.TRANSFER, "3", START_MS + 7, asset="BNB"),
    )
    book.move_by(rows, after_ms=START_MS)
    assert book.see(quote("1490"), at_ms=START_MS + 10) == baseline("1500", "1500")


def test_a_peak_that_is_restarted_is_what_was_seen_last_and_the_day_stays() -> None:
    book = EquityBook("USDT")
    book.see(quote("1000"), at_ms=START_MS)
    book.note_gap()
    book.see(quote("700"), at_ms=START_MS + 1)
    book.restart_peak()
    assert book.see(quote("690"), at_ms=START_MS + 2) == baseline("1000", "700")


def test_what_a_process_remembered_of_today_is_taken_up_with_what_was_transferred_since() -> None:
    memory = DeskMemory(
        saved_ms=START_MS + 5, day=DAY, day_equity=quote("1000"), equity_peak=quote("1200")
    )
    rows = (
        income(IncomeKind.TRANSFER, "300", START_MS + 5),
        income(IncomeKind.TRANSFER, "-100", START_MS + 6),
        income(IncomeKind.PROFIT, "40", START_MS + 7),
    )
    book = EquityBook("USDT")
    book.recover(memory, rows, wallet=quote("930"), at_ms=START_MS + 9)
    assert book.see(quote("930"), at_ms=START_MS + 9) == baseline("900", "1100")


def test_a_day_that_nobody_remembers_is_rebuilt_from_the_incomes_since_midnight() -> None:
    rows = (
        income(IncomeKind.PROFIT, "-70", START_MS - 1),
        income(IncomeKind.PROFIT, "-50", START_MS),
        income(IncomeKind.FEE, "-2", START_MS),
        income(IncomeKind.FEE, "-1", START_MS, asset="BNB"),
        income(IncomeKind.FUNDING, "1.5", START_MS + 1),
        income(IncomeKind.OTHER, "-0.5", START_MS + 2),
        income(IncomeKind.TRANSFER, "400", START_MS + 3),
    )
    book = EquityBook("USDT")
    book.recover(DeskMemory(), rows, wallet=quote("1349"), at_ms=START_MS + 9)
    assert book.see(quote("1349"), at_ms=START_MS + 9) == baseline("1400", "1400")


def test_of_yesterdays_memory_the_peak_remains() -> None:
    memory = DeskMemory(
        saved_ms=START_MS - 9, day=DAY - 1, day_equity=quote("1000"), equity_peak=quote("1200")
    )
    rows = (
        income(IncomeKind.TRANSFER, "-200", START_MS - 5),
        income(IncomeKind.PROFIT, "-30", START_MS + 1),
    )
    book = EquityBook("USDT")
    book.recover(memory, rows, wallet=quote("700"), at_ms=START_MS + 9)
    assert book.see(quote("700"), at_ms=START_MS + 9) == baseline("730", "1000")


def test_what_is_remembered_is_taken_up_unchanged() -> None:
    book = EquityBook("USDT")
    book.see(quote("1000"), at_ms=START_MS)
    book.see(quote("1010"), at_ms=START_MS + 1)
    book.note_gap()
    book.see(quote("990"), at_ms=START_MS + 2)
    memory = book.remembered(DeskMemory(saved_ms=START_MS + 3, losses_in_a_row=2))
    assert memory == DeskMemory(
        saved_ms=START_MS + 3,
        day=DAY,
        day_equity=quote("1000"),
        equity_peak=quote("1010"),
        seen_equity=quote("990"),
        losses_in_a_row=2,
    )
    twin = EquityBook("USDT")
    twin.recover(memory, (), wallet=quote("990"), at_ms=START_MS + 4)
    assert twin.see(quote("990"), at_ms=START_MS + 4) == baseline("1000", "1010")


def test_before_anything_was_seen_nothing_is_forgotten() -> None:
    memory = DeskMemory(day=DAY, day_equity=quote("1000"), equity_peak=quote("1200"))
    assert EquityBook("USDT").remembered(memory) == memory


def test_today_began_with_what_was_seen_last_of_yesterday_and_transfers_since_then() -> None:
    """A profit that was carried over midnight, and lost today, is a loss of today."""
    memory = DeskMemory(
        saved_ms=START_MS - 60_000,
        wallet_ms=START_MS - 600_000,
        day=DAY - 1,
        day_equity=quote("10500"),
        equity_peak=quote("11000"),
        seen_equity=quote("11000"),
    )
    rows = (
        income(IncomeKind.TRANSFER, "70", START_MS - 600_000),  # it is in all that is remembered
        income(IncomeKind.TRANSFER, "500", START_MS - 300_000),  # it came while nobody told
        income(IncomeKind.TRANSFER, "200", START_MS + 5),
    )
    book = EquityBook("USDT")
    book.recover(memory, rows, wallet=quote("10700"), at_ms=START_MS + 9)
    assert book.see(quote("10700"), at_ms=START_MS + 9) == baseline("11700", "11700")


def test_what_was_seen_two_days_ago_is_no_beginning_of_today() -> None:
    memory = DeskMemory(saved_ms=START_MS, day=DAY - 2, seen_equity=quote("11000"))
    book = EquityBook("USDT")
    book.recover(memory, (), wallet=quote("10000"), at_ms=START_MS + 9)
    assert book.see(quote("10000"), at_ms=START_MS + 9).day_equity == quote("10000")


def test_what_is_not_whole_is_no_peak_and_no_day_begins_with_it() -> None:
    book = EquityBook("USDT")
    assert book.see(quote("1100"), at_ms=START_MS, is_whole=False) == baseline("1100", "1100")
    memory = DeskMemory(
        saved_ms=START_MS,
        day=DAY,
        day_equity=quote("1000"),
        equity_peak=quote("1010"),
        seen_equity=quote("990"),
    )
    book.recover(memory, (), wallet=quote("1100"), at_ms=START_MS + 1)
    unseen = book.see(quote("1100"), at_ms=START_MS + 2, is_whole=False)
    assert unseen == baseline("1000", "1010")
    assert book.remembered(DeskMemory()).seen_equity == quote("990")
    tomorrow = book.see(quote("1100"), at_ms=START_MS + DAY_MS, is_whole=False)
    assert tomorrow == baseline("990", "1010")


def test_what_another_saw_who_heard_every_mark_is_taken_as_it_stands() -> None:
    heard, told = EquityBook("USDT"), EquityBook("USDT")
    heard.see(quote("100"), at_ms=START_MS)
    heard.see(quote("130"), at_ms=START_MS)
    told.stand(heard.standing)
    assert told.see(quote("90"), at_ms=START_MS) == Baseline(
        day_equity=quote("100"), equity_peak=quote("130")
    )
