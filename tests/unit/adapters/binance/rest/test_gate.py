"""Nothing leaves but past breaker, bans and budget, and nothing waits for ever."""

import asyncio

import pytest

from noctule.adapters.binance.rest.bans import Bans
from noctule.adapters.binance.rest.breaker import Breaker, BreakerSettings, ExchangeDown
from noctule.adapters.binance.rest.budget import Budget, Cost, Shares
from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.rest.client import Sending
from noctule.adapters.binance.rest.failures import Halt, Throttled
from noctule.adapters.binance.rest.gate import Gate, Patience
from noctule.adapters.binance.transport.road import HttpAnswer, HttpRequest, Method
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import (
    BudgetExhausted,
    OutcomeUnknown,
    VenueRefused,
    VenueUnreachable,
)
from tests.fakes.answers import ScriptedTransport, saying

ORDER = Cost(weight=0, orders=1)
REQUEST = HttpRequest(method=Method.GET, path="/", timeout_ms=1_000)


class Way:
    """A gate, a scripted exchange behind it, and what was asked when."""

    def __init__(self, clock: VirtualClock, *script: HttpAnswer | Exception) -> None:
        self.clock = clock
        self.transport = ScriptedTransport(*script or (saying({}),))
        self.asked_ms: list[int] = []
        self.gate = Gate(
            clock=clock,
            budget=Budget(Shares(read=0.5, entry=0.8, entry_orders=0.8)),
            bans=Bans("fapi", clock=clock, wall=clock),
            breaker=Breaker(BreakerSettings(outages_max=2)),
            patience=Patience(read_ms=65_000, entry_ms=2_000, guard_ms=10_000),
        )

    async def send(self, lane: Lane = Lane.READ, cost: Cost = ORDER) -> HttpAnswer:
        def ask() -> Sending:
            self.asked_ms.append(self.clock.now_ms())
            return Sending(self.transport, REQUEST)

        _, answer = await self.gate.send(ask, cost=cost, lane=lane)
        return answer

    async def spend(self, orders: int) -> None:
        for _ in range(orders):
            await self.send(Lane.GUARD)
        self.asked_ms.clear()


def test_the_request_is_made_when_it_may_leave_and_not_before() -> None:
    async def main(clock: VirtualClock) -> None:
        way = Way(clock)
        way.gate.learn(Throttled("", halt=Halt.EVERYTHING, retry_after_ms=7_000))
        await way.send(Lane.READ)
        assert way.asked_ms == [7_000]

    run_virtual(main, start_ms=0)


def test_how_long_nothing_may_be_asked_is_known_and_nobody_waits_for_a_ban_on_orders() -> None:
    gate = Way(VirtualClock(0)).gate
    assert gate.banned_ms() == 0
    gate.learn(Throttled("", halt=Halt.ORDERS, retry_after_ms=9_000))
    assert gate.banned_ms() == 0
    gate.learn(Throttled("", halt=Halt.EVERYTHING, retry_after_ms=7_000))
    assert gate.banned_ms() == 7_000


def test_an_entry_waits_no_longer_than_its_patience() -> None:
    async def main(clock: VirtualClock) -> None:
        way = Way(clock)
        await way.spend(240)
        with pytest.raises(BudgetExhausted, match="ORDERS 240 of 240 in 10 s") as caught:
            await way.send(Lane.ENTRY)
        assert 10_000 <= caught.value.retry_after_ms <= 10_200
        assert clock.now_ms() == 0
        await clock.sleep_ms(8_500)
        await way.send(Lane.ENTRY)
        assert way.asked_ms == [clock.now_ms()]

    run_virtual(main, start_ms=0)


def test_what_guards_goes_out_at_once_where_an_entry_has_to_wait() -> None:
    async def main(clock: VirtualClock) -> None:
        way = Way(clock)
        await way.spend(240)
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(way.send(Lane.READ))
            await asyncio.sleep(0)
            await way.send(Lane.GUARD)
            assert way.asked_ms == [0]
            await reading
        assert len(way.asked_ms) == 2

    run_virtual(main, start_ms=0)


