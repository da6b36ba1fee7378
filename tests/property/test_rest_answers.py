"""Whatever the exchange, or a machine in front of it, answers: only VenueError classes come out."""

import logging
import os
from random import Random
from typing import Any, Final

import pytest

from noctule.adapters.binance.rest import questions
from noctule.adapters.binance.rest.breaker import BreakerSettings
from noctule.adapters.binance.rest.calls import Call, Lane
from noctule.adapters.binance.rest.gate import Patience
from noctule.adapters.binance.rest.parts import RestSettings
from noctule.adapters.binance.rest.retries import Retries
from noctule.adapters.binance.transport.road import HttpAnswer
from noctule.adapters.binance.transport.ws_api_messages import answer_of, read_reply
from noctule.adapters.binance.wire import account, depth, market_rest, orders, rules
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import VenueError
from tests.conformance.fixtures import DATA
from tests.fakes.answers import ScriptedTransport, scripted_rest

ANSWERS: Final = int(os.environ.get("FUZZED_ANSWERS", "5000"))
SEED: Final = 4
_RECORDED_BYTES_MAX: Final = 10_000

MODULES: Final = (questions, account, depth, market_rest, orders, rules)
CALLS: Final[list[Call[Any]]] = [
    value for module in MODULES for value in vars(module).values() if isinstance(value, Call)
]
SETTINGS: Final = RestSettings(
    retries=Retries(attempts_max=1),
    patience=Patience(read_ms=0, audit_ms=0, entry_ms=0, guard_ms=0),
    breaker=BreakerSettings(outages_max=2),
)
STATUSES: Final = (200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 408, 418, 429, 500, 502, 503)
BODIES: Final = (
    b"",
    b"[]",
    b"{}",
    b"null",
    b'{"serverTime":1790000000000}',
    b'{"code":-2011,"msg":"Unknown order sent."}',
    b'{"code":-2021,"msg":"Order would immediately trigger."}',
    b'{"code":-1000,"msg":"Unknown error, please check your request or try again later."}',
    b'{"code":-1003,"msg":"Way too many requests; banned until 1790000090000. Please"}',
    b'{"message":"Forbidden"}',
    b"<html><head><title>502 Bad Gateway</title></head></html>",
    b'{"orderId":283194212,"symbol":"BTCUSDT","status":"NEW","clientOrderId":"x1","price":"0.00",'
    b'"origQty":"0.010","executedQty":"0.000","side":"BUY","type":"MARKET","updateTime":1}',
    b'{"algoId":4000001781169737,"clientAlgoId":"sl-1","algoStatus":"NEW","symbol":"BTCUSDT",'
    b'"side":"SELL","orderType":"STOP_MARKET","triggerPrice":"60000.00","quantity":"0.010"}',
    b'[{"asset":"USDT","balance":"10000.00","crossWalletBalance":"1","availableBalance":"1e3"}]',
    b'[[1790553480000,"64116.50","64130.20","64107.00","64123.20","19.280",1790553539999,'
    b'"1236260.27",951,"11.376","729446.23","0"]]',
)
RECORDED: Final = tuple(
    path.read_bytes()
    for path in sorted((DATA / "fixtures").rglob("*.json"))
    if path.stat().st_size < _RECORDED_BYTES_MAX
)  # empty where there are no recordings; what is written here is of the same kinds
REPLIES: Final = tuple(
    b'{"id":1,"status":200,"result":' + (body or b"0") + b',"rateLimits":[{"rateLimitType":'
    b'"ORDERS","interval":"SECOND","intervalNum":10,"limit":300,"count":1}]}'
    for body in BODIES
)
HEADERS: Final = (
    ("retry-after", ("7", "0", "-1", "9" * 40, "soon", "", "\uff11")),
    ("x-mbx-used-weight-1m", ("1", "2400", "-7", "1e3", "9" * 40, "\u0663")),
    ("x-mbx-order-count-10s", ("300", "x", "")),
)


def mutated(body: bytes, random: Random) -> bytes:
    """Return what may become of bytes: cut, turned, doubled, mixed with others."""
    for _ in range(random.randint(0, 4)):
        start = random.randint(0, len(body))
        end = min(len(body), start + random.randint(0, 12))
        change = random.choice(
            (
                b"",
                random.randbytes(random.randint(1, 4)),
                body[start:end] * 3,
                random.choice(BODIES)[:40],
                random.choice((b"null", b"-1", b"1e999", b'"', b"{", b"[" * 50, b"\xff", b"\\u")),
            )
        )
        body = body[:start] + change + body[end:]
    return body


def answer(random: Random) -> HttpAnswer:
    headers = {name: random.choice(values) for name, values in HEADERS if random.random() < 0.3}
    bodies = RECORDED if RECORDED and random.random() < 0.3 else BODIES
    body = mutated(random.choice(bodies), random)
    return HttpAnswer(status=random.choice(STATUSES), headers=headers, body=body)


async def outcome(random: Random, clock: VirtualClock) -> str:
    """Return what a mutated answer was taken for; anything but a VenueError ends the test."""
    client = scripted_rest(ScriptedTransport(answer(random)), clock, settings=SETTINGS)
    call, lane = random.choice(CALLS), random.choice([*Lane])
    try:
        await client.run(call, client.client.balance, lane=lane)
    except VenueError as exc:
        return type(exc).__name__
    return "answered"


def test_a_mutated_answer_is_an_answer_or_a_venue_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL, logger="noctule")  # a warning each would fill the memory

    async def main(clock: VirtualClock) -> set[str]:
        random = Random(SEED)
        return {await outcome(random, clock) for _ in range(ANSWERS)}

    seen = run_virtual(main, start_ms=1_790_000_000_000, turns_max=ANSWERS * 100)
    assert seen >= {"answered", "OutcomeUnknown", "OrderUnknown", "VenueRefused", "Throttled"}


def test_a_mutated_reply_of_the_websocket_api_is_a_reply_or_nothing() -> None:
    random = Random(SEED)
    made_sense = 0
    for _ in range(ANSWERS):
        reply = read_reply(mutated(random.choice(REPLIES), random))
        if reply is not None:
            made_sense += 1
            assert isinstance(answer_of(reply), HttpAnswer)
    assert 0 < made_sense < ANSWERS
