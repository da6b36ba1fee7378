import asyncio

import pytest
from msgspec.structs import replace

from noctule.domain import values
from noctule.domain.errors import CredentialsRefused, VenueUnreachable
from noctule.domain.events.order import Reconciled
from noctule.domain.memory import DeskMemory
from noctule.domain.order import Leg, OrderState
from noctule.domain.position import AccountSnapshot
from noctule.domain.values import Side, Symbol
from noctule.engine.recovery import incomes_since_midnight
from tests.builders import BTCUSDT, START_MS
from tests.fakes.recovery_scene import RecoveryDesk, RecoveryScene, RecoveryVenue
from tests.reconcile_builders import OWNERS, held, name, remembered, report, stop, target

ETHUSDT = Symbol("ETHUSDT")
MEMORY = DeskMemory(saved_ms=START_MS - 60_000, brackets=(remembered(),))
ENTERED = report(state=OrderState.FILLED, filled="0.010")
BY_HAND = report(OWNERS, state=OrderState.FILLED, filled="0.010")
DAY_MS = 24 * 60 * 60_000


async def test_a_remembered_position_is_adopted_with_what_rests() -> None:
    scene = RecoveryScene(RecoveryVenue(held(), orders=[stop(), target()]))

    plan = await scene.recovery.begin(MEMORY)

    (adoption,) = scene.desk.adopted
    assert adoption == plan.adoptions[0]
    assert [each.request.leg for each in adoption.orders] == [Leg.STOP, Leg.TARGET]
    assert scene.desk.foreign == {BTCUSDT: None}
    (event,) = scene.events
    assert isinstance(event, Reconciled)
    assert (event.adopted, event.protected, event.swept, event.discrepancies) == (1, 0, 0, 0)


async def test_the_naked_are_handed_over_before_others_are_asked_for() -> None:
    venue = RecoveryVenue(held(), held("1", "2000", symbol=ETHUSDT), orders=[stop(), target()])
    scene = RecoveryScene(venue)

    await scene.recovery.begin(DeskMemory(brackets=(remembered(symbol=ETHUSDT),)))

    assert [each.symbol for each in scene.desk.adopted] == [ETHUSDT, BTCUSDT]
    assert venue.asked == [
        "snapshot",
        "orders of ETHUSDT since -4320 min",
        "orders of BTCUSDT since -4320 min",
    ]


async def test_nobody_waits_for_the_orders_of_another_symbol() -> None:
    venue = RecoveryVenue(held("9", "3000", symbol=ETHUSDT), held())
    venue.hanging = {ETHUSDT}
    scene = RecoveryScene(venue)
    venue.histories = [(ENTERED,)]
    adopted = asyncio.Event()
    scene.desk.on_adopt = adopted.set

    async with asyncio.TaskGroup() as group:
        recovering = group.create_task(scene.recovery.begin(DeskMemory()))
        await adopted.wait()
        assert not recovering.done()

    assert [each.symbol for each in scene.desk.adopted] == [BTCUSDT]
    assert [each.symbol for each in recovering.result().symbols] == [ETHUSDT, BTCUSDT]


async def test_a_symbol_that_breaks_our_rules_takes_no_other_with_it() -> None:
    venue = RecoveryVenue(held("9", "3000", symbol=ETHUSDT), held())
    venue.failures["orders"] = [AssertionError("a bug")]
    venue.histories = [(ENTERED,)]
    scene = RecoveryScene(venue)

    with pytest.raises(AssertionError, match="a bug"):
        await scene.recovery.begin(DeskMemory())

    assert [each.symbol for each in scene.desk.adopted] == [BTCUSDT]


async def test_what_rests_on_a_flat_symbol_is_seen_to_after_what_is_held() -> None:
    venue = RecoveryVenue(held(symbol=ETHUSDT), orders=[stop()])
    scene = RecoveryScene(venue)
    venue.histories = [(report(state=OrderState.FILLED, filled="0.010", symbol=ETHUSDT),)]

    await scene.recovery.begin(DeskMemory())

    assert [each.symbol for each in scene.desk.adopted] == [ETHUSDT, BTCUSDT]


