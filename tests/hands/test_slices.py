"""A position larger than one order may be: entered, protected and closed slice by slice."""

from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.faults import FaultKind
from noctule.adapters.sim.rules_book import default_rules
from tests.fakes.hands_cells import Step, Wrong, at_step, refused, request_fault
from tests.fakes.hands_exchange import HandsExchange, hands_exchange
from tests.fakes.hands_life import enter, leave, move_stop
from tests.fakes.hands_rig import living_rig
from tests.fakes.hands_trip import live_on

_SLICES = 3
_WRONGS = (
    request_fault(FaultKind.LOST_BEFORE),
    request_fault(FaultKind.LOST_AFTER),
    request_fault(FaultKind.UNKNOWN_AFTER),
    request_fault(FaultKind.UNAVAILABLE),
    request_fault(FaultKind.TIMED_OUT),
    refused(-2019),
    refused(-2022),
)


async def test_a_large_position_lives_and_ends_in_slices(tmp_path: Path) -> None:
    async with _small_lots(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        rig.slices = _SLICES
        await enter(rig)
        assert exchange.amount() > Decimal("0.1"), rig.state
        await move_stop(rig)
        await leave(rig)
        await live_on(rig)


@pytest.mark.parametrize("wrong", _WRONGS, ids=lambda wrong: wrong.name)
@pytest.mark.parametrize("number", range(_SLICES))
@pytest.mark.parametrize("step", [Step.ENTRY, Step.EXIT])
async def test_a_slice_that_goes_wrong_is_neither_lost_nor_doubled(
    tmp_path: Path, step: Step, number: int, wrong: Wrong
) -> None:
    async with _small_lots(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        rig.slices = _SLICES
        if step is Step.ENTRY:
            at_step(rig, step, wrong, skip=number)
        await enter(rig)
        if step is Step.EXIT and exchange.amount():
            at_step(rig, step, wrong, skip=number)
        if exchange.amount():
            await leave(rig)
        await live_on(rig)


def _small_lots(home: Path) -> AbstractAsyncContextManager[HandsExchange]:
    rules = tuple(
        replace(each, market_max_qty=Decimal("0.050"))
        for each in default_rules()
        if each.symbol in ("BTCUSDT", "ETHUSDT")
    )
    return hands_exchange(home, rules=rules)
