"""The account as the desk believes it, and what that is worth, moment by moment."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.domain.report import SymbolLook
from noctule.domain.values import Price, Side, Symbol, price, quote
from noctule.positions.account_book import AccountBook
from noctule.positions.portfolio import Holding
from tests.book_builders import ETHUSDT, begun, held, portfolio, snapshot, traded, usdt
from tests.builders import BTCUSDT, START_MS

SELL = Side.SELL


def test_fills_reports_and_looks_lead_to_positions_of_ours_and_the_venues() -> None:
    book = begun()
    book.hear_report(held("0.010", "60000", 5))
    assert book.difference(BTCUSDT) == Decimal("-0.010")
    book.hear_fill(traded(after_ms=5))
    assert book.position(BTCUSDT) == held("0.010", "60000", 5)
    assert book.begun_ms(BTCUSDT) == 0
    book.hear_look(
        SymbolLook(
            symbol=BTCUSDT,
            signed_quantity=Decimal(0),
            entry_price=None,
            orders=(),
            at_ms=START_MS + 6,
        )
    )
    assert book.reported(BTCUSDT).is_flat
    assert book.adopt(BTCUSDT).is_flat
    assert book.difference(BTCUSDT) == 0


def test_a_snapshot_that_was_asked_for_does_not_undo_what_was_told_since() -> None:
    book = begun()
    book.hear_fill(traded(after_ms=9))
    book.hear_balances((usdt("999.7"),), cause="ORDER", at_ms=START_MS + 9)
    book.take(snapshot(wallet="1000", after_ms=20), asked_ms=START_MS + 8)
    assert book.position(BTCUSDT) == held("0.010", "60000", 9)
    assert portfolio(book).wallet == quote("999.7")
    assert book.wallet_ms == START_MS + 9


def test_a_snapshot_that_was_asked_for_later_replaces() -> None:
    book = begun()
    book.hear_fill(traded(after_ms=9))
    book.hear_balances((usdt("999.7"),), cause="ORDER", at_ms=START_MS + 9)
    book.take(snapshot(wallet="990", after_ms=20), asked_ms=START_MS + 9)
    assert book.position(BTCUSDT).is_flat
    assert portfolio(book).wallet == quote("990")


def test_there_is_no_portfolio_before_a_snapshot() -> None:
    book = AccountBook("USDT")
    book.hear_report(held("0.010", "60000"))
    book.hear_fill(traded())
    with pytest.raises(AssertionError, match="no snapshot of the account was taken yet"):
        portfolio(book)


def test_an_account_is_told_from_its_first_wallet_on() -> None:
    assert not AccountBook("USDT").is_told
    assert begun().is_told


def test_an_account_without_the_quote_asset_owns_nothing_of_it() -> None:
    book = AccountBook("USDC")
    book.take(snapshot())
    assert portfolio(book).equity == 0


def test_equity_is_the_wallet_and_what_is_held_at_the_mark() -> None:
    book = begun(held("0.010", "60000"), held("-2", "3000", symbol=ETHUSDT))
    assert portfolio(book).equity == quote("1000")  # nobody has told a mark
    book.hear_mark(BTCUSDT, 60_500.0, at_ms=START_MS + 1)
    book.hear_mark(ETHUSDT, 3_010.1, at_ms=START_MS + 2)
    now = portfolio(book)
    assert now.unrealized_pnl == quote("-15.2")
    assert now.equity == quote("984.8")
    assert now.equity_peak == quote("984.8")  # as soon as every mark is known
    assert now.day_equity == quote("1000")
    assert now.day_loss_share == Decimal("0.0152")


def test_available_is_what_the_venue_said_last() -> None:
    book = begun()
    book.hear_balances((usdt("1000", "400"),), cause="ORDER", at_ms=START_MS + 1)
    assert portfolio(book).available == quote("400")


def test_a_profit_is_not_seen_twice_while_a_close_is_being_told() -> None:
    book = begun(held("0.010", "60000"))
    book.hear_mark(BTCUSDT, 70_000.0, at_ms=START_MS + 1)
    steps = [portfolio(book)]
    book.hear_report(held("0", None, 2))
    book.hear_mark(BTCUSDT, 70_000.0, at_ms=START_MS + 2)
    steps.append(portfolio(book))
    book.hear_balances((usdt("1100"),), cause="ORDER", at_ms=START_MS + 2)
    steps.append(portfolio(book))
    book.hear_fill(traded(side=SELL, at="70000", after_ms=2))
    steps.append(portfolio(book))
    assert [each.equity for each in steps] == [quote("1100")] * 4
    assert steps[-1].equity_peak == quote("1100")


def test_a_told_position_counts_from_its_fill_on_though_no_wallet_moved() -> None:
    book = begun()
    book.hear_mark(BTCUSDT, 60_500.0, at_ms=START_MS + 1)
    book.hear_report(held("0.010", "60000", 2))
    assert portfolio(book).unrealized_pnl == 0
    book.hear_fill(traded(after_ms=2))
    assert portfolio(book).unrealized_pnl == quote("5")


def test_a_mark_that_a_snapshot_tells_values_what_nobody_else_tells_a_mark_of() -> None:
    book = AccountBook("USDT")
    told = snapshot(held("10", "3000", symbol=ETHUSDT), wallet="10000")
    book.take(replace(told, marks={ETHUSDT: price("2900")}))
    assert portfolio(book).equity == 9_000


# What risk looks at.


def test_what_is_flat_everywhere_is_no_holding() -> None:
    book = begun(held("0.010", "60000"))
    book.hear_fill(traded(side=SELL, after_ms=1))
    book.hear_report(held("0", None, 1))
    assert portfolio(book).holdings == ()


@pytest.mark.parametrize(
    ("ours", "flying", "reported", "at_most"),
    [
        ("0.010", "0", "0.010", "0.010"),
        ("0.010", "0.020", "0.010", "0.030"),
        ("0.010", "-0.010", "0", "0.010"),  # a reversal: the old one is still there
        ("0", "-0.020", "0", "-0.020"),
        ("0", "0", "-0.030", "-0.030"),  # the venue knows of something that we do not
        ("0.010", "0", "0", "0.010"),
    ],
)
def test_a_holding_is_the_most_that_is_or_may_be(
    ours: str, flying: str, reported: str, at_most: str
) -> None:
    book = AccountBook("USDT")
    book.take(snapshot(*[held(ours, "60000")] if Decimal(ours) else []))
    book.hear_report(held(reported, "60000" if Decimal(reported) else None, 1))
    book.hear_mark(BTCUSDT, 60_500.0, at_ms=START_MS + 1)
    in_flight = {BTCUSDT: Decimal(flying)} if Decimal(flying) else {}
    (holding,) = portfolio(book, in_flight, frozenset({BTCUSDT})).holdings
    assert holding == Holding(
        symbol=BTCUSDT,
        signed_quantity=Decimal(at_most),
        mark_price=price("60500"),
        is_ours=True,
        has_orders_in_flight=bool(in_flight),
    )


def test_what_is_not_ours_is_said_to_be_foreign() -> None:
    book = begun(held("0.010", "60000"), held("1", "3000", symbol=ETHUSDT))
    bitcoin, ether = portfolio(book, ours=frozenset({BTCUSDT})).holdings
    assert (bitcoin.symbol, bitcoin.is_ours) == (BTCUSDT, True)
    assert (ether.symbol, ether.is_ours) == (ETHUSDT, False)


def test_without_a_mark_a_holding_is_worth_its_entry_price_and_nothing_if_it_has_none() -> None:
    book = begun(held("0.010", "60000"))
    book.hear_report(held("1", "3000", 1, symbol=ETHUSDT))
    marks = {
        each.symbol: each.mark_price
        for each in portfolio(book, {Symbol("SOLUSDT"): Decimal(1)}).holdings
    }
    assert marks == {
        BTCUSDT: price("60000"),
        ETHUSDT: price("3000"),
        Symbol("SOLUSDT"): Price(Decimal(0)),
    }


def test_what_losses_are_measured_against_is_told_without_gathering_what_is_held() -> None:
    book = begun()
    book.hear_balances((usdt("1100"),), cause="ORDER", at_ms=START_MS + 1)
    book.hear_balances((usdt("900"),), cause="ORDER", at_ms=START_MS + 2)
    assert book.wallet == quote("900")
    measure, whole = book.measure(at_ms=START_MS + 2), portfolio(book)
    assert (measure.day_equity, measure.equity_peak) == (quote("1000"), quote("1100"))
    assert (whole.day_equity, whole.equity_peak) == (quote("1000"), quote("1100"))
