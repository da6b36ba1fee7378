"""Whatever the private stream does at whatever step: what it hides is found out by asking."""

from pathlib import Path

import pytest

from noctule.adapters.sim.faults import FaultKind
from tests.fakes.hands_cells import Step, slice_of
from tests.fakes.hands_exchange import hands_exchange
from tests.fakes.hands_rig import Rig, living_rig
from tests.fakes.hands_trip import live_on, walk

_FRAMES = ("ORDER_TRADE_UPDATE", "ACCOUNT_UPDATE", "ALGO_UPDATE")
_BROKEN = (
    FaultKind.DROPPED_FRAME,
    FaultKind.REPEATED_FRAME,
    FaultKind.HELD_FRAME,
    FaultKind.LATE_FRAME,
    FaultKind.GARBAGE_FRAME,
    FaultKind.TRUNCATED_FRAME,
)
_SOCKETS = (FaultKind.MUTE_SOCKET, FaultKind.CUT_SOCKET, FaultKind.CLOSED_SOCKET)
_STEPS = (Step.STOP, Step.MOVE, Step.EXIT, Step.SIBLING)


@pytest.mark.parametrize("frame", _FRAMES)
@pytest.mark.parametrize("kind", _BROKEN)
@pytest.mark.parametrize("step", _STEPS)
async def test_frames_that_come_wrong_or_not_at_all_mislead_nobody(
    tmp_path: Path, step: Step, kind: FaultKind, frame: str
) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        living_rig(exchange, tmp_path, *step.needs) as rig,
    ):
        await walk(rig, step, lambda: _break(rig, kind, frame, times=None))
        await live_on(rig)


@pytest.mark.parametrize("skip", slice_of([1, 3, 0, 2], 2))
@pytest.mark.parametrize("kind", _SOCKETS)
@pytest.mark.parametrize("step", _STEPS)
async def test_a_private_stream_that_ends_after_so_many_frames_is_missed_by_nobody(
    tmp_path: Path, step: Step, kind: FaultKind, skip: int
) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        living_rig(exchange, tmp_path, *step.needs) as rig,
    ):
        await walk(rig, step, lambda: _break(rig, kind, "*_UPDATE", times=1, skip=skip))
        await live_on(rig)


@pytest.mark.parametrize("loudly", [True, False], ids=["loudly", "silently"])
@pytest.mark.parametrize("step", _STEPS)
async def test_a_listen_key_that_ends_hides_no_fill(
    tmp_path: Path, step: Step, loudly: bool
) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        living_rig(exchange, tmp_path, *step.needs) as rig,
    ):

        def expire() -> None:
            rig.watch.strike("ends the listen key")
            if loudly:
                exchange.protocol.expire_listen_key(exchange.account)
            else:
                exchange.silence_account()

        await walk(rig, step, expire)
        await live_on(rig)


def _break(rig: Rig, kind: FaultKind, frame: str, *, times: int | None, skip: int = 0) -> None:
    rig.watch.strike(f"{kind} {frame} after {skip}")
    rig.exchange.arm(kind, frame, times=times, skip=skip, delay_ms=300)
