"""What happened is written in its order, with the quotes that somebody looked at, and no others."""

from pathlib import Path

import pytest

from noctule.adapters.store import store as store_module
from noctule.adapters.store.journal import Journal
from noctule.adapters.store.journal_records import DeedDone, RecordsLost, RunBegan, read_back
from noctule.adapters.store.store import Store
from noctule.adapters.store.tables import journal, orders
from noctule.domain.events.base import Event
from noctule.domain.events.data import (
    BookTickerUpdated,
    CandleClosed,
    CandleUpdated,
    FeedLost,
    MarkPriceUpdated,
)
from noctule.domain.events.order import OrderRequested, OrderTimerFired, TradingResumed
from noctule.domain.events.signal import LimitBreached
from noctule.domain.market import BookTicker, MarkPrice
from noctule.domain.values import Symbol
from noctule.telemetry.writer import Runner
from tests.builders import BTCUSDT, START_MS, candle, order_request
from tests.fakes.open_store import TIMEOUT_MS, open_store, rows_of

ETHUSDT = Symbol("ETHUSDT")
NOW_MS = 77
HEARD_MS = 99  # of the market


def mark(symbol: Symbol = BTCUSDT, price: float = 1.0) -> MarkPriceUpdated:
    told = MarkPrice(
        symbol=symbol, mark_price=price, index_price=1.0, funding_rate=0.0, next_funding_ms=0
    )
    return MarkPriceUpdated(at_ms=int(price), trace=f"mark {symbol}", mark=told)


def book(symbol: Symbol = BTCUSDT) -> BookTickerUpdated:
    told = BookTicker(
        symbol=symbol, bid_price=1.0, bid_quantity=1.0, ask_price=1.0, ask_quantity=1.0, update_id=1
    )
    return BookTickerUpdated(at_ms=1, trace=f"book {symbol}", book=told)


def closed(symbol: Symbol = BTCUSDT) -> CandleClosed:
    return CandleClosed(at_ms=START_MS, trace=f"closed {symbol}", candle=candle(symbol=symbol))


RUNNING = CandleUpdated(at_ms=1, trace="running", candle=candle())
TIMER = OrderTimerFired(at_ms=1, trace="timer", timer="equity")
RESUMED = TradingResumed(at_ms=1, trace="resumed", actor="me")
BREACH = LimitBreached(at_ms=1, trace="breach", limit="x", text="y")
LOST = FeedLost(at_ms=1, trace="lost", symbol=BTCUSDT, reason="x")


def traces(home: Path, *events: Event) -> list[object]:
    """Return what stands in the journal after these."""
    with open_store(home / "a.db") as store:
        tap = Journal(store, now_ms=lambda: HEARD_MS, elapsed_ms=lambda: NOW_MS)
        for event in events:
            tap.see(event)
    return [row.trace for row in rows_of(home / "a.db", journal)]


def test_a_record_says_when_what_and_by_which_queue(tmp_path: Path) -> None:
    assert traces(tmp_path, RESUMED) == ["resumed"]
    (row,) = rows_of(tmp_path / "a.db", journal)
    assert (row.number, row.at_ms, row.elapsed_ms) == (1, HEARD_MS, NOW_MS)
    assert (row.queue, row.kind) == ("order", "TradingResumed")


def test_quotes_nobody_looked_at_are_not_kept(tmp_path: Path) -> None:
    assert traces(tmp_path, mark(), book(), RUNNING, mark()) == []


def test_only_the_latest_quote_is_kept_ahead_of_whoever_looks_at_it_and_once(
    tmp_path: Path,
) -> None:
    assert traces(tmp_path, mark(price=1.0), mark(price=2.0), BREACH, RESUMED) == [
        "mark BTCUSDT",
        "breach",
        "resumed",
    ]
    kept = rows_of(tmp_path / "a.db", journal)[0]
    assert b"\xcb@\x00" in kept.record  # two, as a float of MessagePack


def test_a_closed_candle_takes_its_own_symbols_quotes_alone(tmp_path: Path) -> None:
    quotes = (mark(), book(), mark(ETHUSDT))
    assert traces(tmp_path, *quotes, closed()) == ["mark BTCUSDT", "book BTCUSDT", "closed BTCUSDT"]


def test_a_timer_looks_at_marks_and_not_at_books(tmp_path: Path) -> None:
    quotes = (mark(), book(), mark(ETHUSDT))
    assert traces(tmp_path, *quotes, TIMER) == ["mark BTCUSDT", "mark ETHUSDT", "timer"]


def test_a_lost_feed_looks_at_nothing(tmp_path: Path) -> None:
    assert traces(tmp_path, mark(), book(), LOST) == ["lost"]


def test_an_order_is_booked_beside_its_record(tmp_path: Path) -> None:
    event = OrderRequested(at_ms=5, trace="t", strategy="sma_cross", request=order_request())
    traces(tmp_path, event)
    (row,) = rows_of(tmp_path / "a.db", orders)
    assert (row.strategy, row.state) == ("sma_cross", "reserved")


def test_a_run_says_that_it_began(tmp_path: Path) -> None:
    run = RunBegan(at_ms=3, version="1", fingerprint="f", settings={}, strategies={}, memory=None)
    with open_store(tmp_path / "a.db") as store:
        Journal(store, now_ms=lambda: HEARD_MS, elapsed_ms=lambda: NOW_MS).begin(run)
    (row,) = rows_of(tmp_path / "a.db", journal)
    assert (row.queue, row.kind, row.at_ms) == ("journal", "RunBegan", HEARD_MS)


def test_what_is_done_beside_the_events_stands_behind_the_quotes_it_may_look_at(
    tmp_path: Path,
) -> None:
    with open_store(tmp_path / "a.db") as store:
        tap = Journal(store, now_ms=lambda: HEARD_MS, elapsed_ms=lambda: NOW_MS)
        tap.see(mark())
        tap.note(b"done")
    rows = rows_of(tmp_path / "a.db", journal)
    assert [each.kind for each in rows] == ["MarkPriceUpdated", "DeedDone"]
    assert read_back(2, "DeedDone", rows[1].record, rows[1].checksum) == DeedDone(
        at_ms=HEARD_MS, deed=b"done"
    )


def test_where_records_are_missing_the_journal_says_how_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "_WAITING_MAX", 2)
    store = Store(tmp_path / "a.db", runner=Runner.INLINE)
    tap = Journal(store, now_ms=lambda: HEARD_MS, elapsed_ms=lambda: NOW_MS)
    for _ in range(5):
        tap.see(RESUMED)
    assert (tap.lost, store.lost) == (3, 3)
    store.start()
    assert store.flush(TIMEOUT_MS)
    tap.see(TIMER)
    tap.see(RESUMED)
    assert store.close(TIMEOUT_MS)
    rows = rows_of(tmp_path / "a.db", journal)
    kinds = [row.kind for row in rows]
    assert kinds[2:] == [RecordsLost.__name__, "OrderTimerFired", "TradingResumed"]
