"""What a key may do beyond trading is warned of where anybody tells it."""

import pytest

from noctule.adapters.binance.transport.road import HttpAnswer
from noctule.adapters.clock import VirtualClock
from noctule.app.online.findings import line_of
from noctule.app.online.rights import about_the_key
from tests.fakes.answers import ScriptedTransport, refusing, saying, scripted_rest

SAFE = {"ipRestrict": True, "enableWithdrawals": False, "enableFutures": True}


async def told(answer: HttpAnswer) -> list[str]:
    transport = ScriptedTransport(answer)
    wallet = scripted_rest(transport, clock=VirtualClock(0))
    lines = [line_of(each) async for each in about_the_key(wallet)]
    (request,) = transport.requests
    assert request.path == "/sapi/v1/account/apiRestrictions"
    assert "signature=" in request.query
    return lines


async def test_a_key_that_may_only_trade_from_here_is_well() -> None:
    assert await told(saying(SAFE | {"createTime": 1, "enableReading": True})) == [
        "ok    rights    the key may trade futures from its IP list, not withdraw"
    ]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            {"enableWithdrawals": True},
            "warn  rights    the key may withdraw; make a key that may not: whoever steals this "
            "one empties the account",
        ),
        (
            {"ipRestrict": False},
            "warn  rights    the key works from every IP address; list the addresses of this "
            "machine in Binance's API Management",
        ),
        (
            {"enableFutures": False},
            "FAIL  rights    the key may not trade futures; enable futures for it in Binance's "
            "API Management",
        ),
    ],
)
async def test_each_right_too_many_or_too_few_is_a_line(change: dict[str, bool], line: str) -> None:
    assert await told(saying(SAFE | change)) == [line]


async def test_two_things_are_two_lines() -> None:
    assert len(await told(saying(SAFE | {"enableWithdrawals": True, "ipRestrict": False}))) == 2


async def test_where_it_is_not_told_that_is_said() -> None:
    assert await told(refusing(-1002, "You are not authorized.")) == [
        "warn  rights    not told: -1002: You are not authorized.; see for yourself in Binance's "
        "API Management"
    ]
    assert [line_of(each) async for each in about_the_key(None)] == [
        "ok    rights    not told here: withdrawals and IP list, see Binance's API Management"
    ]
