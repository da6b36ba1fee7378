"""What the losses of an account are measured against: transfers, peaks and restarts."""

from decimal import Decimal

import pytest

from noctule.domain.memory import DeskMemory
from noctule.domain.position import Balance, Income, IncomeKind, Position
from noctule.domain.trade import ClosedTrade, ExitReason
from noctule.domain.values import Side, Timeframe, quote
from noctule.positions.account_book import AccountBook
from noctule.positions.tally import TradeTally
from tests.book_builders import begun, held, portfolio, snapshot, traded, usdt
from tests.builders import BTCUSDT, START_MS

SELL = Side.SELL


@pytest.mark.parametrize(
    ("cause", "day_equity"), [("DEPOSIT", "1500"), ("INSURANCE_CLEAR", "1000")]
)
def test_only_transfers_move_what_losses_are_measured_against(cause: str, day_equity: str) -> None:
    book = begun()
    book.hear_balances((usdt("1500"),), cause=cause, at_ms=START_MS + 1)
    assert portfolio(book).equity == portfolio(book).equity_peak == quote("1500")
    assert portfolio(book).day_equity == quote(day_equity)


def test_a_transfer_is_as_large_as_it_says_whatever_the_wallet_did_unheard() -> None:
    """A loss of 100 that nobody told, and then a deposit of 50."""
    book = begun()
    changes = {"USDT": quote("50"), "BNB": quote("7")}
    book.hear_balances((usdt("950"),), cause="DEPOSIT", at_ms=START_MS + 1, changes=changes)
    assert portfolio(book).day_equity == quote("1050")
    assert portfolio(book).equity == quote("950")


def test_what_goes_to_an_isolated_position_is_no_withdrawal() -> None:
    book = begun()
    changes = {"USDT": quote("-50")}
    told = (usdt("1000"),)
    book.hear_balances(told, cause="MARGIN_TRANSFER", at_ms=START_MS + 1, changes=changes)
    assert portfolio(book).day_equity == quote("1000")


def test_another_assets_transfer_moves_nothing() -> None:
    book = begun()
    bnb = Balance(asset="BNB", wallet=quote("5"), available=quote("5"))
    book.hear_balances((bnb,), cause="DEPOSIT", at_ms=START_MS + 1)
    assert portfolio(book).equity == portfolio(book).day_equity == quote("1000")


def test_a_deposit_told_before_any_snapshot_is_where_the_day_begins() -> None:
    book = AccountBook("USDT")
    book.hear_balances((usdt("500"),), cause="DEPOSIT", at_ms=START_MS)
    assert portfolio(book).day_equity == portfolio(book).equity_peak == quote("500")


@pytest.mark.parametrize("is_snapshot", [True, False])
def test_a_transfer_that_was_missed_is_neither_profit_nor_loss_once_it_is_known(
    is_snapshot: bool,
) -> None:
    book = begun()
    known_ms = book.wallet_ms
    if is_snapshot:
        book.take(snapshot(wallet="1490", after_ms=9))
    else:
        book.hear_balances((usdt("1490"),), cause="asked", at_ms=START_MS + 9)
    row = Income(
        kind=IncomeKind.TRANSFER,
        asset="USDT",
        amount=Decimal(500),
        symbol=None,
        at_ms=START_MS + 5,
    )
    book.move_by((row,), after_ms=known_ms)
    now = portfolio(book)
    assert (now.day_equity, now.equity_peak) == (quote("1500"), quote("1500"))


def test_drawdown_starts_anew_when_somebody_says_so() -> None:
    book = begun()
    book.hear_balances((usdt("600"),), cause="ORDER", at_ms=START_MS + 1)
    book.restart_peak()
    assert portfolio(book).equity_peak == quote("600")


# What survives.


def test_a_new_process_takes_up_what_the_dead_one_remembered() -> None:
    book = begun()
    book.hear_closed(lost())
    book.hear_closed(lost())
    book.hear_balances((usdt("900"),), cause="ORDER", at_ms=START_MS + 1)
    memory = book.remembered(DeskMemory(saved_ms=START_MS + 2))
    heir = begun(wallet="900")
    was_recovered = heir.is_recovered
    heir.recover(memory, (), at_ms=START_MS + 9)
    assert (was_recovered, heir.is_recovered) == (False, True)
    assert portfolio(heir) == portfolio(book)
    assert portfolio(heir).losses_in_a_row == heir.losses_in_a_row == 2
    assert portfolio(heir).day_loss_share == Decimal("0.1")


def lost() -> ClosedTrade:
    tally = TradeTally(Position(symbol=BTCUSDT), strategy="sma", quote_asset="USDT")
    tally.add(traded())
    tally.add(traded(side=SELL, at="59000"))
    return tally.close(ExitReason.STOP)


def test_a_wallet_is_no_peak_while_what_is_held_has_no_mark() -> None:
    """A restart with an open loss: the wallet alone was never what the account was worth."""
    book = begun(held("0.1", "60000"), wallet="11000")
    memory = DeskMemory(
        saved_ms=START_MS,
        day=START_MS // Timeframe.D1.ms,
        day_equity=quote("10000"),
        equity_peak=quote("10000"),
    )
    book.recover(memory, (), at_ms=START_MS + 1)
    book.hear_mark(BTCUSDT, 50_000.0, at_ms=START_MS + 2)
    now = portfolio(book)
    assert now.equity == now.equity_peak == quote("10000")
