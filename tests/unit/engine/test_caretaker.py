"""Account and books are seen to agree: at the start, after each doubt, and every minute."""

import asyncio
from collections.abc import Callable, Coroutine
from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import ConfigError, VenueUnreachable
from noctule.domain.memory import DeskMemory
from noctule.domain.order import Leg, OrderState
from noctule.domain.position import Income, IncomeKind
from noctule.domain.values import Timeframe, quote
from tests.builders import BTCUSDT, START_MS
from tests.fakes.caretaker_desk import CaretakerDesk, watching
from tests.fakes.recovery_scene import RecoveryVenue
from tests.reconcile_builders import held, name, remembered, report, stop

NO_ANSWER = VenueUnreachable("no route")
TODAY = START_MS // Timeframe.D1.ms
UNTOLD = {"today's bookings": "they are not known: no route"}


def income(amount: str, *, kind: IncomeKind = IncomeKind.PROFIT, at_ms: int = START_MS) -> Income:
    return Income(kind=kind, asset="USDT", amount=Decimal(amount), symbol=None, at_ms=at_ms)


def day_equity(desk: CaretakerDesk) -> Decimal:
    return desk.book.portfolio(at_ms=START_MS, in_flight={}, ours=set()).day_equity


def watched(desk: CaretakerDesk, *parts: Callable[[], object] | float) -> None:
    """Let the caretaker keep watch while things happen, and seconds pass between them."""

    async def main(_clock: VirtualClock) -> None:
        async with watching(desk):
            await asyncio.sleep(0)
            for part in parts:
                if isinstance(part, float | int):
                    await asyncio.sleep(part)
                else:
                    part()

    run_virtual(main, start_ms=START_MS)


async def begun(memory: DeskMemory | None = None) -> CaretakerDesk:
    desk = CaretakerDesk()
    desk.tell_account()
    await desk.caretaker.begin(memory or DeskMemory())
    desk.venue.asked.clear()
    return desk


def at_once(work: Coroutine[object, object, CaretakerDesk]) -> CaretakerDesk:
    return asyncio.run(work)


async def test_what_a_dead_process_left_is_taken_over_and_the_day_taken_up() -> None:
    desk = CaretakerDesk(RecoveryVenue(held()))
    desk.tell_account("9900")
    desk.venue.incomes = (income("-100"),)
    await desk.caretaker.begin(DeskMemory(brackets=(remembered(),)))
    assert [each.symbol for each in desk.scene.desk.adopted] == [BTCUSDT]
    assert day_equity(desk) == 10_000
    assert desk.reasons == {}


async def test_what_was_remembered_of_the_day_counts() -> None:
    memory = DeskMemory(
        saved_ms=START_MS - 1_000, day=TODAY, day_equity=quote("12000"), losses_in_a_row=2
    )
    desk = await begun(memory)
    assert (day_equity(desk), desk.book.losses_in_a_row) == (Decimal(12_000), 2)


async def test_without_the_days_bookings_no_loss_could_be_limited_so_entries_are_off() -> None:
    desk = CaretakerDesk()
    desk.tell_account()
    desk.venue.failures["income"] = [NO_ANSWER]
    await desk.caretaker.begin(DeskMemory())
    assert desk.reasons == UNTOLD


def test_they_are_asked_for_again_with_every_look() -> None:
    desk = CaretakerDesk()
    desk.tell_account()
    desk.venue.failures["income"] = [NO_ANSWER, NO_ANSWER]
    asyncio.run(desk.caretaker.begin(DeskMemory()))
    seen: list[dict[str, str]] = []
    watched(desk, 61, lambda: seen.append(desk.reasons), 60)
    assert seen == [UNTOLD]
    assert desk.reasons == {}


def test_every_minute_it_looks_whether_all_agrees() -> None:
    desk = at_once(begun())
    watched(desk, 179)
    assert desk.venue.asked == ["snapshot", "snapshot"]


def test_what_is_held_and_may_be_ours_is_asked_about_again_within_seconds() -> None:
    """Its orders were not told as the start asked: unknown is not somebody else's."""
    venue = RecoveryVenue(held())
    venue.failures["orders"] = [NO_ANSWER] * 1_000
    desk = CaretakerDesk(venue)
    desk.tell_account()

    async def main(clock: VirtualClock) -> None:
        async with watching(desk):  # as in the bot: the watch sleeps before the start is over
            await asyncio.sleep(1)
            await desk.caretaker.begin(DeskMemory())
            assert desk.scene.desk.adopted == []
            looked = venue.asked.count("snapshot")
            await asyncio.sleep(59)
            looks = (venue.asked.count("snapshot") - looked) / 2  # a check, and what it recovers
            assert 4 <= looks <= 6, "each pause is longer"
            venue.failures.clear()
            venue.histories = [(report(state=OrderState.FILLED, filled="0.010"),)]
            await asyncio.sleep(62)
            assert [each.symbol for each in desk.scene.desk.adopted] == [BTCUSDT]

    run_virtual(main, start_ms=START_MS)


