"""An opposite signal that closes and enters the other way: both halves, or neither, never two."""

from pathlib import Path

import pytest

from noctule.domain.signals import Direction
from tests.fakes.hands_cells import REQUEST_FAULTS, SHORT_BANS, Step, Wrong, at_step, slice_of
from tests.fakes.hands_exchange import hands_exchange
from tests.fakes.hands_life import be_flat, enter, rest
from tests.fakes.hands_rig import Rig, living_rig

_REVERSE = "strategy.reverse=true"


async def test_an_opposite_signal_turns_the_position_round(tmp_path: Path) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        living_rig(exchange, tmp_path, _REVERSE) as rig,
    ):
        await enter(rig)
        await _turn(rig)
        assert exchange.amount() < 0, rig.state


@pytest.mark.parametrize("wrong", REQUEST_FAULTS, ids=lambda wrong: wrong.name)
@pytest.mark.parametrize("step", slice_of([Step.EXIT, Step.ENTRY, Step.STOP], 2))
async def test_a_reversal_that_goes_wrong_ends_protected_or_flat(
    tmp_path: Path, step: Step, wrong: Wrong
) -> None:
    async with (
        hands_exchange(tmp_path, terms=SHORT_BANS) as exchange,
        living_rig(exchange, tmp_path, _REVERSE) as rig,
    ):
        await enter(rig)
        trap = at_step(rig, step, wrong)
        await _turn(rig)
        assert trap.bitten
        if exchange.amount():
            await rig.signal(Direction.FLAT)
            await be_flat(rig)


async def _turn(rig: Rig) -> None:
    await rig.signal(Direction.SHORT, stop=60_600, target=58_800)
    await rig.until(lambda: rig.exchange.amount() <= 0)
    await rest(rig)
