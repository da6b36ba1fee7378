"""How well the whole bot is, part by part."""

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.vital_signs import (
    VitalSigns,
    component_parts,
    strategy_part,
    vitals_of,
    writer_parts,
)
from noctule.domain.status import HealthView, Phase
from noctule.domain.values import Symbol
from noctule.engine.desk import Desk
from noctule.engine.freshness import Freshness
from noctule.engine.heartbeat import Heartbeat
from noctule.engine.lifecycle import ComponentState
from noctule.engine.queue_watch import QueueWatch
from noctule.engine.vitals import Vitals
from noctule.telemetry.health import Part, Role
from tests.builders import BTCUSDT, START_MS
from tests.fakes.companionship import files_of, overseen_of
from tests.fakes.trading_room import new_room

ILL = Part(name="store", score=0, text="cannot be written: disk full", role=Role.BESIDE)


class Looked:
    """Vital signs in a test's hands."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START_MS)
        self.phase = Phase.WARMING_UP
        self.parts: Iterable[Part] = ()
        vitals = Vitals(
            clock=self.clock,
            freshness=Freshness(self.clock),
            symbols=(BTCUSDT,),
            stale_ms=90_000,
            heartbeat=Heartbeat(self.clock),
            queues=QueueWatch(dict, clock=self.clock),
            account=None,
        )
        self.signs = VitalSigns(
            vitals, parts=lambda _phase: self.parts, phase=lambda: self.phase, clock=self.clock
        )


def test_before_the_first_look_all_is_well_and_nobody_knows_since_when() -> None:
    signs = Looked().signs

    assert (signs.health.score, signs.age_ms) == (100, None)


def test_a_look_is_kept_with_its_age() -> None:
    it = Looked()
    it.signs.look()
    it.clock.advance_to_ms(START_MS + 1_500)

    assert it.signs.age_ms == 1_500


def test_the_feed_is_judged_once_the_start_is_over_and_not_before() -> None:
    it = Looked()
    it.clock.advance_to_ms(START_MS + 600_000)
    it.signs.look()
    assert [each.name for each in it.signs.readings] == ["event loop"]

    it.phase = Phase.RUNNING
    it.signs.look()
    it.clock.advance_to_ms(START_MS + 765_000)
    assert it.signs.look().score == 50


def test_what_is_not_well_is_told_while_it_runs_and_not_while_it_starts_or_leaves(
    caplog: pytest.LogCaptureFixture,
) -> None:
    it = Looked()
    it.parts = (ILL,)
    for phase in (Phase.WARMING_UP, Phase.STOPPING):
        it.phase = phase
        it.signs.look()
    assert not caplog.records

    it.phase = Phase.RUNNING
    it.signs.look()
    assert [record.message for record in caplog.records] == ["degraded"]
    assert it.signs.ailments.counts == {"store": 1}


def test_the_owner_is_told_the_share_and_what_is_worst() -> None:
    it = Looked()
    assert it.signs.view == HealthView(score=1.0, worst=None)

    it.parts = (ILL,)
    it.signs.look()
    assert it.signs.view == HealthView(score=0.6, worst="store: cannot be written: disk full")


@pytest.mark.parametrize(
    ("state", "score"),
    [
        (ComponentState.NEW, 100),
        (ComponentState.STARTING, 50),
        (ComponentState.RUNNING, 100),
        (ComponentState.DEGRADED, 50),
        (ComponentState.STOPPING, 50),
        (ComponentState.STOPPED, 0),
        (ComponentState.FAILED, 0),
    ],
)
def test_a_component_is_as_well_as_its_state(state: ComponentState, score: int) -> None:
    (part,) = component_parts({"collector": state}, is_leaving=False)

    assert (part.score, part.role) == (score, Role.NEEDED)
    assert part.text == ("" if score == 100 else state.value)


def test_who_leaves_stops_its_components_on_purpose() -> None:
    states = {
        "collector": ComponentState.STOPPED,
        "lanes": ComponentState.STOPPING,
        "account": ComponentState.FAILED,
    }
    parts = component_parts(states, is_leaving=True)

    assert {each.name: each.score for each in parts} == {
        "collector": 100,
        "lanes": 100,
        "account": 0,
    }


def test_a_component_that_nobody_trades_by_is_beside() -> None:
    (part,) = component_parts({"control": ComponentState.FAILED}, is_leaving=False)

    assert part.role is Role.BESIDE


def test_who_cannot_write_says_why() -> None:
    failing = SimpleNamespace(is_failing=True, last_error=OSError(28, "No space left"), lost=3)
    well = SimpleNamespace(is_failing=False, last_error=None, lost=0)

    assert list(writer_parts({"log": well, "store": failing})) == [
        Part(name="log", role=Role.BESIDE),
        Part(
            name="store",
            score=0,
            text="cannot be written: [Errno 28] No space left",
            role=Role.BESIDE,
        ),
    ]


def test_strategies_are_as_well_as_the_share_of_symbols_they_are_asked_on() -> None:
    asked = cast(Desk, SimpleNamespace(label="mine", disabled=None))
    ended = cast(Desk, SimpleNamespace(label="mine", disabled="failed 3 times"))
    desks = {BTCUSDT: asked, Symbol("ETHUSDT"): ended}

    part = strategy_part(desks)

    assert (part.score, part.text) == (50, "asked no more: mine on ETHUSDT")
    assert strategy_part({}).score == 100


def test_of_a_whole_bot_everything_is_watched_that_must_not_stand_still(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        room = await new_room(tmp_path, clock)
        with files_of(tmp_path, clock) as files:
            vitals = vitals_of(overseen_of(room, files, tmp_path), Heartbeat(clock))
        vitals.begin()
        await clock.sleep_ms(2_000)
        assert {each.name: each.age_ms for each in vitals.read()} == {
            "event loop": 0,
            "data queue": 0,
            "signal queue": 0,
            "order queue": 0,
            "feed": 2_000,
            "feed BTCUSDT": 2_000,
            "private stream": 2_000,
            "reconciliation": 2_000,
        }

    run_virtual(main, start_ms=START_MS)
