"""What is heard is told in its turn: after the snapshot, with every loss and return."""

import asyncio

import pytest

from noctule.adapters.binance.account.audit import Scope
from noctule.adapters.binance.account.feed import AccountFeed
from noctule.adapters.binance.account.merge import AccountMerge
from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.clock import VirtualClock
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import AccountFeedLost, AccountFeedRestored
from tests.builders import BTCUSDT, START_MS
from tests.fakes.audits import NOTHING, audit, held
from tests.fakes.user_frames import account_frame, new_order_frame, order_frame

EXPIRED = b'{"e":"listenKeyExpired","E":1,"listenKey":"ours"}'


class Ear:
    """A feed, and what it asks of its stream."""

    def __init__(self, **settings: int) -> None:
        self.renewed: list[str] = []
        bounds = AccountSettings(**settings)
        self.feed = AccountFeed(
            AccountMerge([BTCUSDT], settings=bounds),
            clock=VirtualClock(START_MS),
            settings=bounds,
            is_our_key=lambda key: key == "ours",
            renew=self.renewed.append,
        )

    def begin(self) -> "Ear":
        self.feed.on_restored()
        self.feed.begin_audit()
        self.feed.begin(NOTHING)
        return self

    def ask(self, scope: Scope = Scope.GAP, **changes: object) -> None:
        self.feed.begin_audit()
        self.feed.end_audit(audit(scope, **changes))

    def told(self) -> list[OrderEvent]:
        return list(self.feed._line)

    def kinds(self) -> list[str]:
        return [type(each).__name__ for each in self.told()]


@pytest.fixture
def ear() -> Ear:
    return Ear().begin()


def test_what_is_heard_early_is_told_after_the_snapshot() -> None:
    ear = Ear()
    ear.feed.on_restored()
    ear.feed.on_frame(order_frame())
    assert ear.kinds() == []
    ear.begin()
    assert ear.kinds() == ["AccountSnapshotTaken", "OrderAccepted", "OrderFilled"]


def test_what_is_heard_early_is_bounded_and_what_is_beyond_is_asked_for() -> None:
    ear = Ear(frames_max=2)
    for number in range(1, 5):
        ear.feed.on_frame(order_frame(i=number, t=number))
    ear.begin()
    assert ear.kinds().count("OrderFilled") == 2
    assert ear.feed.merge.doubts.since_ms is not None


def test_a_loss_before_the_snapshot_is_not_told_and_leaves_a_gap() -> None:
    ear = Ear()
    ear.feed.on_restored()
    ear.feed.begin_audit()
    ear.feed.on_lost("cut")
    ear.feed.on_restored()
    ear.feed.begin(NOTHING)
    assert ear.kinds() == ["AccountSnapshotTaken"]
    assert ear.feed.has_gap


def test_a_stream_that_is_down_when_the_snapshot_comes_is_told_lost() -> None:
    ear = Ear()
    ear.feed.on_restored()
    ear.feed.begin_audit()
    ear.feed.on_lost("cut")
    ear.feed.begin(NOTHING)
    assert ear.kinds() == ["AccountSnapshotTaken", "AccountFeedLost"]


def test_a_loss_is_told_once_and_its_end_when_everything_missed_was_told(ear: Ear) -> None:
    ear.feed.on_lost("cut")
    ear.feed.on_lost("cut again")
    ear.feed.on_restored()
    had_gap = ear.feed.has_gap
    ear.ask()
    assert (had_gap, ear.feed.has_gap) == (True, False)
    lost, restored = ear.told()[1:]
    assert isinstance(lost, AccountFeedLost)
    assert isinstance(restored, AccountFeedRestored)
    assert (lost.reason, restored.missed) == ("cut", 0)


def test_an_audit_that_a_further_break_overtook_closes_no_gap(ear: Ear) -> None:
    ear.feed.on_lost("cut")
    ear.feed.on_restored()
    ear.feed.begin_audit()
    ear.feed.on_lost("cut again")
    ear.feed.on_restored()
    ear.feed.end_audit(audit(Scope.GAP))
    assert ear.feed.has_gap
    assert "AccountFeedRestored" not in ear.kinds()


