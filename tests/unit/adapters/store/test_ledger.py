"""Every closed candle has one row, and every verdict on a signal another."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from noctule.adapters.store.ledger import AUTHORIZED, EXIT, REFUSED
from noctule.adapters.store.ledger_reading import seen_at, verdicts_between
from noctule.adapters.store.ledger_records import VerdictRecord
from noctule.adapters.store.tables import ledger, verdicts
from noctule.domain.events.desk import EntryRefused
from noctule.domain.events.order import AlertRaised
from noctule.domain.observation import Answer
from noctule.domain.signals import Direction, Reason
from noctule.domain.trade import ExitReason
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT, START_MS
from tests.fakes.ledger_scene import LONG, LedgerScene, close_ms, trace


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[LedgerScene]:
    scene = LedgerScene(tmp_path / "store.db")
    yield scene
    scene.close()


def told(scene: LedgerScene, minute: int) -> list[tuple[str, VerdictRecord]]:
    found = verdicts_between(
        scene.connection, BTCUSDT, Timeframe.M1, from_ms=close_ms(minute), to_ms=close_ms(minute)
    )
    return [(each.outcome, each.record) for each in found]


def test_a_candle_that_was_answered_is_not_answered_again(scene: LedgerScene) -> None:
    scene.see(0, Answer.SIGNAL, said=LONG)
    scene.see(0, Answer.HISTORY)
    assert scene.connection.execute(select(func.count()).select_from(ledger)).scalar() == 1
    seen = seen_at(scene.connection, BTCUSDT, close_ms(0), Timeframe.M1)
    assert seen is not None
    assert seen.record.answer is Answer.SIGNAL


def test_a_refusal_is_kept_with_every_gate_and_which_were_shut(scene: LedgerScene) -> None:
    scene.refuse(0)
    expected = VerdictRecord(
        strategy="sma_cross",
        direction=Direction.LONG,
        gates={"position": "nothing is held", "max_positions": "3 of 3 positions"},
        shut=("max_positions",),
    )
    assert told(scene, 0) == [(REFUSED, expected)]


def test_a_reversal_is_an_exit_and_then_a_verdict_of_its_own(scene: LedgerScene) -> None:
    scene.leave(0)
    refused = EntryRefused(
        at_ms=close_ms(0) + 400,
        trace=trace(0),
        symbol=BTCUSDT,
        strategy="sma_cross",
        direction=Direction.SHORT,
        reasons=(Reason(check="pause", text="paused"),),
    )
    scene.tell(refused)
    assert [(outcome, record.shut) for outcome, record in told(scene, 0)] == [
        (EXIT, ()),
        (REFUSED, ("pause",)),
    ]


def test_an_approval_is_kept_with_what_every_gate_said(scene: LedgerScene) -> None:
    scene.authorize(0)
    ((outcome, record),) = told(scene, 0)
    assert (outcome, record.shut) == (AUTHORIZED, ())
    assert record.gates["size"] == "0.01, bound by risk"


def test_what_no_signal_caused_is_no_verdict(scene: LedgerScene) -> None:
    scene.leave(0, ExitReason.FLATTEN)
    scene.tell(AlertRaised(at_ms=START_MS, trace=trace(0), text="hear", is_urgent=False))
    refused = EntryRefused(
        at_ms=START_MS,
        trace="start:1",
        symbol=BTCUSDT,
        strategy="sma_cross",
        direction=Direction.LONG,
        reasons=(Reason(check="pause", text="paused"),),
    )
    scene.tell(refused)
    assert scene.connection.execute(select(func.count()).select_from(verdicts)).scalar() == 0
