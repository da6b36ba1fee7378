"""A call ends in its answer or in one VenueError, exact about whether it was executed."""

import pytest

from noctule.adapters.binance.rest.budget import Cost
from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.transport.road import HttpAnswer
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import (
    CredentialsRefused,
    OrderUnknown,
    OutcomeUnknown,
    Severity,
    VenueRefused,
    VenueUnreachable,
)
from tests.fakes.answers import ScriptedTransport, refusing, saying, scripted_rest, sent_fields
from tests.fakes.rest_trial import (
    ASKING,
    DOWN,
    SETTINGS,
    START_MS,
    TRADING,
    UNKNOWN,
    YES,
    Trial,
    asked,
    failure_of,
    traded,
)


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


@pytest.mark.parametrize(("lane", "sent"), [(Lane.GUARD, 2), (Lane.ENTRY, 3)])
def test_an_order_is_not_sent_any_more_when_who_wanted_it_may_have_decided_anew(
    lane: Lane, sent: int
) -> None:
    trial = Trial(TRADING, DOWN, lane=lane, delay_ms=800)
    assert type(trial.failure) is VenueUnreachable
    assert trial.sent == sent
    assert Trial(ASKING, DOWN, lane=lane, delay_ms=800).sent == SETTINGS.retries.attempts_max


def test_a_key_that_never_worked_is_fatal_and_one_that_did_is_not() -> None:
    async def main(clock: VirtualClock) -> None:
        no = refusing(-2015, status=401)
        transport = ScriptedTransport(no, saying({}), no, saying([]), no)
        rest = scripted_rest(transport, clock, settings=SETTINGS)

        assert (await failure_of(rest, signed=True)).severity is Severity.FATAL
        await rest.run(ASKING, rest.client.balance, lane=Lane.READ)
        assert type(await failure_of(rest, signed=True)) is VenueRefused
        await rest.run(ASKING, rest.client.ping, lane=Lane.READ)
        assert rest.access.is_refused  # a public answer says nothing of the key

    run_virtual(main, start_ms=START_MS)


def test_a_refused_key_ends_a_call_at_once() -> None:
    trial = asked(refusing(-2014, status=401), YES)
    assert type(trial.failure) is CredentialsRefused
    assert trial.sent == 1


def test_a_weight_may_be_told_where_it_depends_on_what_is_asked() -> None:
    async def main(clock: VirtualClock) -> None:
        rest = scripted_rest(ScriptedTransport(YES), clock, settings=SETTINGS)
        await rest.run(ASKING, rest.client.balance, lane=Lane.READ, weight=40)
        left = Cost(weight=2_400 - 40)
        assert rest.gate.budget.wait(left, Lane.GUARD, clock.elapsed_ms()).ms == 0
        more = Cost(weight=2_400 - 39)
        assert rest.gate.budget.wait(more, Lane.GUARD, clock.elapsed_ms()).ms > 0

    run_virtual(main, start_ms=START_MS)
