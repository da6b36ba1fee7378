"""A call ends in its answer or in one VenueError, exact about whether it was executed."""

import asyncio
from typing import Any

import msgspec
import pytest

from noctule.adapters.binance.rest.bans import Bans
from noctule.adapters.binance.rest.breaker import BreakerSettings
from noctule.adapters.binance.rest.budget import Cost
from noctule.adapters.binance.rest.calls import Call, Lane, Safety
from noctule.adapters.binance.rest.failures import Halt, Throttled
from noctule.adapters.binance.rest.gate import Patience
from noctule.adapters.binance.rest.parts import RestSettings
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.rest.retries import Retries
from noctule.adapters.binance.rest.server_time import TimeSettings
from noctule.adapters.binance.transport.road import HttpAnswer
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import (
    BudgetExhausted,
    CredentialsRefused,
    OrderUnknown,
    OutcomeUnknown,
    Severity,
    VenueError,
    VenueRefused,
    VenueUnreachable,
)
from tests.fakes.answers import ScriptedTransport, refusing, saying, scripted_rest, sent_fields

START_MS = 1_790_000_000_000
ANYTHING: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
ASKING = Call(name="GET order", safety=Safety.REPEATABLE, decoder=ANYTHING)
TRADING = Call(name="POST order", safety=Safety.ONCE, decoder=ANYTHING, orders=1)
SETTINGS = RestSettings(
    retries=Retries(attempts_max=3),
    breaker=BreakerSettings(outages_max=100),
    patience=Patience(read_ms=65_000, entry_ms=2_000, guard_ms=10_000),
    time=TimeSettings(samples=1, every_ms=60_000),
)

UNKNOWN = refusing(
    -1000, "Unknown error, please check your request or try again later.", status=503
)
DOWN = refusing(-1000, "Service Unavailable.", status=503)
FIREWALL = saying(b"<html>", status=403)
YES = saying({"orderId": 1})


class Trial:
    """What became of one call, how often it was sent, and how long it took."""

    def __init__(
        self, call: Call[Any], *script: HttpAnswer | Exception, lane: Lane, delay_ms: int = 0
    ) -> None:
        self.transport = ScriptedTransport(*script, delay_ms=delay_ms)
        self.failure: VenueError | None = None
        self.content: object = None
        self.took_ms = 0
        run_virtual(lambda clock: self._run(call, clock, lane), start_ms=START_MS)

    @property
    def sent(self) -> int:
        return len(self.transport.requests)

    async def _run(self, call: Call[Any], clock: VirtualClock, lane: Lane) -> None:
        rest = scripted_rest(self.transport, clock, settings=SETTINGS)
        try:
            self.content = await rest.run(call, rest.client.balance, lane=lane)
        except VenueError as failure:
            self.failure = failure
        self.took_ms = clock.now_ms() - START_MS


def asked(*script: HttpAnswer | Exception) -> Trial:
    return Trial(ASKING, *script, lane=Lane.READ)


def traded(*script: HttpAnswer | Exception) -> Trial:
    return Trial(TRADING, *script, lane=Lane.ENTRY)


def test_an_answer_is_decoded() -> None:
    assert asked(YES).content == {"orderId": 1}


def test_each_attempt_is_a_new_request_with_its_own_time() -> None:
    trial = asked(DOWN, YES)
    first, second = (sent_fields(request) for request in trial.transport.requests)
    assert trial.content == {"orderId": 1}
    assert int(second["timestamp"]) > int(first["timestamp"])
    assert second["signature"] != first["signature"]


@pytest.mark.parametrize("doubt", [UNKNOWN, OutcomeUnknown("no answer"), saying(b"", status=502)])
def test_what_may_have_traded_is_never_sent_again(doubt: HttpAnswer | Exception) -> None:
    trial = traded(doubt, YES)
    assert type(trial.failure) is OutcomeUnknown
    assert trial.sent == 1


@pytest.mark.parametrize("doubt", [UNKNOWN, OutcomeUnknown("no answer"), saying(b"", status=502)])
def test_a_question_may_be_asked_again(doubt: HttpAnswer | Exception) -> None:
    assert asked(doubt, YES).content == {"orderId": 1}


@pytest.mark.parametrize("down", [DOWN, VenueUnreachable("no connection"), refusing(-1008)])
def test_what_was_not_executed_is_tried_again_with_growing_pauses(
    down: HttpAnswer | Exception,
) -> None:
    trial = traded(down)
    assert type(trial.failure) is VenueUnreachable
    assert trial.sent == 3
    assert 100 + 200 <= trial.took_ms <= 200 + 400
    assert traded(down, YES).content == {"orderId": 1}


def test_a_no_is_a_no_at_once() -> None:
    trial = asked(refusing(-2013, "Order does not exist."), YES)
    assert type(trial.failure) is OrderUnknown
    assert trial.sent == 1


