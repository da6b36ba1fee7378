"""When the account is asked for, in real milliseconds to the tick."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import pytest
from typing_extensions import override

from noctule.adapters.binance.account.audit import AccountAudit, Audit, Known, Scope
from noctule.adapters.binance.account.feed import AccountFeed
from noctule.adapters.binance.account.merge import AccountMerge
from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.binance.account.watch import AccountWatch
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import BudgetExhausted, OutcomeUnknown, VenueRefused
from noctule.domain.position import Position
from tests.builders import BTCUSDT, START_MS
from tests.fakes.audits import audit, held
from tests.fakes.user_frames import account_frame, hint_frame, new_order_frame, order_frame

SETTINGS = AccountSettings(
    exposed_audit_ms=25_000,
    flat_audit_ms=110_000,
    patience_ms=2_000,
    doubt_gap_ms=3_000,
    proof_ms=5_000,
    pulse_ms=3_000,
    flat_pulse_ms=10_000,
    retry_ms=1_000,
    tick_ms=100,
)


class NotedAudit(AccountAudit):
    """Answers from a script, and notes what was asked and when."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.asked: list[tuple[int, Scope]] = []
        self.since: list[tuple[int, int]] = []
        self.script: deque[Audit | Exception] = deque()
        self.pulses: list[int] = []
        self.held: list[Position] = []

    @override
    async def positions(self) -> list[Position]:
        self.pulses.append(self.clock.elapsed_ms())
        return self.held

    @override
    async def take(
        self, scope: Scope, known: Known, *, since_ms: int, funded_since_ms: int
    ) -> Audit:
        self.asked.append((self.clock.elapsed_ms(), scope))
        self.since.append((since_ms - START_MS, funded_since_ms - START_MS))
        answer = self.script.popleft() if self.script else audit(scope, newest={BTCUSDT: None})
        if isinstance(answer, Exception):
            raise answer
        self.held = list(answer.positions)
        return answer


