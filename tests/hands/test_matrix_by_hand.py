"""What the owner does by hand, in the moment before a request arrives, is seen and respected."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.fakes.hands_cells import Step, by_hand
from tests.fakes.hands_exchange import hands_exchange
from tests.fakes.hands_life import enter, leave, rest
from tests.fakes.hands_owner import Owner
from tests.fakes.hands_rig import Rig, living_rig
from tests.fakes.hands_trip import live_on, round_trip

_ACTS: dict[str, Callable[[Owner], object]] = {
    "closes": Owner.close,
    "halves": Owner.halve,
    "cancels_stops": Owner.cancel_stops,
    "places_a_stop": lambda owner: owner.stop("59500"),
    "places_a_stop_with_a_size": lambda owner: owner.stop("59500", closes_all=False),
}
_HELD_STEPS = (Step.STOP, Step.TARGET, Step.MOVE, Step.RETIRE, Step.EXIT, Step.SWEEP)
_CELLS = [
    (step, name)
    for step in _HELD_STEPS
    for name in _ACTS
    if not (step is not Step.STOP and name == "places_a_stop")  # -4130: ours is there
]


@pytest.mark.parametrize(("step", "act"), _CELLS)
async def test_what_the_owner_does_between_two_requests_is_respected(
    tmp_path: Path, step: Step, act: str
) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        living_rig(exchange, tmp_path, *step.needs) as rig,
    ):
        await round_trip(rig, step, partial(by_hand, rig, step, lambda: _ACTS[act](rig.owner)))


async def test_a_stop_cancelled_by_hand_is_placed_anew(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        await enter(rig)
        _act(rig, Owner.cancel_stops)
        await rest(rig)
        assert rig.exchange.amount(), "the position was given up"
        await leave(rig)
        await live_on(rig)


async def test_a_position_closed_by_hand_is_swept_and_forgotten(tmp_path: Path) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        living_rig(exchange, tmp_path, "risk.take_profit_order=limit") as rig,
    ):
        await enter(rig)
        _act(rig, Owner.close)
        await rest(rig)
        await live_on(rig)


async def test_a_stop_that_the_owner_moved_is_left_where_he_put_it(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        await enter(rig)
        _act(rig, Owner.cancel_stops)
        placed = rig.owner.stop("59500")
        await rest(rig)
        assert placed.is_open, "the owner's stop is gone"
        await leave(rig)
        await live_on(rig)


async def test_an_order_of_somebody_else_is_never_touched(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        foreign = rig.owner.rest("2900")
        await enter(rig)
        await leave(rig)
        await live_on(rig)
        assert foreign.is_open, "the owner's order is gone"


def _act(rig: Rig, act: Callable[[Owner], object]) -> None:
    rig.watch.strike("the owner acts")
    act(rig.owner)