def test_a_doubt_is_not_forgotten_because_the_last_attempt_failed_before_it_left() -> None:
    assert type(asked(UNKNOWN, DOWN, DOWN).failure) is OutcomeUnknown
    assert type(asked(UNKNOWN, refusing(-2015, status=401)).failure) is OutcomeUnknown
    long_ban = refusing(-1003, status=418, retry_after="600")
    assert type(asked(UNKNOWN, long_ban).failure) is OutcomeUnknown


def test_a_doubt_is_settled_by_a_verdict_on_the_matter() -> None:
    assert type(asked(UNKNOWN, refusing(-2011)).failure) is OrderUnknown


def test_an_answer_that_cannot_be_read_may_have_been_a_yes() -> None:
    unreadable = saying(b"<!>}{ this is not JSON")
    assert type(traded(unreadable, YES).failure) is OutcomeUnknown
    assert asked(unreadable, YES).content == {"orderId": 1}


def test_a_timestamp_out_of_its_window_sets_the_clock_and_tries_again() -> None:
    late = refusing(-1021, "Timestamp for this request is outside of the recvWindow.")
    trial = traded(late, saying({"serverTime": START_MS + 9_000}), YES)
    paths = [request.path for request in trial.transport.requests]
    assert paths == ["/fapi/v3/balance", "/fapi/v1/time", "/fapi/v3/balance"]
    assert sent_fields(trial.transport.requests[2])["timestamp"] == str(START_MS + 9_000)


def test_a_clock_that_cannot_be_set_or_does_not_help_ends_in_the_refusal() -> None:
    late = refusing(-1021, "Timestamp for this request is outside of the recvWindow.")
    trial = traded(late)
    assert isinstance(trial.failure, VenueRefused)
    assert trial.failure.code == -1021


def test_a_clock_is_set_once_for_all_who_were_late_together() -> None:
    async def main(clock: VirtualClock) -> None:
        late = refusing(-1021, "Timestamp for this request is outside of the recvWindow.")
        now = saying({"serverTime": START_MS})
        transport = ScriptedTransport(*[late] * 40, now, YES, delay_ms=10)
        rest = scripted_rest(transport, clock, settings=SETTINGS)
        async with asyncio.TaskGroup() as group:
            for _ in range(40):
                group.create_task(rest.run(TRADING, rest.client.balance, lane=Lane.ENTRY))
        paths = [request.path for request in transport.requests]
        assert paths.count("/fapi/v1/time") == 1
        assert len(paths) == 40 + 1 + 40

    run_virtual(main, start_ms=START_MS)


def test_being_told_to_stop_is_obeyed_and_then_tried_again() -> None:
    trial = asked(refusing(-1003, status=429, retry_after="7"), YES)
    assert trial.content == {"orderId": 1}
    assert trial.took_ms == 7_000


def test_an_entry_does_not_wait_for_the_end_of_a_stop() -> None:
    trial = traded(refusing(-1003, "Too many requests", status=429, retry_after="7"), YES)
    assert isinstance(trial.failure, BudgetExhausted)
    assert trial.failure.retry_after_ms == 7_000
    assert (trial.sent, trial.took_ms) == (1, 0)


def test_what_guards_goes_on_against_a_firewall_though_not_at_once() -> None:
    trial = Trial(TRADING, FIREWALL, YES, lane=Lane.GUARD)
    assert trial.content == {"orderId": 1}
    assert 50 <= trial.took_ms <= 100


def test_a_check_of_our_books_goes_on_against_a_firewall_though_not_at_once() -> None:
    trial = Trial(ASKING, FIREWALL, YES, lane=Lane.AUDIT)
    assert trial.content == {"orderId": 1}
    assert 100 <= trial.took_ms <= 200


def test_what_guards_is_not_told_to_wait_for_the_end_of_a_firewalls_stop() -> None:
    trial = Trial(TRADING, FIREWALL, lane=Lane.GUARD)
    assert type(trial.failure) is VenueUnreachable  # who sent it tries again by its own patience
    assert str(trial.failure) == "403: the firewall"
    assert trial.sent == 3


def test_a_firewall_still_stops_whoever_browses_when_it_met_what_guards() -> None:
    async def main(clock: VirtualClock) -> None:
        transport = ScriptedTransport(FIREWALL, YES)
        rest = scripted_rest(transport, clock, settings=SETTINGS)
        await rest.run(TRADING, rest.client.balance, lane=Lane.GUARD)
        assert rest.gate.bans.wait(Cost(), Lane.READ).ms > 0
        with pytest.raises(BudgetExhausted):
            await rest.run(TRADING, rest.client.balance, lane=Lane.ENTRY)
        assert len(transport.requests) == 2

    run_virtual(main, start_ms=START_MS)


