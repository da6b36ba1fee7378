import asyncio
from collections.abc import Sequence

import pytest

from noctule.domain.memory import DeskMemory
from noctule.domain.order import ClientOrderId, Leg, OrderState
from noctule.domain.position import Position
from noctule.domain.report import OrderReport
from noctule.engine.tracing import TracePatience, Tracing, history_of
from noctule.reconcile.case import Evidence, SymbolCase, case_of
from tests.builders import BTCUSDT, START_MS
from tests.fakes.recovery_scene import LeapingClock, RecoveryVenue
from tests.reconcile_builders import ACCOUNT, evidence, held, name, remembered, report, stop

ENTERED = report(state=OrderState.FILLED, filled="0.010")
NAKED_OF_OURS = evidence([held()], memory=[remembered()])
GUARDED = evidence([held()], [stop()], memory=[remembered()])
OF_NOBODY = evidence([held()])


async def test_a_case_is_completed_by_its_orders_and_those_of_another_bot_are_marked() -> None:
    venue = RecoveryVenue()
    venue.histories = [(ENTERED, report(name(Leg.STOP, 9)))]

    traced = await _trace(venue, OF_NOBODY)

    assert traced.is_traced
    assert traced.history == (ENTERED, report(name(Leg.STOP, 9)))
    assert traced.strangers == {name(Leg.STOP, 9)}


async def test_nothing_is_asked_of_what_is_flat() -> None:
    venue = RecoveryVenue()

    traced = await _trace(venue, evidence([Position(symbol=BTCUSDT)], [stop()]))

    assert venue.asked == []
    assert not traced.is_traced


@pytest.mark.parametrize(
    ("known", "waited_s"),
    [(NAKED_OF_OURS, 0.75), (GUARDED, 1.5), (OF_NOBODY, 1.5)],
    ids=["naked and ours", "guarded", "nobody's"],
)
async def test_nobody_waits_for_long_and_what_would_be_protected_anyway_least(
    known: Evidence, waited_s: float
) -> None:
    venue, loop = RecoveryVenue(), asyncio.get_running_loop()
    venue.hanging = {BTCUSDT}
    began_s = loop.time()

    traced = await _trace(venue, known)

    assert not traced.is_traced
    assert loop.time() - began_s == waited_s


async def test_an_order_that_is_told_late_is_waited_for_a_few_times() -> None:
    venue = RecoveryVenue()

    assert (await _trace(venue, OF_NOBODY)).history == ()
    assert venue.asked == ["orders of BTCUSDT since -10 min"] * 3


async def test_orders_are_asked_for_from_a_little_before_the_memory_was_saved() -> None:
    venue = RecoveryVenue()

    await history_of(venue, BTCUSDT, DeskMemory(saved_ms=START_MS - 60_000), now_ms=START_MS)

    assert venue.asked == ["orders of BTCUSDT since -11 min"]


async def test_without_a_memory_three_days_are_looked_back_upon() -> None:
    venue = RecoveryVenue()

    await history_of(venue, BTCUSDT, DeskMemory(), now_ms=START_MS)

    assert venue.asked == ["orders of BTCUSDT since -4320 min"]


async def _trace(venue: RecoveryVenue, known: Evidence) -> SymbolCase:
    tracing = Tracing(
        venue=venue,
        clock=LeapingClock(),
        account=ACCOUNT,
        strangers_among=_strangers_among,
        patience=TracePatience(),
    )
    return await tracing.trace(case_of(BTCUSDT, known, ACCOUNT), known)


def _strangers_among(reports: Sequence[OrderReport]) -> frozenset[ClientOrderId]:
    return frozenset({name(Leg.STOP, 9)} & {each.client_order_id for each in reports})
