"""Whatever becomes of a request, at whatever step: protected in time, entered once, flat at last.

One test is one cell: a step of the round trip, and one thing that goes wrong with its request.
"""

from functools import partial
from pathlib import Path

import pytest

from tests.fakes.hands_cells import REQUEST_FAULTS, SHORT_BANS, Step, Wrong, at_step
from tests.fakes.hands_exchange import hands_exchange
from tests.fakes.hands_rig import living_rig
from tests.fakes.hands_trip import round_trip


@pytest.mark.parametrize("wrong", REQUEST_FAULTS, ids=lambda wrong: wrong.name)
@pytest.mark.parametrize("step", Step)
async def test_a_request_that_goes_wrong_costs_neither_cover_nor_count(
    tmp_path: Path, step: Step, wrong: Wrong
) -> None:
    async with (
        hands_exchange(tmp_path, terms=SHORT_BANS) as exchange,
        living_rig(exchange, tmp_path, *step.needs) as rig,
    ):
        await round_trip(rig, step, partial(at_step, rig, step, wrong))
