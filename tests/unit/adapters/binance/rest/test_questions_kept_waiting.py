"""What a call makes of a clock that is wrong, a stop, a ban and an exchange that is down."""

import asyncio

import pytest

from noctule.adapters.binance.rest.bans import Bans
from noctule.adapters.binance.rest.breaker import BreakerSettings
from noctule.adapters.binance.rest.budget import Cost
from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.rest.failures import Halt, Throttled
from noctule.adapters.binance.rest.parts import RestSettings
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import (
    BudgetExhausted,
    OutcomeUnknown,
    VenueRefused,
    VenueUnreachable,
)
from tests.fakes.answers import ScriptedTransport, refusing, saying, scripted_rest, sent_fields
from tests.fakes.rest_trial import (
    ASKING,
    DOWN,
    FIREWALL,
    SETTINGS,
    START_MS,
    TRADING,
    YES,
    Trial,
    asked,
    failure_of,
    traded,
)


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


def test_a_clock_that_cannot_be_set_at_once_is_not_waited_for() -> None:
    late = refusing(-1021, "Timestamp for this request is outside of the recvWindow.")
    trial = Trial(TRADING, late, OutcomeUnknown("no answer"), YES, lane=Lane.GUARD)
    times = [each.timeout_ms for each in trial.transport.requests if each.path.endswith("time")]
    assert times == [1_000]
    assert trial.content == {"orderId": 1}


def test_maintenance_is_waited_for_before_a_key_is_called_wrong() -> None:
    assert asked(refusing(-1109, "Invalid account."), YES).content == {"orderId": 1}


def test_the_exchange_being_down_is_not_waited_for() -> None:
    async def main(clock: VirtualClock) -> None:
        transport = ScriptedTransport(DOWN)
        settings = RestSettings(breaker=BreakerSettings(outages_max=2))
        rest = scripted_rest(transport, clock, settings=settings)
        await failure_of(rest, signed=True)
        assert len(transport.requests) == 2
        before_ms = clock.now_ms()
        assert isinstance(await failure_of(rest, signed=True), VenueUnreachable)
        assert len(transport.requests) == 2
        assert clock.now_ms() == before_ms

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
            await clock.sleep_ms(10_000)
            assert rest.time.clock_offset_ms == -70_000
            keeping.cancel()


def test_a_clock_that_was_set_bars_entries_for_seconds_and_not_until_the_next_usual_look() -> None:
    async def main(clock: VirtualClock) -> None:
        set_back = saying({"serverTime": START_MS + 3_600_000})
        right = saying({"serverTime": START_MS + 3_610_000})
        rest = scripted_rest(
            ScriptedTransport(saying({"serverTime": START_MS}), set_back, right),
            clock,
            settings=SETTINGS,
        )
        await rest.start()
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(rest.keep_time())
            await clock.sleep_ms(60_500)
            assert rest.time.correction_ms == 3_540_000
            await clock.sleep_ms(10_000)
            assert rest.time.correction_ms == 0
            keeping.cancel()

    run_virtual(main, start_ms=START_MS)
