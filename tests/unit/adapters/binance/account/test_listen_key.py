"""A listen key is opened, extended, opened anew, and never deleted."""

import asyncio

import pytest

from noctule.adapters.binance.account.listen_key import ListenKey
from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.binance.rest.parts import RestSettings
from noctule.adapters.binance.rest.retries import Retries
from noctule.adapters.binance.transport.road import HttpAnswer
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import OutcomeUnknown
from tests.builders import START_MS
from tests.fakes.answers import ScriptedTransport, refusing, saying, scripted_rest

OURS, THEIRS = saying({"listenKey": "ours"}), saying({"listenKey": "theirs"})
SETTINGS = AccountSettings(keep_alive_ms=1_800_000, keep_alive_retry_ms=60_000)
HALF_HOUR_MS = 1_800_000


class Kept:
    """What a key that is kept for some hours asks, and how often its stream is renewed."""

    def __init__(self, *script: HttpAnswer | Exception, hours: float = 1.1) -> None:
        self.transport = ScriptedTransport(OURS, *script)
        self.renewed: list[tuple[int, str]] = []
        self.url = ""
        self.hours = hours
        run_virtual(self._run, start_ms=START_MS)

    async def _run(self, clock: VirtualClock) -> None:
        once = RestSettings(retries=Retries(attempts_max=1))
        rest = scripted_rest(self.transport, clock, settings=once)
        key = ListenKey(rest, clock=clock, settings=SETTINGS, stream_url="wss://x")
        self.url = await key.url()
        self.is_ours = [key.is_ours(each) for each in ("ours", "theirs", "")]
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(
                key.keep_alive(lambda why: self.renewed.append((clock.now_ms() - START_MS, why)))
            )
            await clock.sleep_ms(int(self.hours * 3_600_000))
            keeping.cancel()

    @property
    def methods(self) -> list[str]:
        return [request.method.value for request in self.transport.requests]


def test_the_stream_is_heard_on_the_private_route_under_the_key() -> None:
    kept = Kept(OURS)
    assert kept.url == "wss://x/private/ws/ours"
    assert kept.is_ours == [True, False, True]


def test_the_key_is_extended_every_half_hour_without_a_signature() -> None:
    kept = Kept(OURS)
    assert kept.methods == ["POST", "PUT", "PUT"]
    assert kept.renewed == []
    assert "signature" not in kept.transport.requests[1].query


def test_a_key_that_is_unknown_renews_the_stream() -> None:
    kept = Kept(refusing(-1125, "This listenKey does not exist."), OURS)
    assert kept.renewed == [(HALF_HOUR_MS, "the listen key is unknown")]


def test_another_key_renews_the_stream() -> None:
    kept = Kept(THEIRS, OURS)
    assert kept.renewed == [(HALF_HOUR_MS, "the account has another listen key")]


@pytest.mark.parametrize(
    "failure", [OutcomeUnknown("no answer"), refusing(-1000, status=503), refusing(-4109)]
)
def test_whatever_else_goes_wrong_it_is_tried_again_soon(failure: HttpAnswer | Exception) -> None:
    kept = Kept(failure, OURS, hours=0.6)
    assert kept.methods == ["POST", "PUT", "PUT"]
    assert kept.renewed == []


def test_the_exchange_s_own_pause_is_kept() -> None:
    kept = Kept(refusing(-1003, status=429, retry_after="240"), OURS, hours=0.55)
    assert kept.methods == ["POST", "PUT"]


def test_no_key_is_ever_deleted() -> None:
    assert "DELETE" not in Kept(refusing(-1125), OURS, hours=5).methods
