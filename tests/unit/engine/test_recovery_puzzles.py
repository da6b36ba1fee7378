"""Positions that nothing explains yet: they are looked at again, a few times."""

from noctule.domain.errors import VenueUnreachable
from noctule.domain.memory import DeskMemory
from noctule.domain.order import OrderState
from tests.builders import BTCUSDT, START_MS
from tests.fakes.recovery_scene import LeapingClock, RecoveryScene, RecoveryVenue
from tests.reconcile_builders import OWNERS, held, report

ENTERED = report(state=OrderState.FILLED, filled="0.010")
BY_HAND = report(OWNERS, state=OrderState.FILLED, filled="0.010")


async def test_an_entry_that_is_told_of_late_explains_a_fresh_position() -> None:
    venue = RecoveryVenue(held())
    venue.histories = [(), (), (ENTERED,)]
    scene = RecoveryScene(venue)

    plan = await scene.recovery.begin(DeskMemory())

    assert plan.counts.protected == 1
    assert scene.recovery.puzzles == frozenset()


async def test_an_old_position_has_no_late_orders() -> None:
    venue = RecoveryVenue(held())
    scene = RecoveryScene(venue, clock=LeapingClock(START_MS + 120_000))

    await scene.recovery.begin(DeskMemory())

    assert len(venue.asked) == 2
    assert scene.desk.adopted == []
    assert scene.desk.foreign == {BTCUSDT: "long 0.01 from 60000, not ours"}


async def test_a_position_that_nothing_explains_stays_a_puzzle_for_a_few_times() -> None:
    venue = RecoveryVenue(held())
    scene = RecoveryScene(venue, clock=LeapingClock(START_MS + 120_000))
    await scene.recovery.begin(DeskMemory())

    seen = []
    for _ in range(4):
        seen.append(scene.recovery.puzzles)
        await scene.recovery.again("check", [BTCUSDT])

    assert seen == [{BTCUSDT}] * 3 + [set()]


async def test_a_question_that_nobody_answers_does_not_count_as_a_look() -> None:
    venue = RecoveryVenue(held())
    venue.failures["orders"] = [VenueUnreachable("away")] * 1_000
    scene = RecoveryScene(venue, clock=LeapingClock(START_MS + 120_000))
    await scene.recovery.begin(DeskMemory())
    for _ in range(9):
        await scene.recovery.again("check", [BTCUSDT])
    assert scene.recovery.puzzles == {BTCUSDT}

    venue.failures.clear()
    venue.histories = [(ENTERED,)]
    await scene.recovery.again("check", [BTCUSDT])

    assert [each.symbol for each in scene.desk.adopted] == [BTCUSDT]
    assert scene.recovery.puzzles == frozenset()


async def test_a_position_of_the_owners_is_no_puzzle() -> None:
    venue = RecoveryVenue(held())
    venue.histories = [(BY_HAND,)]
    scene = RecoveryScene(venue)

    await scene.recovery.begin(DeskMemory())

    assert scene.recovery.puzzles == frozenset()
    assert scene.desk.foreign == {BTCUSDT: "long 0.01 from 60000, not ours"}