def test_a_gap_is_closed_only_by_an_audit_of_one_moment(ear: Ear) -> None:
    ear.feed.on_lost("cut")
    ear.feed.on_restored()
    ear.ask(is_settled=False)
    assert ear.feed.has_gap
    assert "AccountFeedRestored" in ear.kinds()


def test_an_audit_while_the_stream_is_down_tells_and_proves_nothing_against_it(ear: Ear) -> None:
    ear.feed.on_lost("cut")
    ear.ask(Scope.WHOLE, positions=(held(),))
    assert ear.kinds()[-1] == "PositionReported"
    assert ear.feed.merge.doubts.owed_since_ms is None


def test_an_expired_key_replaces_the_stream(ear: Ear) -> None:
    ear.feed.on_frame(EXPIRED)
    assert ear.renewed == ["the listen key expired"]
    assert ear.kinds()[-1] == "AccountFeedLost"


def test_another_s_expired_key_is_none_of_our_business(ear: Ear) -> None:
    ear.feed.on_frame(EXPIRED.replace(b"ours", b"theirs"))
    assert ear.renewed == []


def test_what_cannot_be_read_is_counted_and_asked_for(ear: Ear) -> None:
    ear.feed.on_frame(b"{")
    ear.feed.on_frame(b'{"e":"GRID_UPDATE"}')
    assert (ear.feed.malformed, ear.feed.unknown) == (1, 1)
    assert ear.feed.merge.doubts.since_ms is not None


def test_a_slow_reader_is_told_no_more_until_it_has_read_and_then_everything() -> None:
    ear = Ear(events_max=2).begin()
    ear.feed.on_frame(order_frame())
    assert ear.feed.is_full
    ear.feed.on_frame(account_frame())
    assert len(ear.feed) == 3
    assert ear.feed.has_gap


async def test_events_are_waited_for_until_nothing_more_comes(ear: Ear) -> None:
    assert type(await ear.feed.get()).__name__ == "AccountSnapshotTaken"
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(ear.feed.get())
        await asyncio.sleep(0)
        ear.feed.on_frame(new_order_frame())
    assert type(waiting.result()).__name__ == "OrderAccepted"
    ear.feed.close()
    assert await ear.feed.get() is None


def test_a_refused_key_is_told_and_so_is_that_it_is_taken_again(ear: Ear) -> None:
    ear.feed.on_access_refused(-2015, "Invalid API-key.")
    ear.feed.on_access_restored()
    assert ear.kinds()[-2:] == ["AccessRefused", "AccessRestored"]


def test_a_feed_that_is_opened_again_is_lost_until_what_was_missed_is_told(ear: Ear) -> None:
    ear.feed.close()
    ear.feed.open()
    is_up = ear.feed.connected.is_set()
    ear.feed.on_restored()
    ear.ask()
    assert not is_up
    assert ear.kinds() == ["AccountSnapshotTaken", "AccountFeedLost", "AccountFeedRestored"]


def test_a_loss_that_was_told_is_not_told_again_when_the_feed_is_opened(ear: Ear) -> None:
    ear.feed.on_lost("cut")
    ear.feed.close()
    ear.feed.open()
    ear.feed.on_restored()
    ear.ask()
    assert ear.kinds() == ["AccountSnapshotTaken", "AccountFeedLost", "AccountFeedRestored"]


async def test_what_nobody_read_is_there_still_when_the_feed_is_opened_again(ear: Ear) -> None:
    ear.feed.on_frame(order_frame())
    ear.feed.close()
    ear.feed.open()
    kinds = [type(await ear.feed.get()).__name__ for _ in range(4)]
    assert kinds[-2:] == ["OrderFilled", "AccountFeedLost"]


def test_before_the_first_snapshot_an_opened_feed_begins_from_nothing() -> None:
    ear = Ear()
    ear.feed.on_restored()
    ear.feed.on_frame(order_frame())
    ear.feed.close()
    ear.feed.open()
    ear.begin()
    assert ear.kinds() == ["AccountSnapshotTaken"]
