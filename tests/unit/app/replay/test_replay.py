"""Records are heard in their order until the engine would have done something else."""

from pathlib import Path

import pytest

from noctule.adapters.store.journal_reading import JournalEntry
from noctule.adapters.store.journal_records import DeedDone, Recorded, RecordsLost, RunBegan
from noctule.app.replay.clock import RecordedClock
from noctule.app.replay.replay import Divergence, Replay
from noctule.domain.commands import Pause
from noctule.domain.events.data import BookTickerUpdated, FeedLost
from noctule.domain.events.order import (
    AlertRaised,
    CommandReceived,
    OrderTimerFired,
    TradingHalted,
    TradingResumed,
)
from noctule.domain.events.signal import LimitBreached, StrategyDisabled
from noctule.domain.market import BookTicker
from tests.builders import BTCUSDT, START_MS
from tests.fakes.replayed_stage import run_told, stage_at

PAUSED = CommandReceived(at_ms=START_MS, trace="t", command=Pause(actor="me", origin="test"))
TIMER = OrderTimerFired(at_ms=START_MS, trace="t", timer="nobody's")
LOST = FeedLost(at_ms=START_MS, trace="t", symbol=BTCUSDT, reason="x")
HALTED = TradingHalted(at_ms=START_MS, trace="t", cause="paused by me", actor="me", ends_ms=None)
BOOK = BookTickerUpdated(
    at_ms=START_MS,
    trace="t",
    book=BookTicker(
        symbol=BTCUSDT,
        bid_price=1.0,
        bid_quantity=1.0,
        ask_price=1.0,
        ask_quantity=1.0,
        update_id=1,
    ),
)


class Desk:
    """A replay, and the next record's number."""

    def __init__(self, home: Path) -> None:
        clock = RecordedClock()
        self.replay = Replay(stage_at(home, clock), clock)
        self.number = 0

    def hear(self, record: Recorded, *, elapsed_ms: int = 0) -> Divergence | None:
        self.number += 1
        return self.replay.hear(
            JournalEntry(
                number=self.number, heard_ms=START_MS, elapsed_ms=elapsed_ms, record=record
            )
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_what_follows_is_what_the_record_says(desk: Desk) -> None:
    assert [desk.hear(each) for each in (PAUSED, BOOK, HALTED, TIMER)] == [None] * 4
    assert (desk.replay.heard, desk.replay.compared) == (4, 1)
    assert desk.replay.end() is None


def test_a_follow_up_comes_before_anything_else_of_its_queue(desk: Desk) -> None:
    desk.hear(PAUSED)
    divergence = desk.hear(TIMER)
    assert divergence is not None
    assert (divergence.number, divergence.expected, divergence.got) == (
        2,
        "OrderTimerFired",
        "TradingHalted",
    )


def test_an_event_that_nothing_caused_is_told(desk: Desk) -> None:
    divergence = desk.hear(LimitBreached(at_ms=START_MS, trace="b", limit="x", text="y"))
    assert divergence == Divergence(
        number=1, heard_ms=START_MS, trace="b", expected="LimitBreached", got=None
    )


def test_what_anybody_may_have_published_is_heard_as_it_is(desk: Desk) -> None:
    assert desk.hear(TradingResumed(at_ms=START_MS, trace="t", actor="kill switch")) is None
    assert desk.replay.heard == 1


def test_what_was_published_and_never_came_is_told_after_a_while(desk: Desk) -> None:
    desk.hear(PAUSED)
    divergence = desk.hear(LOST, elapsed_ms=6_000)
    assert divergence is not None
    assert (divergence.number, divergence.expected, divergence.got) == (1, None, "TradingHalted")


def test_what_was_published_and_never_came_is_told_at_the_end(desk: Desk) -> None:
    desk.hear(PAUSED)
    assert desk.replay.end() is None  # perhaps the process was killed just then
    desk.hear(LOST, elapsed_ms=2_000)
    divergence = desk.replay.end()
    assert divergence is not None
    assert divergence.got == "TradingHalted"


def test_an_empty_run_ends_as_it_should(desk: Desk) -> None:
    assert desk.replay.end() is None


def test_a_strategy_that_was_too_slow_is_as_slow_again(desk: Desk) -> None:
    disabled = StrategyDisabled(
        at_ms=START_MS,
        trace="t",
        strategy="sma_cross",
        symbols=(BTCUSDT,),
        reason="took 2000 ms",
        remedy="make it faster",
    )
    assert desk.hear(disabled) is None
    alert = AlertRaised(
        at_ms=START_MS,
        trace="t",
        text="strategy sma_cross is disabled on BTCUSDT: took 2000 ms; "
        "its positions stay guarded; make it faster",
        is_urgent=True,
    )
    assert desk.hear(alert) is None
    assert desk.replay.compared == 1


def test_another_alert_than_the_one_published_may_be_somebody_elses(desk: Desk) -> None:
    desk.hear(
        StrategyDisabled(
            at_ms=START_MS, trace="t", strategy="s", symbols=(), reason="r", remedy="m"
        )
    )
    assert desk.hear(AlertRaised(at_ms=START_MS, trace="t", text="x", is_urgent=True)) is None
    assert desk.replay.compared == 0


def test_lost_records_end_it_and_unknown_deeds_are_counted(desk: Desk, tmp_path: Path) -> None:
    assert desk.hear(DeedDone(at_ms=1, deed=b"\x80")) is None
    assert desk.replay.unknown == 1
    assert desk.hear(run_told(tmp_path)) is None
    divergence = desk.hear(RecordsLost(at_ms=1, lost=4))
    assert divergence is not None
    assert divergence.fields[0].got == "4 records were lost"
    assert isinstance(run_told(tmp_path), RunBegan)