def test_what_was_closed_meanwhile_is_puzzled_over_no_more() -> None:
    venue = RecoveryVenue(held())
    venue.failures["orders"] = [NO_ANSWER] * 1_000
    desk = CaretakerDesk(venue)
    desk.tell_account()

    async def main(clock: VirtualClock) -> None:
        await desk.caretaker.begin(DeskMemory())
        assert desk.scene.recovery.is_untold
        venue.positions = ()
        async with watching(desk):
            await asyncio.sleep(3)
        assert not desk.scene.recovery.is_untold

    run_virtual(main, start_ms=START_MS)


def test_a_nudge_is_followed_at_once_and_many_are_one() -> None:
    desk = at_once(begun())

    def nudge() -> None:
        desk.caretaker.nudge("it is strange")
        desk.caretaker.nudge("it is strange")

    watched(desk, nudge, 1)
    assert desk.venue.asked == ["snapshot", "snapshot"]  # a recovery, and the check


def test_an_order_with_our_mark_that_nobody_here_sent_is_told_and_looked_at(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = at_once(begun())
    watched(desk, lambda: desk.caretaker.note_stray(BTCUSDT, name(Leg.STOP)), 1)
    assert caplog.records[0].getMessage() == "order with our mark that we did not derive"
    assert desk.venue.asked == ["snapshot", "snapshot"]


def test_after_a_lost_stream_everything_is_looked_at_and_transfers_are_no_profit() -> None:
    desk = at_once(begun())
    desk.caretaker.note_lost_feed()
    desk.caretaker.note_lost_feed()  # still away
    desk.clock.now += 5_000
    desk.venue.incomes = (
        income("500", kind=IncomeKind.TRANSFER, at_ms=START_MS + 1),
        income("-100", at_ms=START_MS + 1),
    )
    restored = desk.caretaker.note_restored_feed
    watched(desk, restored, 1, restored, 1)
    assert desk.venue.asked == [
        "income since 0 min",
        *("snapshot", "snapshot"),
        *("snapshot", "snapshot"),  # what was missed is known by then
    ]
    assert day_equity(desk) == 10_500


def test_transfers_that_nobody_tells_are_asked_for_with_the_next_doubt() -> None:
    desk = at_once(begun())
    desk.caretaker.note_lost_feed()
    desk.venue.failures["income"] = [NO_ANSWER]
    watched(desk, desk.caretaker.note_restored_feed, 1, lambda: desk.caretaker.nudge("again"), 1)
    assert desk.venue.asked.count("income since 0 min") == 2


async def test_before_the_account_was_told_nothing_can_have_been_missed() -> None:
    desk = CaretakerDesk()
    desk.caretaker.note_lost_feed()
    desk.tell_account()
    assert desk.caretaker._lost_wallet_ms is None


def test_a_venue_that_does_not_answer_is_asked_again_the_next_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = at_once(begun())
    desk.venue.failures["snapshot"] = [NO_ANSWER] * 1_000
    watched(
        desk,
        lambda: desk.caretaker.nudge("it is strange"),
        1,
        desk.venue.failures.clear,
        60,
    )
    told = [each.getMessage() for each in caplog.records]
    assert told == ["account not recovered", "account not checked"]
    assert desk.venue.asked[-1] == "snapshot"


def test_a_look_that_fails_in_an_unheard_of_way_is_told_and_not_the_last(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = at_once(begun())
    desk.venue.failures["snapshot"] = [KeyError("nobody thought of it")]
    watched(desk, lambda: desk.caretaker.nudge("it is strange"), 1, 60)
    assert [(each.levelname, each.getMessage()) for each in caplog.records] == [
        ("ERROR", "caretaker failed")
    ]
    assert desk.venue.asked == ["snapshot"] * 3  # the doubt was not forgotten: a recovery, a check


@pytest.mark.parametrize("fatal", [AssertionError("a bug of ours"), ConfigError(["no"])])
def test_a_bug_of_ours_or_a_fatal_failure_ends_the_watch_and_so_the_bot(fatal: Exception) -> None:
    desk = at_once(begun())
    desk.venue.failures["snapshot"] = [fatal]

    async def main(_clock: VirtualClock) -> None:
        with pytest.raises(type(fatal)):
            await desk.caretaker.keep_watch()

    run_virtual(main, start_ms=START_MS)


def test_beside_another_bot_with_our_key_nothing_is_entered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = at_once(begun())
    desk.clock.now += 20_000
    theirs = stop(client_order_id=name(Leg.STOP, 3))
    desk.venue.orders = (replace(theirs, updated_ms=desk.clock.now),)
    watched(desk, 61)
    assert desk.reasons == {
        "second bot": f"orders with our mark that we did not send ({name(Leg.STOP, 3)}): "
        "stop the other bot"
    }
    assert "ERROR" in {each.levelname for each in caplog.records}
