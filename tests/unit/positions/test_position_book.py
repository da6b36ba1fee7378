"""What is held by our fills and by the venue's word, in whatever order both come."""

from decimal import Decimal

from msgspec.structs import replace

from noctule.domain.position import Fill, Position
from noctule.domain.report import SymbolLook
from noctule.domain.values import Side, Symbol, price, quote
from noctule.positions.position_book import PositionBook
from tests.builders import BTCUSDT, START_MS, fill, position

ETHUSDT = Symbol("ETHUSDT")
SELL = Side.SELL


def held(
    quantity: str = "0", entry: str | None = None, after_ms: int = 0, *, symbol: Symbol = BTCUSDT
) -> Position:
    return replace(position(quantity, entry), symbol=symbol, updated_ms=START_MS + after_ms)


def traded(
    quantity: str = "0.010", side: Side = Side.BUY, at: str = "60000", *, after_ms: int = 0
) -> Fill:
    return fill(side=side, quantity=quantity, price=at, at_ms=START_MS + after_ms)


def looked(quantity: str, entry: str | None, *, after_ms: int) -> SymbolLook:
    return SymbolLook(
        symbol=BTCUSDT,
        signed_quantity=Decimal(quantity),
        entry_price=None if entry is None else price(entry),
        orders=(),
        at_ms=START_MS + after_ms,
    )


def begun(*positions: Position, asked_ms: int | None = None) -> PositionBook:
    book = PositionBook()
    book.take(positions, asked_ms=asked_ms)
    return book


def quantity_of(book: PositionBook) -> Decimal:
    return book.position(BTCUSDT).signed_quantity


def test_before_anything_was_told_everything_is_flat_and_nothing_differs() -> None:
    book = PositionBook()
    assert book.position(BTCUSDT) == Position(symbol=BTCUSDT)
    assert book.reported(BTCUSDT) == Position(symbol=BTCUSDT)
    assert book.difference(BTCUSDT) == 0


def test_fills_are_added_to_what_was_told_first() -> None:
    book = begun(held("0.010", "60000"))
    applied = book.hear_fill(traded("0.004", SELL, "60500", after_ms=5))
    assert applied is not None
    assert applied.realized_pnl == quote("2")
    assert book.position(BTCUSDT) == applied.position == held("0.006", "60000", 5)


def test_what_we_hold_and_what_the_venue_says_may_differ_for_a_while() -> None:
    book = begun()
    book.hear_report(held("0.010", "60000", 5))
    assert book.difference(BTCUSDT) == Decimal("-0.010")
    assert book.reported(BTCUSDT) == held("0.010", "60000", 5)
    book.hear_fill(traded(after_ms=5))
    assert book.difference(BTCUSDT) == 0


def test_two_fills_of_one_millisecond_both_count() -> None:
    book = begun(held("0.010", "60000"))
    assert book.hear_fill(traded("0.001", after_ms=5)) is not None
    assert book.hear_fill(traded("0.002", after_ms=5)) is not None
    assert quantity_of(book) == Decimal("0.013")


def test_a_fill_that_a_told_position_holds_already_is_not_added_again() -> None:
    book = begun(held("0.010", "60000", 7))
    assert book.hear_fill(traded(after_ms=7)) is None
    assert quantity_of(book) == Decimal("0.010")
    assert book.hear_fill(traded(after_ms=8)) is not None


def test_the_streams_snapshot_replaces_what_was_believed_whatever_its_stamps() -> None:
    book = begun()
    book.hear_fill(traded(after_ms=9))
    book.hear_report(held("0.010", "60000", 9))
    book.take((held("0.500", "3000", 3, symbol=ETHUSDT),), asked_ms=None)
    assert book.position(BTCUSDT).is_flat
    assert book.reported(BTCUSDT).is_flat
    assert book.held_by_report() == {ETHUSDT: held("0.500", "3000", 3, symbol=ETHUSDT)}
    assert book.symbols == {BTCUSDT, ETHUSDT}


def test_an_answer_does_not_undo_what_was_told_after_the_question() -> None:
    book = begun()
    book.hear_fill(traded(after_ms=9))
    book.hear_report(held("0.010", "60000", 9))
    book.take((), asked_ms=START_MS + 8)
    assert book.position(BTCUSDT) == book.reported(BTCUSDT) == held("0.010", "60000", 9)


def test_an_answer_replaces_what_was_told_before_the_question() -> None:
    book = begun()
    book.hear_fill(traded(after_ms=9))
    book.hear_report(held("0.010", "60000", 9))
    book.take((), asked_ms=START_MS + 10)
    assert book.position(BTCUSDT).is_flat
    assert book.reported(BTCUSDT).is_flat
    assert book.hear_fill(traded(side=SELL, after_ms=10)) is None  # it is why nothing is held


def test_an_answer_asked_for_in_the_very_millisecond_replaces() -> None:
    book = begun()
    book.hear_fill(traded(after_ms=9))
    book.take((), asked_ms=START_MS + 9)
    assert book.position(BTCUSDT).is_flat


def test_a_position_stamped_later_than_what_was_told_replaces_too() -> None:
    book = begun()
    book.hear_fill(traded(after_ms=9))
    book.take((held("0.020", "60000", 11),), asked_ms=START_MS + 8)
    assert quantity_of(book) == Decimal("0.020")
    assert book.hear_fill(traded(after_ms=11)) is None


def test_a_fill_from_before_the_question_is_in_the_answer_though_that_is_flat() -> None:
    book = begun(asked_ms=START_MS + 8)
    assert book.hear_fill(traded(side=SELL, after_ms=8)) is None
    assert book.hear_fill(traded(side=SELL, after_ms=9)) is not None


def test_an_answer_leaves_symbols_alone_that_somebody_leads() -> None:
    book = begun(asked_ms=START_MS)
    book.hear_fill(traded(after_ms=5))
    book.hear_report(held("0.010", "60000", 5))
    book.take([], asked_ms=START_MS + 50, besides={BTCUSDT, ETHUSDT})
    assert quantity_of(book) == Decimal("0.010")
    assert book.reported(BTCUSDT) == held("0.010", "60000", 5)
    assert book.hear_fill(traded(after_ms=20)) is not None


def test_a_fill_that_comes_after_an_answer_about_others_counts_where_somebody_leads() -> None:
    book = begun(asked_ms=START_MS)
    book.take([], asked_ms=START_MS + 50, besides={BTCUSDT})
    assert book.hear_fill(traded(after_ms=20)) is not None
    assert quantity_of(book) == Decimal("0.010")


def test_a_look_is_the_venues_word_unless_the_stream_has_spoken_since() -> None:
    book = begun()
    book.hear_look(looked("0.010", "60000", after_ms=5))
    assert book.reported(BTCUSDT) == held("0.010", "60000", 5)
    book.hear_report(held("0.020", "60000", 9))
    book.hear_look(looked("0.010", "60000", after_ms=8))
    assert book.reported(BTCUSDT) == held("0.020", "60000", 9)
    book.hear_look(looked("0", None, after_ms=9))
    assert book.reported(BTCUSDT).is_flat
    assert quantity_of(book) == 0


def test_adopting_believes_the_venue_and_does_not_add_what_its_word_holds() -> None:
    book = begun()
    book.hear_report(held("0.010", "60000", 9))
    assert book.adopt(BTCUSDT) == held("0.010", "60000", 9)
    assert book.difference(BTCUSDT) == 0
    assert book.hear_fill(traded(after_ms=9)) is None
