from decimal import Decimal

from noctule.domain.errors import VenueUnreachable
from noctule.domain.events.order import DiscrepancyFound, Reconciled
from noctule.domain.order import Leg, OrderState
from noctule.domain.report import OrderReport
from noctule.engine.account_check import AccountCheck
from noctule.reconcile.diff import Belief
from noctule.reconcile.plan import RecoveryPlan
from tests.builders import BTCUSDT, START_MS
from tests.fakes.recovery_scene import RecoveryDesk, RecoveryScene, RecoveryVenue
from tests.reconcile_builders import ACCOUNT, OWNERS, held, name, report, stop

STOP = name(Leg.STOP)
ENTERED = report(state=OrderState.FILLED, filled="0.010")
GUARDED = Belief(
    signed_quantity=Decimal("0.010"), resting=frozenset({STOP}), live=frozenset({STOP})
)


async def test_books_that_agree_are_compared_once() -> None:
    scene = _scene(RecoveryVenue(held(), orders=[stop()]), GUARDED)

    plan = await _check(scene)

    assert plan == RecoveryPlan()
    assert scene.venue.asked == ["snapshot"]
    assert scene.events == []


async def test_a_difference_that_is_gone_when_read_again_is_none() -> None:
    scene = _scene(RecoveryVenue(held()), GUARDED)
    scene.venue.looked_orders = [stop()]

    await _check(scene)

    assert scene.venue.asked == ["snapshot", "look at BTCUSDT"]
    assert scene.clock.elapsed_ms() == 1_000
    assert scene.desk.heard == []
    assert scene.events == []


async def test_another_difference_than_the_first_is_not_acted_on_yet() -> None:
    scene = _scene(RecoveryVenue(held()), GUARDED)
    scene.venue.looked_orders = [stop(), stop("59000", name(Leg.STOP, 7))]

    await _check(scene)

    assert scene.desk.swept == []
    assert scene.events == []


async def test_an_order_that_is_missing_twice_is_asked_for_by_its_bracket() -> None:
    scene = _scene(RecoveryVenue(held()), GUARDED)

    await _check(scene)

    assert scene.desk.heard == [f"ask BTCUSDT {STOP}"]
    (event,) = scene.events
    assert isinstance(event, DiscrepancyFound)
    assert event.text == f"{STOP} should rest, and is not told of"


async def test_a_position_that_differs_twice_is_looked_at_by_its_bracket() -> None:
    scene = _scene(RecoveryVenue(held("0.020"), orders=[stop()]), GUARDED)

    await _check(scene)

    assert scene.desk.heard == ["look at BTCUSDT"]
    assert scene.desk.adopted == []


async def test_an_order_of_ours_too_many_is_taken_out() -> None:
    extra = name(Leg.STOP, 7)
    scene = _scene(RecoveryVenue(held(), orders=[stop(), stop("59000", extra)]), GUARDED)

    await _check(scene)

    assert [each.client_order_id for each in scene.desk.swept] == [extra]


async def test_no_order_is_taken_out_that_may_guard_what_we_do_not_believe_in() -> None:
    nothing = Belief()
    scene = _scene(RecoveryVenue(held(), orders=[stop()]), nothing)

    await _check(scene)

    assert scene.desk.swept == []
    assert scene.desk.heard == ["look at BTCUSDT"]


async def test_an_order_of_ours_is_taken_out_where_nothing_is_held_whatever_we_believe() -> None:
    believed = Belief(signed_quantity=Decimal("0.010"))
    scene = _scene(RecoveryVenue(orders=[stop()]), believed)

    await _check(scene)

    assert [each.client_order_id for each in scene.desk.swept] == [STOP]


async def test_a_position_of_ours_that_nobody_leads_is_recovered() -> None:
    scene = _scene(RecoveryVenue(held()))
    scene.venue.histories = [(ENTERED,)]

    plan = await _check(scene)

    assert [each.symbol for each in scene.desk.adopted] == [BTCUSDT]
    assert plan.counts.protected == 1
    assert [type(each) for each in scene.events] == [DiscrepancyFound, Reconciled]


