"""What every answer means: not executed, refused, or unknown; facts 5 and 6, line by line."""

import pytest

from noctule.adapters.binance.rest.calls import Pool
from noctule.adapters.binance.rest.failures import MEANINGS, Halt, Throttled, failure_of, refusal_in
from noctule.adapters.binance.transport.road import HttpAnswer
from noctule.domain.errors import (
    BudgetExhausted,
    CredentialsRefused,
    DuplicateClientId,
    FilterViolated,
    MarginInsufficient,
    OrderUnknown,
    OutcomeUnknown,
    VenueError,
    VenueRefused,
    VenueUnreachable,
)
from tests.fakes.answers import refusing, saying

NOW_MS = 1_790_000_000_000
PAGE = b"<html><head><title>Forbidden</title></head></html>"


def judged(answer: HttpAnswer) -> VenueError | None:
    return failure_of(answer, now_ms=NOW_MS)


def throttled(answer: HttpAnswer) -> Throttled:
    failure = judged(answer)
    assert isinstance(failure, Throttled)
    return failure


@pytest.mark.parametrize(
    "answer",
    [
        saying({}),
        saying([]),
        saying({"code": 200, "msg": "success"}),
        saying({"algoId": 1, "code": "200", "msg": "success"}),
        saying([{"code": -2019, "msg": "Margin is insufficient."}]),  # one of a batch
    ],
)
def test_a_yes_is_no_failure(answer: HttpAnswer) -> None:
    assert judged(answer) is None


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (-1000, OutcomeUnknown),
        (-1001, OutcomeUnknown),
        (-1006, OutcomeUnknown),
        (-1007, OutcomeUnknown),
        (-1008, VenueUnreachable),
        (-1016, VenueUnreachable),
        (-1003, Throttled),
        (-1015, Throttled),
        (-1002, CredentialsRefused),
        (-1022, CredentialsRefused),
        (-2008, CredentialsRefused),
        (-2014, CredentialsRefused),
        (-2015, CredentialsRefused),
        (-1021, VenueRefused),
        (-5028, VenueRefused),
        (-1102, VenueRefused),
        (-1111, FilterViolated),
        (-4001, FilterViolated),
        (-4005, FilterViolated),
        (-4014, FilterViolated),
        (-4164, FilterViolated),
        (-4131, VenueRefused),
        (-4183, VenueRefused),
        (-2018, MarginInsufficient),
        (-2019, MarginInsufficient),
        (-2011, OrderUnknown),
        (-2013, OrderUnknown),
        (-4116, DuplicateClientId),
        (-4120, VenueRefused),
        (-2021, VenueRefused),
        (-2022, VenueRefused),
    ],
)
@pytest.mark.parametrize("status", [200, 400, 401, 503])
def test_the_code_decides_and_not_the_status(
    code: int, meaning: type[VenueError], status: int
) -> None:
    assert type(judged(refusing(code, status=status))) is meaning


def test_a_refusal_keeps_code_and_text() -> None:
    refused = judged(refusing(-2021, "Order would immediately trigger."))
    assert isinstance(refused, VenueRefused)
    assert (refused.code, refused.message) == (-2021, "Order would immediately trigger.")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Unknown error, please check your request or try again later.", OutcomeUnknown),
        ("Service Unavailable.", VenueUnreachable),
        ("Internal error; unable to process your request. Please try again.", VenueUnreachable),
        (
            "Timeout waiting for response from backend server. Send status unknown; execution "
            "status unknown.",
            OutcomeUnknown,
        ),
        ("", OutcomeUnknown),
        ("something about Service Unavailable. in the middle", OutcomeUnknown),
    ],
)
@pytest.mark.parametrize("code", [-1000, -1001, -1007])
def test_of_a_503_it_is_the_text_that_says_whether_it_was_executed(
    code: int, text: str, meaning: type[VenueError]
) -> None:
    assert type(judged(refusing(code, text, status=503))) is meaning


@pytest.mark.parametrize(
    ("status", "meaning"),
    [(400, VenueRefused), (404, VenueRefused), (408, OutcomeUnknown), (500, OutcomeUnknown)],
)
def test_an_unknown_code_is_a_no_with_a_4xx_and_a_doubt_with_a_time_out_or_a_5xx(
    status: int, meaning: type[VenueError]
) -> None:
    assert type(judged(refusing(-9999, status=status))) is meaning


