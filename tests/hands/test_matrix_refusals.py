"""Every refusal that the exchange has for a step, and what must hold in spite of it."""

from functools import partial
from pathlib import Path

import pytest

from tests.fakes.hands_cells import Step, at_step, refused, slice_of
from tests.fakes.hands_exchange import hands_exchange
from tests.fakes.hands_rig import living_rig
from tests.fakes.hands_trip import round_trip

# Where a step can meet a code, see the exchange's own list: facts 6.
CELLS = (
    *((Step.ENTRY, code) for code in (-2019, -2027, -4131, -4164, -1008, -2010, -1013, -4411)),
    *((Step.STOP, code) for code in (-2021, -4130, -4509, -1008, -4045, -4116, -1106, -2022)),
    *((Step.TARGET, code) for code in (-2021, -4130, -4509, -4045, -4118, -2022, -1008)),
    *((Step.MOVE, code) for code in (-2021, -4130, -4509, -4045, -1106, -1008)),
    *((Step.RETIRE, code) for code in (-2011, -4117, -1008)),
    *((Step.EXIT, code) for code in (-2022, -4118, -4131, -1008, -4117, -2019)),
    *((Step.SWEEP, code) for code in (-2011, -4117)),
)
# So often in a row: once is bad luck, three times is a state of things.
TIMES = (3, 1)


@pytest.mark.parametrize("times", slice_of(TIMES, 1))
@pytest.mark.parametrize(("step", "code"), CELLS, ids=str)
async def test_a_refusal_is_answered_by_its_cause(
    tmp_path: Path, step: Step, code: int, times: int
) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        living_rig(exchange, tmp_path, *step.needs) as rig,
    ):
        wrong = refused(code, times=times)
        await round_trip(rig, step, partial(at_step, rig, step, wrong))