async def test_an_end_that_the_stream_never_told_is_believed_from_the_second_look_on() -> None:
    scene = _scene(RecoveryVenue())
    scene.desk.told[BTCUSDT] = Belief(told=Decimal("0.010"))

    await _check(scene)

    assert scene.venue.asked == ["snapshot", "look at BTCUSDT", "snapshot"]
    assert scene.desk.heard == ["believe 0 asked 1000"]
    assert [type(each) for each in scene.events] == [DiscrepancyFound, Reconciled]


async def test_an_order_of_another_bot_is_told_and_left_alone() -> None:
    scene = _scene(RecoveryVenue(held(), orders=[stop()]), GUARDED)
    await scene.begin()
    scene.venue.orders = (stop(), _late_stop())
    scene.events.clear()

    plan = await _check(scene)

    assert plan.strangers == (name(Leg.STOP, 9),)
    assert scene.desk.swept == []
    assert scene.events == []
    assert scene.desk.foreign[BTCUSDT] is not None


async def test_a_position_of_the_owners_keeps_entries_off_until_it_is_gone() -> None:
    scene = _scene(RecoveryVenue(held()))
    scene.desk.told[BTCUSDT] = Belief(signed_quantity=Decimal("0.010"))

    await _check(scene)
    assert scene.desk.foreign == {BTCUSDT: "long 0.01 from 60000, not ours"}

    scene.venue.positions = ()
    scene.desk.told.clear()
    await _check(scene)
    assert scene.desk.foreign == {BTCUSDT: None}


async def test_a_stop_of_the_owners_is_noted_beside_our_position() -> None:
    scene = _scene(RecoveryVenue(held(), orders=[stop(), stop("59000", OWNERS)]), GUARDED)

    await _check(scene)

    assert scene.desk.foreign == {BTCUSDT: f"not ours: SELL STOP_MARKET all at 59000 ({OWNERS})"}


async def test_a_position_that_nothing_explained_is_judged_again() -> None:
    scene = _scene(RecoveryVenue(held()))
    scene.desk.told[BTCUSDT] = Belief(signed_quantity=Decimal("0.010"))
    await scene.begin()
    scene.venue.histories = [(ENTERED,)]

    await _check(scene)

    assert [each.symbol for each in scene.desk.adopted] == [BTCUSDT]


async def test_a_venue_that_does_not_answer_is_asked_the_next_time() -> None:
    scene = _scene(RecoveryVenue(held()))
    scene.venue.failures["snapshot"] = [VenueUnreachable("away")]

    assert await _check(scene) == RecoveryPlan()


async def test_when_both_books_were_seen_last_is_known_and_a_venue_away_shows_none() -> None:
    scene = _scene(RecoveryVenue(held(), orders=[stop()]), GUARDED)
    check = _check_of(scene)
    assert check.compared_ms is None

    await check.run()
    seen_ms = scene.clock.elapsed_ms()
    await scene.clock.sleep_ms(60_000)
    scene.venue.failures["snapshot"] = [VenueUnreachable("away")]
    await check.run()

    assert check.compared_ms == seen_ms


def _scene(venue: RecoveryVenue, believed: Belief | None = None) -> RecoveryScene:
    """Return a scene whose desk leads the symbol if it believes something of it."""
    desk = RecoveryDesk(leads=[] if believed is None else [BTCUSDT])
    if believed is not None:
        desk.told[BTCUSDT] = believed
        desk.known.add(STOP)
    return RecoveryScene(venue, desk)


async def _check(scene: RecoveryScene) -> RecoveryPlan:
    return await _check_of(scene).run()


def _check_of(scene: RecoveryScene) -> AccountCheck:
    return AccountCheck(
        venue=scene.venue,
        clock=scene.clock,
        recovery=scene.recovery,
        successor=scene.desk,
        doubter=scene.desk,
        publish=scene.publish,
        account=ACCOUNT,
    )


def _late_stop() -> OrderReport:
    late = name(Leg.STOP, 9)
    return report(late, side=stop().side, at_ms=START_MS + 60_000)
