"""The shown book: around the quote, steady, and told by its differences."""

from decimal import Decimal

from noctule.adapters.sim.shown_book import SHOWN_LEVELS, ShownBook, level_changes, shown_book
from tests.fakes.sim_market import START_MS, Quotes, rules_of


def book_at(price: str, *, levels: int = SHOWN_LEVELS) -> ShownBook:
    quotes = Quotes()
    quotes.last["BTCUSDT"] = Decimal(price)
    (rules,) = rules_of("BTCUSDT")
    return shown_book(rules, quotes("BTCUSDT"), update_id=7, time_ms=START_MS, levels=levels)


def test_the_best_prices_are_the_quotes_and_the_rest_lies_behind_them_tick_by_tick() -> None:
    book = book_at("64000.0", levels=3)
    assert [str(price) for price, _ in book.bids] == ["64000.0", "63999.90", "63999.80"]
    assert [str(price) for price, _ in book.asks] == ["64000.10", "64000.20", "64000.30"]
    assert book.bids[0][1] == Decimal(10)


def test_every_level_holds_a_positive_quantity_in_whole_steps() -> None:
    book, step = book_at("64000.0"), Decimal("0.001")
    assert len(book.bids) == len(book.asks) == SHOWN_LEVELS
    assert all(qty > 0 and qty % step == 0 for _, qty in (*book.bids, *book.asks))


def test_a_book_near_zero_has_no_price_below_the_first_tick() -> None:
    assert [str(price) for price, _ in book_at("0.20").bids] == ["0.20", "0.10"]


def test_what_waits_at_a_price_stays_when_the_book_moves_by_a_tick() -> None:
    before, after = book_at("64000.0"), book_at("64000.1")
    assert len(level_changes(before.bids, after.bids)) == 3  # one gone, old and new best


def test_a_book_with_the_changes_applied_is_the_later_book() -> None:
    before, after = book_at("64000.0"), book_at("64007.7")
    for was, now in ((before.bids, after.bids), (before.asks, after.asks)):
        local = dict(was) | dict(level_changes(was, now))
        assert {price: qty for price, qty in local.items() if qty} == dict(now)
