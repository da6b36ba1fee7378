"""What a scrape reads of a whole bot: every name that is promised, and none besides."""

from collections.abc import Callable
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app import gauges
from noctule.app.gauges import Gauges
from noctule.app.vital_signs import VitalSigns, vitals_of
from noctule.app.watching import writers_of
from noctule.domain.events.data import FeedLost, FeedRestored
from noctule.domain.position import AccountSnapshot, Balance
from noctule.domain.status import Phase
from noctule.domain.values import quote
from noctule.engine.heartbeat import Heartbeat
from noctule.engine.measures import Measures
from noctule.telemetry.health import Part
from noctule.telemetry.metrics import METRICS, Reading
from tests.builders import BTCUSDT, START_MS, position
from tests.fakes.companionship import files_of, overseen_of
from tests.fakes.desk_events import CLOSED
from tests.fakes.trading_room import TradingRoom, new_room

# What is told only once there is something to tell.
SELDOM = {
    "degradations_total",
    "request_limit",
    "request_limit_used",
    "orders",
    "clock_offset_seconds",
}


def scraped(
    home: Path, prepare: Callable[[TradingRoom, Measures], None] = lambda _room, _measures: None
) -> dict[str, dict[tuple[str, ...], object]]:
    """Scrape a bot at home, and return its readings by name and labels."""
    readings: list[Reading] = []

    async def main(clock: VirtualClock) -> None:
        room = await new_room(home, clock)
        measures, heartbeat = Measures(clock=clock, stopwatch_ns=lambda: 0), Heartbeat(clock)
        prepare(room, measures)
        with files_of(home, clock) as files:
            overseen = overseen_of(room, files, home)
            signs = VitalSigns(
                vitals_of(overseen, heartbeat),
                parts=lambda _phase: [Part(name="collector")],
                phase=lambda: Phase.RUNNING,
                clock=clock,
            )
            signs.look()
            readings.extend(
                Gauges(
                    overseen,
                    signs,
                    heartbeat=heartbeat,
                    measures=measures,
                    writers=writers_of(files.records, files.store),
                ).read()
            )

    run_virtual(main, start_ms=START_MS)
    told: dict[str, dict[tuple[str, ...], object]] = {}
    for name, labels, value in readings:
        assert labels not in told.setdefault(name, {}), f"{name} {labels} is told twice"
        told[name][labels] = value
    return told


def live_through(room: TradingRoom, measures: Measures) -> None:
    """Let the account hold something, and a little happen."""
    wallet = Balance(asset="USDT", wallet=quote("10000"), available=quote("9000"))
    snapshot = AccountSnapshot(
        at_ms=START_MS,
        balances=(wallet,),
        positions=(position("0.010", "60000"),),
        orders=(),
        marks={},
    )
    room.trading.book.take(snapshot)
    room.machine.bus.drive(FeedLost(at_ms=START_MS, trace="", symbol=BTCUSDT, reason="cut"))
    measures.see(FeedLost(at_ms=START_MS, trace="", symbol=BTCUSDT, reason="cut"))
    measures.see(FeedRestored(at_ms=START_MS, trace="", symbol=BTCUSDT, gap_from_ms=None))
    measures.see(CLOSED)


def test_every_metric_that_is_promised_is_told_with_its_labels_and_no_other(
    tmp_path: Path,
) -> None:
    told = scraped(tmp_path, live_through)

    assert set(told) <= set(METRICS)
    assert set(METRICS) - set(told) <= SELDOM
    for name, rows in told.items():
        assert {len(labels) for labels in rows} == {len(METRICS[name].labels)}, name


def test_money_and_positions_are_those_of_the_account(tmp_path: Path) -> None:
    told = scraped(tmp_path, live_through)

    assert told["wallet"] == {(): 10_000.0}
    assert told["position_quantity"] == {("BTCUSDT",): 0.01}
    assert told["positions"] == {(): 1}
    assert told["trades_total"] == {("won",): 1, ("lost",): 0}
    assert told["reconnects_total"] == {("BTCUSDT",): 1}


def test_of_an_account_that_nobody_knows_nothing_is_told(tmp_path: Path) -> None:
    told = scraped(tmp_path)

    assert "equity" not in told
    assert told["ready"] == {(): True}
    assert told["entries_on"] == {(): False}
    assert told["halted"] == {("start",): 1}


def test_memory_is_told_where_there_is_no_proc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gauges, "_STATM", tmp_path / "nowhere")
    (memory,) = scraped(tmp_path)["resident_memory_bytes"].values()

    assert isinstance(memory, int)
    assert memory > 1_000_000
