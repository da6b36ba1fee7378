"""What must not stand still, and how long it may."""

from noctule.adapters.clock import VirtualClock
from noctule.domain.values import Symbol
from noctule.engine.freshness import Freshness
from noctule.engine.heartbeat import Heartbeat
from noctule.engine.queue_watch import QueueWatch
from noctule.engine.vitals import AccountVitals, Vital, Vitals
from noctule.telemetry.health import Part, Role, fold
from tests.builders import BTCUSDT, START_MS

ETHUSDT = Symbol("ETHUSDT")


class Body:
    """Everything that is watched, in a test's hands."""

    def __init__(self, *symbols: Symbol, has_account: bool = True) -> None:
        self.clock = VirtualClock(START_MS)
        self.freshness = Freshness(self.clock)
        self.told_ms: int | None = START_MS
        self.compared_ms: int | None = START_MS
        self.banned_ms = 0
        account = AccountVitals(
            silence_ms=self._silence_ms,
            compared_ms=lambda: self.compared_ms,
            banned_ms=lambda: self.banned_ms,
        )
        self.vitals = Vitals(
            clock=self.clock,
            freshness=self.freshness,
            symbols=symbols,
            stale_ms=90_000,
            heartbeat=Heartbeat(self.clock),
            queues=QueueWatch(dict, clock=self.clock),
            account=account if has_account else None,
        )

    def _silence_ms(self) -> int | None:
        return None if self.told_ms is None else self.clock.elapsed_ms() - self.told_ms

    def wait(self, duration_ms: int) -> None:
        self.clock.advance_to_ms(self.clock.now_ms() + duration_ms)

    def ages(self) -> dict[str, int]:
        return {each.name: each.age_ms for each in self.vitals.read()}

    def overdue(self) -> list[str]:
        return [each.name for each in fold(each.part for each in self.vitals.read()).overdue]


def test_until_the_start_is_over_only_the_machine_is_judged() -> None:
    body = Body(BTCUSDT)
    body.wait(3_600_000)

    assert body.ages() == {"event loop": 0}


def test_what_was_never_heard_is_silent_since_the_start_was_over() -> None:
    body = Body(BTCUSDT)
    body.told_ms = body.compared_ms = None
    body.wait(7_000)
    body.vitals.begin()
    body.wait(40_000)

    assert body.ages() == {
        "event loop": 0,
        "feed": 40_000,
        "feed BTCUSDT": 40_000,
        "private stream": 40_000,
        "reconciliation": 40_000,
    }


def test_what_was_heard_during_the_start_is_no_older_than_the_start() -> None:
    body = Body(BTCUSDT)
    body.freshness.hear(BTCUSDT)
    body.wait(600_000)
    body.vitals.begin()
    body.wait(1_000)

    assert set(body.ages().values()) == {0, 1_000}


def test_the_feed_is_as_old_as_its_youngest_symbol_and_each_symbol_by_itself() -> None:
    body = Body(BTCUSDT, ETHUSDT)
    body.vitals.begin()
    body.wait(300_000)
    body.freshness.hear(ETHUSDT)
    ages = body.ages()

    assert (ages["feed"], ages["feed BTCUSDT"], ages["feed ETHUSDT"]) == (0, 300_000, 0)


def test_one_dead_symbol_is_no_reason_for_a_restart_and_all_of_them_are() -> None:
    body = Body(BTCUSDT, ETHUSDT, has_account=False)
    body.vitals.begin()
    body.wait(299_999)
    body.freshness.hear(ETHUSDT)
    body.wait(1)
    assert body.overdue() == []

    body.wait(300_000)
    assert body.overdue() == ["feed"]


def test_who_trades_nothing_hears_nothing_and_is_well() -> None:
    body = Body(has_account=False)
    body.vitals.begin()

    assert body.ages() == {"event loop": 0}


def test_an_account_that_nobody_tells_of_for_five_minutes_is_overdue() -> None:
    body = Body()
    body.vitals.begin()
    body.wait(299_999)
    assert body.overdue() == []

    body.wait(1)
    assert body.overdue() == ["private stream", "reconciliation"]


def test_while_the_exchange_bans_us_nothing_that_only_it_could_tell_is_late() -> None:
    body = Body()
    body.vitals.begin()
    body.wait(60_000)
    body.banned_ms = 1_200_000
    assert body.ages()["reconciliation"] == 0

    body.banned_ms = 0
    body.wait(1_200_000)
    assert body.overdue() == []

    body.wait(300_000)
    assert body.overdue() == ["private stream", "reconciliation"]


def test_each_says_what_it_is_for_how_long_and_how_long_it_may_be() -> None:
    body = Body(BTCUSDT, has_account=False)
    body.vitals.begin()
    body.wait(165_000)
    parts = {part.name: part for part in map(_part, body.vitals.read())}

    assert parts["feed"] == Part(
        name="feed", score=50, text="silent for 165 s, 300 s at most", role=Role.VITAL
    )
    assert parts["feed BTCUSDT"].role is Role.BESIDE
    assert parts["event loop"] == Part(name="event loop", role=Role.VITAL)


def _part(vital: Vital) -> Part:
    return vital.part
