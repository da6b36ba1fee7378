"""What waits for a price comes in the order of the price's way, and can leave."""

from decimal import Decimal

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.book import Armed, Book, Entry, Resting, Waiting
from noctule.adapters.sim.model import (
    AlgoOrder,
    Order,
    OrderType,
    PositionSide,
    Side,
    Tif,
    WorkingType,
)
from tests.fakes.pit import BTC

ACCOUNT = Account(key="k", secret="s")


def resting(number: int) -> Resting:
    order = Order(
        order_id=number,
        client_id="",
        symbol="BTCUSDT",
        side=Side.BUY,
        position_side=PositionSide.BOTH,
        type=OrderType.LIMIT,
        orig_type=OrderType.LIMIT,
        tif=Tif.GTC,
        qty=Decimal(1),
    )
    return Resting(ACCOUNT, order)


def armed(number: int, working_type: WorkingType) -> Armed:
    algo = AlgoOrder(
        algo_id=number,
        client_algo_id="",
        symbol="BTCUSDT",
        side=Side.SELL,
        position_side=PositionSide.BOTH,
        type=OrderType.STOP_MARKET,
        tif=Tif.GTC,
        working_type=working_type,
    )
    return Armed(ACCOUNT, algo)


def book_with(*prices: int, falling: bool) -> Book:
    book = Book(BTC)
    for number, price in enumerate(prices, start=1):
        book.add(resting(number), Decimal(price), falling=falling)
    return book


def taken(book: Book, price: int) -> list[int]:
    found = []
    while (entry := book.on_last.take(Decimal(price))) is not None:
        assert isinstance(entry.waiter, Resting)
        found.append(entry.waiter.order.order_id)
    return found


def test_a_falling_price_reaches_the_highest_first_and_the_older_of_two_equals() -> None:
    book = book_with(98, 99, 97, 99, falling=True)
    assert not book.on_last.is_reached(Decimal(100))
    assert book.on_last.is_reached(Decimal(99))
    assert taken(book, 98) == [2, 4, 1]
    assert len(book.on_last) == 1


def test_a_rising_price_reaches_the_lowest_first_and_the_older_of_two_equals() -> None:
    book = book_with(102, 101, 103, 101, falling=False)
    assert not book.on_last.is_reached(Decimal(100))
    assert taken(book, 102) == [2, 4, 1]


def test_what_is_dropped_is_not_reached_and_may_be_dropped_twice() -> None:
    book = book_with(98, 99, 97, falling=True)
    book.drop(2)
    book.drop(2)
    assert taken(book, 90) == [1, 3]


def test_what_was_taken_and_is_put_back_stands_where_it_stood() -> None:
    book = book_with(99, 99, falling=True)
    entry = book.on_last.take(Decimal(99))
    assert entry is not None
    assert book.holds(entry)
    book.put_back(entry)
    assert taken(book, 99) == [1, 2]


def test_what_was_taken_and_dropped_does_not_belong_in_any_more() -> None:
    book = book_with(99, falling=True)
    entry = book.on_last.take(Decimal(99))
    assert entry is not None
    book.drop(1)
    assert not book.holds(entry)


def test_a_trigger_by_the_mark_price_waits_for_that() -> None:
    book = Book(BTC)
    book.add(armed(7, WorkingType.MARK_PRICE), Decimal(99), falling=True)
    book.add(armed(8, WorkingType.CONTRACT_PRICE), Decimal(98), falling=True)
    assert (len(book.on_last), len(book.on_mark)) == (1, 1)
    book.drop(7)
    assert len(book.on_mark) == 0


def test_the_mark_follows_the_last_price_until_somebody_names_one() -> None:
    book = Book(BTC)
    assert book.mark == 0
    book.last = Decimal(100)
    assert (book.mark, book.index, book.mark_follows) == (Decimal(100), Decimal(100), True)
    book.set_mark(Decimal(101), Decimal(102))
    assert (book.mark, book.index, book.mark_follows) == (Decimal(101), Decimal(102), False)


def test_the_nearest_price_on_either_side_is_told() -> None:
    waiting = Waiting()
    assert (waiting.nearest(), waiting.heads()) == ((None, None), [])
    for number, (price, falling) in enumerate(
        [("100", True), ("105", True), ("120", False), ("111", False)]
    ):
        waiting.add(Entry(Decimal(price), number, resting(number), falling))
    assert waiting.nearest() == (Decimal(105), Decimal(111))
    assert waiting.heads() == [Decimal(105), Decimal(111)]
