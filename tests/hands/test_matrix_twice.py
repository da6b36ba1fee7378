"""Two things at once: a request goes wrong while nothing is told; or nothing works for a while."""

from functools import partial
from pathlib import Path

import pytest

from noctule.adapters.sim.faults import FaultKind
from tests.fakes.hands_cells import (
    SHORT_BANS,
    Step,
    at_step,
    outage_at_step,
    request_fault,
    slice_of,
)
from tests.fakes.hands_exchange import Trap, hands_exchange
from tests.fakes.hands_rig import Rig, living_rig
from tests.fakes.hands_trip import round_trip, walk

_UNKNOWN = (
    FaultKind.LOST_BEFORE,
    FaultKind.LOST_AFTER,
    FaultKind.UNKNOWN_AFTER,
    FaultKind.UNKNOWN_BEFORE,
    FaultKind.RESET_AFTER,
    FaultKind.TIMED_OUT,
)
_OUTAGES = (
    FaultKind.UNKNOWN_BEFORE,
    FaultKind.LOST_BEFORE,
    FaultKind.UNAVAILABLE,
    FaultKind.RESET_BEFORE,
    FaultKind.INTERNAL,
    FaultKind.OVERLOADED,
    FaultKind.MAINTENANCE,
)
_OUTAGE_S = 0.8
_UNASKED = (
    FaultKind.LOST_BEFORE,
    FaultKind.RESET_BEFORE,
    FaultKind.UNAVAILABLE,
    FaultKind.GARBAGE_ANSWER,
    FaultKind.LAGGING,
)


@pytest.mark.parametrize("kind", slice_of(_UNKNOWN, 3))
@pytest.mark.parametrize("step", Step)
async def test_an_outcome_that_nobody_tells_is_asked_for(
    tmp_path: Path, step: Step, kind: FaultKind
) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        living_rig(exchange, tmp_path, *step.needs) as rig,
    ):
        await round_trip(rig, step, partial(_unheard, rig, step, kind))


@pytest.mark.parametrize("kind", slice_of(_OUTAGES, 4))
@pytest.mark.parametrize("step", [Step.STOP, Step.MOVE, Step.EXIT, Step.SIBLING])
async def test_an_outage_is_survived_and_made_up_for(
    tmp_path: Path, step: Step, kind: FaultKind
) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        living_rig(exchange, tmp_path, *step.needs) as rig,
    ):
        outage = partial(outage_at_step, rig, step, kind, for_s=_OUTAGE_S)
        await round_trip(rig, step, outage)


@pytest.mark.parametrize("step", [Step.STOP, Step.MOVE, Step.EXIT, Step.SIBLING])
async def test_a_firewall_keeps_no_guard_away_for_longer_than_it_stands(
    tmp_path: Path, step: Step
) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        living_rig(exchange, tmp_path, *step.needs) as rig,
    ):
        wall = partial(outage_at_step, rig, step, FaultKind.FORBIDDEN, for_s=_OUTAGE_S)
        await walk(rig, step, wall)  # after which nothing is entered for minutes


@pytest.mark.parametrize("deaf", slice_of(_UNASKED, 3))
@pytest.mark.parametrize("step", [Step.ENTRY, Step.STOP, Step.MOVE, Step.EXIT])
async def test_a_question_that_is_not_answered_is_asked_again(
    tmp_path: Path, step: Step, deaf: FaultKind
) -> None:
    async with (
        hands_exchange(tmp_path, terms=SHORT_BANS) as exchange,
        living_rig(exchange, tmp_path, *step.needs) as rig,
    ):
        await round_trip(rig, step, partial(_unanswered, rig, step, deaf))


def _unanswered(rig: Rig, step: Step, deaf: FaultKind) -> Trap:
    """Let a request be lost, the stream say nothing, and the first questions go wrong, too."""
    for path in ("order", "algoOrder", "openOrders", "openAlgoOrders"):
        rig.exchange.arm(deaf, f"GET /fapi/v1/{path}", times=2)
    return _unheard(rig, step, FaultKind.LOST_AFTER)


def _unheard(rig: Rig, step: Step, kind: FaultKind) -> Trap:
    """Let a request of the step go wrong, and the private stream say no word from now on."""
    rig.exchange.arm(FaultKind.DROPPED_FRAME, "*_UPDATE", times=None)
    rig.watch.strike("nothing is told any more")
    return at_step(rig, step, request_fault(kind))