class Watched:
    """A watch over a feed whose stream a test holds in its hands."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.audit = NotedAudit(clock)
        self.renewed: list[str] = []
        self.pulses: list[int] = []  # of the last run
        self.feed = AccountFeed(
            AccountMerge([BTCUSDT], settings=SETTINGS),
            clock=clock,
            settings=SETTINGS,
            is_our_key=lambda _key: True,
            renew=self.renewed.append,
        )
        self.watch = AccountWatch(self.feed, self.audit, clock=clock, settings=SETTINGS)

    async def begin(self) -> None:
        self.feed.on_restored()
        await self.watch.begin()
        self.audit.asked.clear()

    async def run(self, real_ms: int) -> list[tuple[int, Scope]]:
        """Watch for so long, and return what was asked meanwhile."""
        began_ms = self.clock.elapsed_ms()
        self.audit.asked.clear()
        self.audit.pulses.clear()
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self.watch.run())
            await self.clock.sleep_ms(real_ms)
            watching.cancel()
        self.pulses = [at_ms - began_ms for at_ms in self.audit.pulses]
        return [(at_ms - began_ms, scope) for at_ms, scope in self.audit.asked]


def watched(play: Callable[[Watched], Awaitable[None]]) -> Callable[[], None]:
    """Run a test in virtual time, its watch begun."""

    def test() -> None:
        async def begun(clock: VirtualClock) -> None:
            watched = Watched(clock)
            await watched.begin()
            await play(watched)

        run_virtual(begun, start_ms=START_MS)

    return test


@watched
async def test_with_nothing_at_stake_the_whole_is_asked_in_long_intervals(it: Watched) -> None:
    assert await it.run(230_000) == [(110_000, Scope.WHOLE), (220_000, Scope.WHOLE)]


@watched
async def test_with_a_position_or_an_order_open_in_short_ones(it: Watched) -> None:
    it.audit.script.extend(audit(positions=(held(),)) for _ in range(9))
    it.feed.on_frame(order_frame(x="NEW", X="NEW", l="0", t=0))
    assert await it.run(52_000) == [(25_000, Scope.EXPOSED), (50_000, Scope.EXPOSED)]


@watched
async def test_between_audits_of_something_at_stake_only_positions_are_asked(it: Watched) -> None:
    it.feed.on_frame(new_order_frame())
    assert await it.run(10_000) == []
    assert it.pulses == [3_000, 6_000, 9_000]


@watched
async def test_an_audit_spares_the_pulse(it: Watched) -> None:
    it.feed.on_frame(new_order_frame())
    it.feed.on_frame(hint_frame(5))
    assert await it.run(6_000) == [(2_000, Scope.DOUBT)]
    assert it.pulses == [5_000]


@watched
async def test_a_position_that_moved_in_silence_is_asked_about_with_the_next_tick(
    it: Watched,
) -> None:
    it.feed.on_frame(new_order_frame())
    it.audit.held = [held()]
    assert await it.run(3_500) == [(3_100, Scope.DOUBT)]


@watched
async def test_with_nothing_at_stake_the_pulse_is_slow(it: Watched) -> None:
    await it.run(25_000)
    assert it.pulses == [10_000, 20_000]


@watched
async def test_a_slow_reader_stops_the_pulse_too(it: Watched) -> None:
    it.feed.on_frame(new_order_frame())
    it.feed._line.extend(list(it.feed._line) * SETTINGS.events_max)
    await it.run(10_000)
    assert it.pulses == []


@watched
async def test_a_doubt_is_asked_about_soon_and_not_too_often(it: Watched) -> None:
    it.feed.on_frame(hint_frame(5))
    assert await it.run(2_200) == [(2_000, Scope.DOUBT)]
    it.feed.on_frame(hint_frame(6))
    assert await it.run(4_000) == [(2_800, Scope.DOUBT)]


@watched
async def test_doubts_do_not_put_off_what_is_due(it: Watched) -> None:
    it.feed.on_frame(order_frame(x="NEW", X="NEW", l="0", t=0))
    asked = []
    for number in range(10, 20):
        it.feed.on_frame(hint_frame(number))
        asked += [scope for _, scope in await it.run(3_000)]
    assert asked.count(Scope.EXPOSED) == 1
    assert asked.count(Scope.DOUBT) > 5


@watched
async def test_a_doubt_about_anything_asks_for_everything(it: Watched) -> None:
    it.feed.on_frame(b"{")
    assert await it.run(2_200) == [(2_000, Scope.WHOLE)]


@watched
async def test_funding_of_nobody_in_particular_is_asked_for(it: Watched) -> None:
    it.feed.on_frame(account_frame(None, cause="FUNDING_FEE", change="-0.5"))
    assert await it.run(2_200) == [(2_000, Scope.GAP)]
    assert it.feed.merge.doubts.since_ms is None


@watched
async def test_a_gap_is_asked_about_at_once(it: Watched) -> None:
    it.feed.on_lost("cut")
    assert await it.run(1_000) == []
    it.feed.on_restored()
    assert await it.run(1_000) == [(100, Scope.GAP)]


@watched
async def test_a_gap_that_does_not_settle_is_asked_about_again(it: Watched) -> None:
    it.audit.script.append(audit(Scope.GAP, is_settled=False))
    it.feed.on_lost("cut")
    it.feed.on_restored()
    assert await it.run(4_000) == [(100, Scope.GAP), (3_100, Scope.GAP)]


@watched
async def test_while_the_stream_is_down_the_account_is_asked_for_all_the_same(it: Watched) -> None:
    it.feed.on_lost("cut")
    assert await it.run(111_000) == [(110_000, Scope.WHOLE)]


@watched
async def test_a_failure_is_tried_again_ever_more_slowly(it: Watched) -> None:
    it.audit.script.extend(OutcomeUnknown("no answer") for _ in range(3))
    asked = await it.run(118_000)
    assert [at_ms for at_ms, _ in asked] == [110_000, 111_000, 113_000, 117_000]


@watched
async def test_a_spent_budget_is_waited_for(it: Watched) -> None:
    it.audit.script.append(BudgetExhausted("spent", retry_after_ms=7_000))
    asked = await it.run(118_000)
    assert [at_ms for at_ms, _ in asked] == [110_000, 117_000]


@watched
async def test_a_stream_that_keeps_back_what_rest_told_is_given_up(it: Watched) -> None:
    it.feed.merge.doubts.owe("BTCUSDT", "5", elapsed_ms=it.clock.elapsed_ms())
    await it.run(4_900)
    assert it.renewed == []
    await it.run(200)
    assert it.renewed == ["it does not tell what REST tells"]


@watched
async def test_a_slow_reader_is_left_alone(it: Watched) -> None:
    it.feed._line.extend(list(it.feed._line) * SETTINGS.events_max)
    it.feed.has_gap = True
    assert await it.run(1_000) == []


@watched
async def test_trades_are_asked_from_the_last_audit_and_funding_from_the_last_gap(
    it: Watched,
) -> None:
    await it.run(221_000)
    it.feed.on_lost("cut")
    it.feed.on_restored()
    await it.run(1_000)
    await it.run(111_000)
    assert it.audit.since == [(0, 0), (0, 0), (110_000, 0), (220_000, 0), (221_100, 221_100)]


def test_the_first_snapshot_is_tried_for_until_it_is_there() -> None:
    async def play(clock: VirtualClock) -> int:
        it = Watched(clock)
        it.audit.script.extend(OutcomeUnknown("no answer") for _ in range(2))
        await it.begin()
        return clock.elapsed_ms() - START_MS

    assert run_virtual(play, start_ms=START_MS) == 3_000


def test_a_refusal_ends_the_beginning() -> None:
    async def play(clock: VirtualClock) -> None:
        it = Watched(clock)
        it.audit.script.append(VenueRefused("no", code=-2015))
        await it.begin()

    with pytest.raises(VenueRefused):
        run_virtual(play, start_ms=START_MS)


@watched
async def test_begun_again_it_asks_for_what_was_missed_since_it_was_sure(it: Watched) -> None:
    await it.clock.sleep_ms(40_000)
    it.audit.script.extend(OutcomeUnknown("no answer") for _ in range(2))
    it.feed.open()
    it.feed.on_restored()
    await it.watch.begin()
    assert [scope for _, scope in it.audit.asked] == [Scope.GAP] * 3
    assert it.audit.since[1:] == [(0, 0)] * 3
    assert await it.run(1_000) == []


@watched
async def test_a_refusal_ends_a_second_beginning_too(it: Watched) -> None:
    it.audit.script.append(VenueRefused("no", code=-2015))
    it.feed.open()
    it.feed.on_restored()
    with pytest.raises(VenueRefused):
        await it.watch.begin()