@pytest.mark.parametrize("status", [200, 302, 400, 401, 404, 408, 500, 502, 503, 504])
def test_what_cannot_be_read_and_is_no_yes_may_have_been_executed(status: int) -> None:
    failure = judged(saying(b'{"code":-20', status=status))
    assert type(failure) is OutcomeUnknown


@pytest.mark.parametrize("body", [PAGE, b'{"message":"Forbidden"}', b""])
def test_the_firewall_stops_browsing_for_minutes(body: bytes) -> None:
    failure = throttled(saying(body, status=403))
    assert failure.halt is Halt.BROWSING
    assert failure.retry_after_ms == 180_000


def test_a_403_with_a_code_is_judged_by_its_code() -> None:
    assert type(judged(refusing(-2015, status=403))) is CredentialsRefused


def test_429_stops_everything_for_as_long_as_it_says() -> None:
    failure = throttled(refusing(-1003, "Too many requests", status=429, retry_after="7"))
    assert failure.halt is Halt.EVERYTHING
    assert failure.retry_after_ms == 7_000
    assert isinstance(failure, BudgetExhausted)


def test_429_for_orders_stops_orders_only() -> None:
    failure = throttled(refusing(-1015, "Too many new orders", status=429))
    assert failure.halt is Halt.ORDERS
    assert failure.retry_after_ms == 10_000


@pytest.mark.parametrize(("status", "halt"), [(429, Halt.FUNDING), (418, Halt.EVERYTHING)])
def test_too_many_funding_calls_stop_nothing_else_until_it_is_a_ban(
    status: int, halt: Halt
) -> None:
    answer = refusing(-1003, "Too many requests", status=status)
    failure = failure_of(answer, now_ms=NOW_MS, pool=Pool.FUNDING)
    assert isinstance(failure, Throttled)
    assert failure.halt is halt


@pytest.mark.parametrize(
    ("answer", "pause_ms"),
    [
        (refusing(-1003, "banned until 1790000090000. Please", status=418), 90_000),
        (refusing(-1003, "banned until 1780000000000.", status=418), 120_000),  # is over: absurd
        (refusing(-1003, "banned until 9999999999999.", status=418), 259_200_000),
        (saying(PAGE, status=418), 120_000),
        (saying(PAGE, status=418, retry_after="0"), 120_000),  # no ban is so short
        (saying(PAGE, status=429), 60_000),
        (saying(PAGE, status=429, retry_after="0"), 1_000),
        (saying(PAGE, status=429, retry_after="Wed, 21 Oct 2026 07:28:00 GMT"), 60_000),
        (saying(PAGE, status=429, retry_after="99999999"), 259_200_000),
    ],
)
def test_a_stop_ends_when_it_says_within_reason(answer: HttpAnswer, pause_ms: int) -> None:
    assert throttled(answer).retry_after_ms == pause_ms


def test_a_long_text_is_cut() -> None:
    refused = judged(refusing(-2010, "x" * 10_000))
    assert isinstance(refused, VenueRefused)
    assert refused.message == "x" * 300 + "…"


def test_codes_written_as_text_are_read() -> None:
    refusal = refusal_in(b'{"code":"-2011","msg":"Unknown order sent."}')
    assert refusal is not None
    assert refusal.code == -2011
    assert refusal_in(b'{"code":null}') is None


def test_every_code_of_the_facts_has_its_row() -> None:
    listed = """
        1000 1001 1006 1007 1002 1011 2008 2014 2015 2017 1003 1015 1008 1010 1013 1014 1020 1016
        1021 5028 1022 1023 1100 1101 1102 1103 1104 1105 1106 1108 1114 1115 1116 1117 1118 1119
        1120 1127 1128 1130 1136 1109 1111 1121 1122 1125 2010 2011 2013 2018 2019 2020 2021 2022
        2023 2024 2025 2026 2027 2028 4001 4002 4003 4004 4005 4013 4014 4016 4023 4024 4028 4045
        4046 4047 4048 4059 4061 4067 4068 4116 4117 4118 4120 4130 4509 4131 4135 4137 4138 4142
        4161 4164 4167 4168 4169 4170 4171 4172 4183 4184 4210 4211 4202 4203 4204 4205 4206 4207
        4208 4209 4403 4411 5021 5022 5024 5025 5026 5029 5043 5047 5037 5038 5039 5040 5041
    """
    assert {-int(code) for code in listed.split()} - MEANINGS.keys() == set()
