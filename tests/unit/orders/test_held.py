"""What to believe of a position when trades and the venue tell it at different times."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.orders.held import Held
from tests.builders import position


def held(by_trades: str, trades_ms: int, by_venue: str, venue_ms: int) -> Held:
    return Held(
        by_trades=Decimal(by_trades),
        trades_ms=trades_ms,
        by_venue=Decimal(by_venue),
        venue_ms=venue_ms,
    )


@pytest.mark.parametrize(
    ("books", "believed"),
    [
        (held("0", 0, "0.120", 10), "0.120"),  # the venue told of it before the trade came
        (held("0.120", 20, "0", 10), "0.120"),  # the trade is newer
        (held("0.120", 10, "0.050", 10), "0.120"),  # the same time: a position is not overlooked
        (held("-0.050", 10, "-0.120", 10), "-0.120"),
        (held("0.120", 10, "0", 20), "0"),  # closed, and its trade comes later
    ],
)
def test_the_later_book_is_believed_and_of_equals_the_larger(books: Held, believed: str) -> None:
    assert books.signed_quantity == Decimal(believed)


def test_books_agree_when_they_say_the_same() -> None:
    assert held("0.120", 1, "0.12", 9).agrees
    assert not held("0.120", 1, "0", 9).agrees


def test_what_was_filled_before_our_book_began_is_in_it() -> None:
    books = replace(held("0.120", 9, "0", 0), begun_ms=9)
    assert [books.contains(at_ms) for at_ms in (8, 9, 10)] == [True, True, False]
    assert not books.contains(0)  # nobody said when


def test_what_an_answer_told_is_added_to_the_trades() -> None:
    assert held("0.050", 5, "0", 0).plus(Decimal("0.070"), 9) == held("0.120", 9, "0", 0)
    assert held("0.050", 5, "0", 0).plus(Decimal("0.070"), 3) == held("0.120", 5, "0", 0)


def test_nothing_untold_changes_nothing() -> None:
    books = held("0.050", 5, "0", 0)
    assert books.plus(Decimal(0), 9) is books


def test_our_book_of_a_position_stands_beside_the_venues() -> None:
    ours = replace(position("0.120", "60000"), updated_ms=5)
    theirs = replace(position("0.100", "60000"), updated_ms=9)
    assert Held.of(ours, theirs, begun_ms=3) == replace(held("0.120", 5, "0.100", 9), begun_ms=3)