@pytest.mark.parametrize(("lane", "sent"), [(Lane.GUARD, 2), (Lane.ENTRY, 3)])
def test_an_order_is_not_sent_any_more_when_who_wanted_it_may_have_decided_anew(
    lane: Lane, sent: int
) -> None:
    trial = Trial(TRADING, DOWN, lane=lane, delay_ms=800)
    assert type(trial.failure) is VenueUnreachable
    assert trial.sent == sent
    assert Trial(ASKING, DOWN, lane=lane, delay_ms=800).sent == SETTINGS.retries.attempts_max


def test_a_clock_that_cannot_be_set_at_once_is_not_waited_for() -> None:
    late = refusing(-1021, "Timestamp for this request is outside of the recvWindow.")
    trial = Trial(TRADING, late, OutcomeUnknown("no answer"), YES, lane=Lane.GUARD)
    times = [each.timeout_ms for each in trial.transport.requests if each.path.endswith("time")]
    assert times == [1_000]
    assert trial.content == {"orderId": 1}


def test_maintenance_is_waited_for_before_a_key_is_called_wrong() -> None:
    assert asked(refusing(-1109, "Invalid account."), YES).content == {"orderId": 1}


def test_a_key_that_never_worked_is_fatal_and_one_that_did_is_not() -> None:
    async def main(clock: VirtualClock) -> None:
        no = refusing(-2015, status=401)
        transport = ScriptedTransport(no, saying({}), no, saying([]), no)
        rest = scripted_rest(transport, clock, settings=SETTINGS)

        assert (await _failure_of(rest, signed=True)).severity is Severity.FATAL
        await rest.run(ASKING, rest.client.balance, lane=Lane.READ)
        assert type(await _failure_of(rest, signed=True)) is VenueRefused
        await rest.run(ASKING, rest.client.ping, lane=Lane.READ)
        assert rest.access.is_refused  # a public answer says nothing of the key

    run_virtual(main, start_ms=START_MS)


async def _failure_of(rest: BinanceRest, *, signed: bool) -> VenueError:
    ask = rest.client.balance if signed else rest.client.ping
    with pytest.raises(VenueError) as caught:
        await rest.run(ASKING, ask, lane=Lane.READ)
    return caught.value


def test_a_refused_key_ends_a_call_at_once() -> None:
    trial = asked(refusing(-2014, status=401), YES)
    assert type(trial.failure) is CredentialsRefused
    assert trial.sent == 1


def test_the_exchange_being_down_is_not_waited_for() -> None:
    async def main(clock: VirtualClock) -> None:
        transport = ScriptedTransport(DOWN)
        settings = RestSettings(breaker=BreakerSettings(outages_max=2))
        rest = scripted_rest(transport, clock, settings=settings)
        await _failure_of(rest, signed=True)
        assert len(transport.requests) == 2
        before_ms = clock.now_ms()
        assert isinstance(await _failure_of(rest, signed=True), VenueUnreachable)
        assert len(transport.requests) == 2
        assert clock.now_ms() == before_ms

    run_virtual(main, start_ms=START_MS)


def test_a_weight_may_be_told_where_it_depends_on_what_is_asked() -> None:
    async def main(clock: VirtualClock) -> None:
        rest = scripted_rest(ScriptedTransport(YES), clock, settings=SETTINGS)
        await rest.run(ASKING, rest.client.balance, lane=Lane.READ, weight=40)
        left = Cost(weight=2_400 - 40)
        assert rest.gate.budget.wait(left, Lane.GUARD, clock.elapsed_ms()).ms == 0
        more = Cost(weight=2_400 - 39)
        assert rest.gate.budget.wait(more, Lane.GUARD, clock.elapsed_ms()).ms > 0

    run_virtual(main, start_ms=START_MS)


def test_the_end_of_a_ban_is_waited_for_before_anything_else() -> None:
    async def main(clock: VirtualClock) -> None:
        transport = ScriptedTransport(saying({"serverTime": START_MS + 120_000}))
        bans = Bans("fapi", clock=clock, wall=clock)
        bans.note(Throttled("418", halt=Halt.EVERYTHING, retry_after_ms=120_000))
        rest = scripted_rest(transport, clock, settings=SETTINGS, bans=bans)
        await rest.start()
        assert clock.now_ms() == START_MS + 120_000
        assert len(transport.requests) == 1

    run_virtual(main, start_ms=START_MS)


def test_time_is_measured_at_the_start_and_again_and_again() -> None:
    async def main(clock: VirtualClock) -> None:
        answers = [saying({"serverTime": START_MS + 5_000}), DOWN, saying({"serverTime": START_MS})]
        rest = scripted_rest(ScriptedTransport(*answers), clock, settings=SETTINGS)
        await rest.start()
        assert rest.time.clock_offset_ms == 5_000
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(rest.keep_time())
            await clock.sleep_ms(60_500)
            assert rest.time.clock_offset_ms == 5_000  # that it was not told is no reason to forget
            await clock.sleep_ms(60_000)
            assert rest.time.clock_offset_ms == -120_000
            keeping.cancel()

    run_virtual(main, start_ms=START_MS)
