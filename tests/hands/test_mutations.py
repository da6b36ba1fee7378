"""The matrix bites: for each handling that is taken away, the cell that was made for it fails.

Each mutation switches off one function of the bot. `python -m pytest tests/hands/test_mutations.py`
shows them; were a cell to pass with its handling gone, it would prove nothing with it there.
"""

from collections.abc import Awaitable, Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from msgspec import Struct

from noctule.adapters.sim.faults import FaultKind
from noctule.adapters.sim.switches import Switches
from noctule.domain.order import OrderKind
from noctule.orders import protecting
from noctule.orders.state import BracketState, Scene
from noctule.orders.steps import Step as Wanted
from noctule.orders.withdrawing import cancel
from tests.fakes.hands_cells import Step, Wrong, at_step, refused, request_fault
from tests.fakes.hands_exchange import hands_exchange
from tests.fakes.hands_life import enter, leave, rest
from tests.fakes.hands_owner import Owner
from tests.fakes.hands_rig import living_rig
from tests.fakes.hands_trip import round_trip, walk

Cell = Callable[[Path], Awaitable[None]]

_covered = protecting._is_covered  # as it is before anything is taken away


async def _request(home: Path, step: Step, wrong: Wrong) -> None:
    async with hands_exchange(home) as exchange, living_rig(exchange, home, *step.needs) as rig:
        await round_trip(rig, step, partial(at_step, rig, step, wrong))


async def _stop_cancelled_by_hand(home: Path) -> None:
    async with hands_exchange(home) as exchange, living_rig(exchange, home) as rig:
        await enter(rig)
        rig.watch.strike("the owner acts")
        Owner.cancel_stops(rig.owner)
        await rest(rig)
        await leave(rig)


async def _target_in_the_way(home: Path) -> None:
    switches = Switches(reduce_only_blocks=True)
    async with (
        hands_exchange(home, switches=switches) as exchange,
        living_rig(exchange, home, *Step.SWEEP.needs) as rig,
    ):
        await walk(rig, Step.SWEEP, lambda: None)


class Mutation(Struct, frozen=True, kw_only=True):
    """One handling taken away, and the cell that notices."""

    name: str
    target: str  # what is replaced
    by: Callable[..., object]
    cell: Cell


def _nothing(*_args: object, **_kwargs: object) -> Iterator[Wanted]:
    return iter(())


def _stop_only(state: BracketState, scene: Scene, held: Decimal) -> Iterator[Wanted]:
    """Place stops for ever, and never close what has none."""
    return protecting.place_stop(state, scene, held)


def _take_out_first(state: BracketState, scene: Scene, held: Decimal) -> Iterator[Wanted]:
    """Move a stop by cancelling the old one before the new one rests."""
    for each in state.tickets:
        is_stop = each.kind is OrderKind.STOP_MARKET and each.is_resting
        if is_stop and each.request.trigger_price != state.stop:
            yield from cancel(state, each, scene)


MUTATIONS = (
    Mutation(
        name="nobody asks what became of an order",
        target="noctule.orders.doubts.question",
        by=_nothing,
        cell=partial(_request, step=Step.ENTRY, wrong=request_fault(FaultKind.LOST_BEFORE)),
    ),
    Mutation(
        name="the naked limit closes nothing",
        target="noctule.orders.protecting._cover",
        by=_stop_only,
        cell=partial(_request, step=Step.STOP, wrong=refused(-4045, times=100)),
    ),
    Mutation(
        name="a stop that is gone is not missed",
        target="noctule.orders.protecting._is_covered",
        by=lambda state, held: state.is_protected or _covered(state, held),
        cell=_stop_cancelled_by_hand,
    ),
    Mutation(
        name="nothing is cancelled before a close",
        target="noctule.orders.leaving._in_the_way",
        by=_nothing,
        cell=_target_in_the_way,
    ),
    Mutation(
        name="a moved stop is taken out before the new one rests",
        target="noctule.orders.protecting._settle_stop",
        by=_take_out_first,
        cell=partial(_request, step=Step.MOVE, wrong=request_fault(FaultKind.LOST_BEFORE)),
    ),
)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
async def test_the_cell_of_a_handling_passes_with_it(tmp_path: Path, mutation: Mutation) -> None:
    await mutation.cell(tmp_path)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
async def test_the_cell_of_a_handling_fails_without_it(
    tmp_path: Path, mutation: Mutation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutation.target, mutation.by)
    with pytest.raises(AssertionError):
        await mutation.cell(tmp_path)