async def test_a_snapshot_that_is_there_is_not_asked_for() -> None:
    scene = RecoveryScene(RecoveryVenue())
    given = AccountSnapshot(at_ms=START_MS, balances=(), positions=(), orders=(stop(),))

    await scene.recovery.begin(DeskMemory(), given)

    assert scene.venue.asked == []
    assert scene.desk.heard == []
    assert [each.symbol for each in scene.desk.adopted] == [BTCUSDT]


async def test_a_venue_that_is_away_for_a_while_is_waited_for() -> None:
    venue = RecoveryVenue(held())
    venue.failures["snapshot"] = [VenueUnreachable("away")] * 3
    scene = RecoveryScene(venue)

    await scene.recovery.begin(MEMORY)

    assert scene.clock.elapsed_ms() == 100 + 200 + 400
    assert len(scene.desk.adopted) == 1
    assert scene.desk.heard == ["believe 1 asked 0"]


async def test_a_venue_that_stays_away_ends_the_start() -> None:
    venue = RecoveryVenue()
    venue.failures["snapshot"] = [VenueUnreachable("away")] * 100

    with pytest.raises(VenueUnreachable):
        await RecoveryScene(venue).recovery.begin(MEMORY)


async def test_a_refused_key_is_not_tried_again() -> None:
    venue = RecoveryVenue()
    venue.failures["snapshot"] = [CredentialsRefused("no", code=-2015)]

    with pytest.raises(CredentialsRefused):
        await RecoveryScene(venue).recovery.begin(MEMORY)
    assert venue.asked == ["snapshot"]


async def test_a_naked_position_does_not_wait_for_orders_that_nobody_tells() -> None:
    venue = RecoveryVenue(held())
    venue.failures["orders"] = [VenueUnreachable("away")] * 100
    scene = RecoveryScene(venue)

    plan = await scene.recovery.begin(MEMORY)

    assert scene.clock.elapsed_ms() < 2_000
    assert plan.counts.protected == 1


async def test_what_a_bracket_leads_is_left_to_it() -> None:
    scene = RecoveryScene(RecoveryVenue(held()), RecoveryDesk(leads=[BTCUSDT]))

    plan = await scene.recovery.again("stream lost")

    assert scene.venue.asked == ["snapshot"]
    assert plan.symbols == ()


async def test_a_bracket_that_began_while_we_asked_is_left_alone() -> None:
    venue = RecoveryVenue(held())
    venue.histories = [(ENTERED,)]
    scene = RecoveryScene(venue)
    venue.on_orders = lambda: scene.desk.led.add(BTCUSDT)

    plan = await scene.recovery.again("stream lost")

    assert scene.desk.adopted == []
    assert plan.items == ()


async def test_only_the_symbols_that_are_meant_are_recovered() -> None:
    venue = RecoveryVenue(held(), held("1", "2000", symbol=ETHUSDT))
    venue.histories = [(BY_HAND,)]
    scene = RecoveryScene(venue)

    plan = await scene.recovery.again("check", [ETHUSDT])

    assert [each.symbol for each in plan.symbols] == [ETHUSDT]


async def test_an_order_of_ours_that_cannot_be_led_is_swept() -> None:
    scene = RecoveryScene(RecoveryVenue(held("-0.010"), orders=[stop(side=Side.SELL)]))

    plan = await scene.recovery.begin(DeskMemory())

    assert [each.client_order_id for each in scene.desk.swept] == [name(Leg.STOP)]
    assert plan.counts.swept == 1