def test_an_order_that_guards_waits_a_second_at_most_and_a_question_longer() -> None:
    async def main(clock: VirtualClock) -> None:
        way = Way(clock)
        way.gate.learn(Throttled("", halt=Halt.EVERYTHING, retry_after_ms=7_000))
        with pytest.raises(BudgetExhausted) as caught:
            await way.send(Lane.GUARD)
        assert caught.value.retry_after_ms == 7_000
        await way.send(Lane.GUARD, Cost(weight=1))
        assert way.asked_ms == [7_000]
        way.gate.learn(Throttled("", halt=Halt.EVERYTHING, retry_after_ms=900))
        await way.send(Lane.GUARD)
        assert way.asked_ms == [7_000, 7_900]

    run_virtual(main, start_ms=0)


def test_what_was_not_sent_is_given_back() -> None:
    async def main(clock: VirtualClock) -> None:
        way = Way(clock, VenueUnreachable("no connection"))
        for _ in range(2):
            with pytest.raises(VenueUnreachable):
                await way.send(Lane.GUARD)
        assert way.gate.budget.wait(Cost(weight=0, orders=300), Lane.GUARD, 0).ms == 0

    run_virtual(main, start_ms=0)


@pytest.mark.parametrize("ending", ["cancelled", "unknown"])
def test_what_may_have_been_sent_stays_counted(ending: str) -> None:
    async def main(clock: VirtualClock) -> None:
        way = Way(clock, OutcomeUnknown("no answer"))
        way.transport.delay_ms = 100
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(_swallow(way))
            await clock.sleep_ms(50)
            if ending == "cancelled":
                sending.cancel()
        wait = way.gate.budget.wait(Cost(weight=0, orders=300), Lane.GUARD, clock.now_ms())
        assert (
            9_900 <= wait.ms <= 10_200
        )  # a count that lands leaves again; one in flight would not

    run_virtual(main, start_ms=0)


async def _swallow(way: Way) -> None:
    with pytest.raises((OutcomeUnknown, asyncio.CancelledError)):
        await way.send(Lane.GUARD)


def test_a_request_that_could_not_be_made_does_not_count_for_ever() -> None:
    def ask() -> Sending:
        raise TypeError("a bug")

    async def main(clock: VirtualClock) -> None:
        way = Way(clock)
        for _ in range(300):
            with pytest.raises(TypeError):
                await way.gate.send(ask, cost=ORDER, lane=Lane.GUARD)
        await clock.sleep_ms(11_000)
        assert not way.gate.budget.wait(ORDER, Lane.GUARD, clock.elapsed_ms()).ms

    run_virtual(main, start_ms=0)


def test_outages_open_the_breaker_and_a_sign_of_life_closes_it() -> None:
    async def main(clock: VirtualClock) -> None:
        way = Way(clock, OutcomeUnknown("no answer"), VenueUnreachable("down"), saying({}))
        with pytest.raises(OutcomeUnknown):
            await way.send()
        with pytest.raises(VenueUnreachable):
            await way.send()
        with pytest.raises(ExchangeDown):
            await way.send()
        await way.send(Lane.GUARD)
        way.gate.learn(None)
        await way.send()

    run_virtual(main, start_ms=0)


def test_a_no_is_a_sign_of_life_and_a_5xx_is_none() -> None:
    async def main(clock: VirtualClock) -> None:
        gate = Way(clock).gate
        gate.learn(OutcomeUnknown("502"))
        gate.learn(VenueRefused("no", code=-2010))
        gate.learn(OutcomeUnknown("502"))
        assert not gate.breaker.is_open
        gate.learn(VenueUnreachable("503"))
        assert gate.breaker.is_open

    run_virtual(main, start_ms=0)


def test_answers_tell_the_budget_what_others_use() -> None:
    async def main(clock: VirtualClock) -> None:
        way = Way(clock, saying({}, x_mbx_order_count_10s="299"))
        await way.send(Lane.READ)
        assert way.gate.budget.wait(ORDER, Lane.ENTRY, 0).ms > 0
        assert way.gate.budget.wait(ORDER, Lane.GUARD, 0).ms == 0

    run_virtual(main, start_ms=0)
