import asyncio

import pytest

from noctule.domain.errors import BudgetExhausted, OutcomeUnknown, VenueUnreachable
from noctule.engine.patiently import Persistence, patiently
from tests.fakes.recovery_scene import LeapingClock


async def test_pauses_double_up_to_a_bound() -> None:
    clock, failures = LeapingClock(), [VenueUnreachable("away")] * 4
    asked_ms = []

    async def ask() -> str:
        asked_ms.append(clock.elapsed_ms())
        if failures:
            raise failures.pop()
        return "told"

    persistence = Persistence(span_ms=10_000, pause_ms=100, pause_ms_max=200)
    assert await patiently(ask, clock=clock, persistence=persistence) == "told"
    assert asked_ms == [0, 100, 300, 500, 700]


async def test_a_venue_that_says_how_long_to_wait_is_believed() -> None:
    clock = LeapingClock()
    failures = [BudgetExhausted("used up", retry_after_ms=700)]

    async def ask() -> int:
        if failures:
            raise failures.pop()
        return clock.elapsed_ms()

    assert await patiently(ask, clock=clock, persistence=Persistence(span_ms=1_000)) == 700


async def test_a_wait_beyond_the_bound_is_not_begun() -> None:
    clock = LeapingClock()

    async def ask() -> None:
        raise BudgetExhausted("banned", retry_after_ms=1_001)

    with pytest.raises(BudgetExhausted):
        await patiently(ask, clock=clock, persistence=Persistence(span_ms=1_000))
    assert clock.elapsed_ms() == 0


async def test_a_question_that_hangs_is_dropped_when_its_time_is_over() -> None:
    loop = asyncio.get_running_loop()
    began_s = loop.time()

    with pytest.raises(OutcomeUnknown, match="no answer within 1000 ms"):
        await patiently(
            lambda: asyncio.sleep(60),
            clock=LeapingClock(),
            persistence=Persistence(span_ms=1_000),
        )
    assert loop.time() - began_s == 1.0
