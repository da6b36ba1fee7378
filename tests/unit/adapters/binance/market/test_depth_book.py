"""The local order book: whole or void, never in between."""

import gzip
import json

from noctule.adapters.binance.market.depth_book import LocalBook, Taking
from noctule.adapters.binance.wire.depth import DEPTH, DEPTH_UPDATE, DepthEvent, DepthSnapshot
from noctule.adapters.binance.wire.market import read_frame
from noctule.domain.market import BookLevel, DepthBook
from tests.builders import BTCUSDT
from tests.conformance.fixtures import DATA, needs_data

WHOLE = DepthSnapshot(last_id=100, bids=[(10.0, 1.0), (9.0, 2.0)], asks=[(11.0, 3.0), (12.0, 4.0)])


def change(
    first_id: int,
    last_id: int,
    previous_id: int,
    *,
    bids: list[tuple[float, float]] | None = None,
    asks: list[tuple[float, float]] | None = None,
) -> DepthEvent:
    return DepthEvent(
        event_ms=5,
        symbol="BTCUSDT",
        first_id=first_id,
        last_id=last_id,
        previous_id=previous_id,
        bids=bids or [],
        asks=asks or [],
    )


def test_a_book_begins_with_a_snapshot_that_its_changes_join() -> None:
    book = LocalBook(BTCUSDT)
    assert book.take(change(90, 95, 89, bids=[(1.0, 1.0)])) is Taking.WAITS
    assert book.take(change(96, 102, 95, bids=[(10.5, 5.0)])) is Taking.WAITS
    assert book.take(change(103, 104, 102, asks=[(11.0, 0.0)])) is Taking.WAITS
    assert book.is_void
    assert book.begin(WHOLE)
    assert book.best(2) == DepthBook(
        symbol=BTCUSDT,
        bids=(BookLevel(10.5, 5.0), BookLevel(10.0, 1.0)),
        asks=(BookLevel(12.0, 4.0),),
        update_id=104,
    )


def test_changes_follow_one_another_by_their_ids() -> None:
    book = LocalBook(BTCUSDT)
    assert book.begin(WHOLE)
    assert book.take(change(99, 101, 98)) is Taking.APPLIED, "the first may span the snapshot"
    assert book.take(change(102, 103, 101)) is Taking.APPLIED
    assert book.take(change(102, 103, 101)) is Taking.STALE
    assert book.best(1).update_id == 103


def test_a_missing_change_makes_the_book_void_and_it_begins_anew() -> None:
    book = LocalBook(BTCUSDT)
    book.begin(WHOLE)
    book.take(change(101, 101, 100))
    assert book.take(change(103, 103, 102)) is Taking.BROKEN
    assert book.is_void
    assert book.take(change(104, 104, 103)) is Taking.WAITS
    assert book.begin(DepthSnapshot(last_id=103, bids=[(7.0, 1.0)], asks=[]))
    assert book.best(5) == DepthBook(
        symbol=BTCUSDT, bids=(BookLevel(7.0, 1.0),), asks=(), update_id=104
    )


def test_a_snapshot_older_than_what_waits_is_not_enough() -> None:
    book = LocalBook(BTCUSDT)
    book.take(change(103, 104, 102))
    book.take(change(105, 106, 104))
    assert not book.begin(WHOLE)
    assert book.is_void
    assert book.begin(DepthSnapshot(last_id=102, bids=[], asks=[]))
    assert book.best(1).update_id == 106


def test_quantity_zero_removes_a_level_known_or_not() -> None:
    book = LocalBook(BTCUSDT)
    book.begin(WHOLE)
    book.take(change(101, 101, 100, bids=[(10.0, 0.0), (5.5, 0.0)], asks=[(11.5, 1.0)]))
    best = book.best(3)
    assert best.bids == (BookLevel(9.0, 2.0),)
    assert best.asks == (BookLevel(11.0, 3.0), BookLevel(11.5, 1.0), BookLevel(12.0, 4.0))


def test_levels_far_from_the_best_are_forgotten_and_what_waits_is_bounded() -> None:
    book = LocalBook(BTCUSDT)
    book.begin(WHOLE)
    many = [(20.0 + number, 1.0) for number in range(6_000)]
    book.take(change(101, 101, 100, asks=many, bids=[(1 / price, 1.0) for price, _ in many]))
    assert len(book.best(9_999).asks) == len(book.best(9_999).bids) == 5_000
    assert book.best(1).asks == (BookLevel(11.0, 3.0),)
    assert book.best(1).bids == (BookLevel(10.0, 1.0),)

    book.clear()
    for number in range(2_000):
        book.take(change(number, number, number - 1))
    assert book.begin(DepthSnapshot(last_id=1_500, bids=[], asks=[]))
    assert book.best(1).update_id == 1_999


@needs_data
def test_a_recorded_book_is_kept_without_a_resync() -> None:
    path = next((DATA / "ws").glob("*.gz"))
    book = LocalBook(BTCUSDT)
    taken = []
    for line in gzip.decompress(path.read_bytes()).splitlines():
        frame = line.split(b" ", 1)[1]
        message = json.loads(frame)
        if "lastUpdateId" in message:
            began = book.begin(DEPTH.decoder.decode(frame))
            taken.append(Taking.APPLIED if began else Taking.BROKEN)
        elif message["data"]["e"] == "depthUpdate":
            taken.append(book.take(read_frame(DEPTH_UPDATE, frame)))
    assert taken.count(Taking.APPLIED) > 1_900
    assert Taking.BROKEN not in taken[taken.index(Taking.APPLIED) :]
    best = book.best(20)
    assert best.bids[0].price < best.asks[0].price