async def test_what_a_dead_process_remembered_counts_for_a_minute() -> None:
    scene = RecoveryScene(RecoveryVenue())
    await scene.recovery.begin(MEMORY)
    scene.clock.now += 59_000
    assert (await scene.recovery.again("doubt")).counts.discrepancies == 1

    scene.clock.now += 1_000
    assert (await scene.recovery.again("doubt")).counts.discrepancies == 0


async def test_an_order_with_our_mark_that_we_never_sent_is_another_bots() -> None:
    late = report(name(Leg.STOP), side=Side.SELL, at_ms=START_MS + 10_000)
    scene = RecoveryScene(RecoveryVenue(held()))
    assert scene.recovery.strangers_among([late]) == frozenset()
    await scene.recovery.begin(MEMORY)
    scene.desk.led.clear()
    scene.venue.orders = (late,)
    plan = await scene.recovery.again("doubt")

    assert plan.strangers == (name(Leg.STOP),)
    assert scene.desk.swept == []


async def test_what_the_dead_process_sent_may_come_a_little_later() -> None:
    late = report(name(Leg.STOP), side=Side.SELL, at_ms=START_MS + 9_999)
    scene = RecoveryScene(RecoveryVenue())
    await scene.begin()

    assert scene.recovery.strangers_among([late]) == frozenset()


async def test_a_clock_that_was_wrong_as_it_began_makes_no_second_bot_of_our_own_orders() -> None:
    """It is set right by the first answer; what rests was placed by the process before us."""
    resting = replace(stop("59000"), updated_ms=START_MS - 60_000)
    scene = RecoveryScene(RecoveryVenue(held(), orders=[resting]))
    scene.clock.now -= 3_600_000

    def answer() -> None:
        scene.clock.now = START_MS

    scene.venue.on_snapshot = answer
    plan = await scene.recovery.begin(MEMORY)
    assert plan.strangers == ()
    assert [each.symbol for each in scene.desk.adopted] == [BTCUSDT]


async def test_an_account_that_was_asked_for_by_a_clock_ahead_is_asked_for_again() -> None:
    """Fills from before the question are in its answer: none may be dated ahead of its time."""
    scene = RecoveryScene(RecoveryVenue())
    scene.clock.now += 800_000

    def answer() -> None:
        scene.clock.now = START_MS

    scene.venue.on_snapshot = answer
    await scene.begin()

    assert scene.venue.asked == ["snapshot", "snapshot"]
    assert scene.desk.heard == ["believe 0 asked 0"]


async def test_foreign_notes_replace_what_was_noted_before() -> None:
    scene = RecoveryScene(RecoveryVenue(orders=[stop("59000", OWNERS)]))
    await scene.begin()
    assert scene.desk.foreign[BTCUSDT] is not None

    scene.recovery.note_foreign({ETHUSDT: "an order of the owner's"})

    assert scene.desk.foreign == {BTCUSDT: None, ETHUSDT: "an order of the owner's"}


@pytest.mark.parametrize(
    ("memory", "asked"),
    [
        (DeskMemory(), "income since 0 min"),
        (DeskMemory(saved_ms=START_MS + 120_000), "income since 0 min"),
        (DeskMemory(saved_ms=START_MS - 120_000), "income since -2 min"),
        (
            DeskMemory(
                saved_ms=START_MS + 120_000,
                day=START_MS // DAY_MS,
                day_equity=values.quote("1000"),
            ),
            "income since 2 min",
        ),
        (
            DeskMemory(
                saved_ms=START_MS + 120_000,
                wallet_ms=START_MS + 60_000,
                day=START_MS // DAY_MS,
                day_equity=values.quote("1000"),
            ),
            "income since 1 min",
        ),
    ],
    ids=["lost", "of today, without a beginning", "of yesterday", "of today", "not told since"],
)
async def test_bookings_are_asked_for_as_far_back_as_they_are_needed(
    memory: DeskMemory, asked: str
) -> None:
    venue = RecoveryVenue()

    await incomes_since_midnight(venue, memory, now_ms=START_MS + 300_000)

    assert venue.asked == [asked]
