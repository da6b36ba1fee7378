"""Spoiled user events and answers in the account's ears: `python -m tests.fuzz.account_frames`."""

import asyncio
import json
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from msgspec import Struct

from noctule.adapters.binance.account.audit import AccountAudit, Scope
from noctule.adapters.binance.account.feed import AccountFeed
from noctule.adapters.binance.account.merge import AccountMerge
from noctule.adapters.binance.account.questions import AccountQuestions
from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.binance.rest.breaker import BreakerSettings
from noctule.adapters.binance.rest.client import keys_of
from noctule.adapters.binance.rest.parts import RestSettings, rest_over
from noctule.adapters.binance.rest.retries import Retries
from noctule.adapters.binance.transport.road import Frame, FrameStream, HttpAnswer, HttpRequest
from noctule.adapters.binance.venue import BinanceVenue
from noctule.adapters.clock import VirtualClock
from noctule.adapters.sim.sessions import FrameKind
from noctule.domain.errors import VenueError
from noctule.domain.instrument import Instrument
from noctule.domain.values import Symbol
from tests.builders import BTCUSDT, START_MS
from tests.conformance.fixtures import DATA
from tests.fakes.audits import NOTHING
from tests.fakes.sim_desk import KEY, SECRET, Desk
from tests.fuzz.mutation import mutated

__all__ = ["Harm", "Simulated", "fuzz_answers", "fuzz_frames", "recorded_frames", "simulated"]

_FRAMES_EACH: Final = 50  # then another feed: an id spoiled upwards would silence this one
_SPOILED_SHARE: Final = 0.3  # of the answers, so that an audit gets somewhere
_PATHS: Final = (
    "/fapi/v3/balance",
    "/fapi/v3/positionRisk",
    "/fapi/v1/openOrders",
    "/fapi/v1/openAlgoOrders",
    "/fapi/v1/userTrades",
    "/fapi/v1/allOrders",
    "/fapi/v1/allAlgoOrders",
    "/fapi/v1/income",
)
_SETTINGS: Final = AccountSettings(brackets_max=1, lookups_max=5)


class Harm(Struct):
    """What came of it."""

    events: int = 0
    malformed: int = 0
    unknown: int = 0
    refused: int = 0
    answers: int = 0


class Simulated(Struct, frozen=True, kw_only=True):
    """What our simulated exchange says of an account that did a bit of everything."""

    frames: list[bytes]
    answers: dict[str, bytes]  # by path


def simulated() -> Simulated:
    """Trade on the simulated exchange, and keep what it says."""
    desk = Desk()
    session = desk.connect(f"/private/ws/{desk.listen_key()}")
    usual = {"symbol": "BTCUSDT", "algoType": "CONDITIONAL", "type": "STOP_MARKET", "side": "SELL"}
    for number in range(8):
        desk.order()
        limit = {"type": "LIMIT", "price": "59000", "timeInForce": "GTC"}
        order_id = desk.order(**limit).content["orderId"]
        desk.call("POST", "/fapi/v1/algoOrder", **usual, triggerPrice="59500", quantity="0.010")
        desk.call("POST", "/fapi/v1/algoOrder", **usual, triggerPrice="58500", closePosition="true")
        desk.call("DELETE", "/fapi/v1/order", symbol="BTCUSDT", orderId=order_id)
        desk.call("POST", "/fapi/v1/leverage", symbol="BTCUSDT", leverage=number + 3)
        desk.wait(1_000)
        desk.trade("59400")
        desk.trade("60000")
    desk.order(type="LIMIT", price="59000", timeInForce="GTC")
    frames = [each.data for each in session.outbox if each.kind is FrameKind.TEXT]
    answers = {
        path: desk.call("GET", path, symbol="BTCUSDT" if "all" in path else None).response.body
        for path in _PATHS
    }
    for path, rows in (("/fapi/v1/order", "allOrders"), ("/fapi/v1/algoOrder", "allAlgoOrders")):
        answers[path] = json.dumps(json.loads(answers[f"/fapi/v1/{rows}"])[0]).encode()
    return Simulated(frames=frames, answers=answers)


def recorded_frames() -> list[bytes]:
    """Return recorded and documented user events; [] where the folder is absent."""
    folder = DATA / "fixtures/nautilus"
    paths = [
        *folder.glob("rust_futures/user_data_json/*.json"),
        *folder.glob("py_ws/ws_futures_order_update_*.json"),
        *folder.glob("py_ws/ws_futures_algo_update_*.json"),
        *folder.glob("py_ws/ws_futures_trade_lite.json"),
    ]
    return [json.dumps(json.loads(path.read_bytes())).encode() for path in sorted(paths)]


class SpoilingTransport:
    """Answers as the exchange did, and spoils some of it."""

    def __init__(self, answers: dict[str, bytes], random: Random) -> None:
        self._answers = answers
        self._random = random
        self.sent = 0

    async def request(self, request: HttpRequest) -> HttpAnswer:
        self.sent += 1
        body = self._answers[request.path]
        if self._random.random() < _SPOILED_SHARE:
            body = mutated(body, self._random)
        return HttpAnswer(status=200, headers={}, body=body)

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        raise AssertionError(f"nobody opens {url} here")

    async def close(self) -> None:
        """Close nothing."""


def fuzz_frames(count: int, *, seed: int, frames: Sequence[bytes]) -> Harm:
    """Hear so many spoiled frames; nothing may be raised."""
    random, harm = Random(seed), Harm()
    for _ in range(count // _FRAMES_EACH):
        feed = _begun_feed()
        for _ in range(_FRAMES_EACH):
            feed.on_frame(mutated(random.choice(frames), random))
        harm.events += len(feed)
        harm.malformed += feed.malformed
        harm.unknown += feed.unknown
    return harm


def fuzz_answers(count: int, *, seed: int, answers: dict[str, bytes]) -> Harm:
    """Ask about so many spoiled answers; nothing but VenueError may be raised."""
    return asyncio.run(_fuzz_answers(count, Random(seed), answers))


async def _fuzz_answers(count: int, random: Random, answers: dict[str, bytes]) -> Harm:
    harm, transport = Harm(), SpoilingTransport(answers, random)
    while transport.sent < count:
        clock = VirtualClock(START_MS)
        patient = RestSettings(
            retries=Retries(attempts_max=1), breaker=BreakerSettings(outages_max=10**9)
        )
        rest = rest_over(
            transport, keys=keys_of(KEY, SECRET), clock=clock, jitter=random, settings=patient
        )
        questions = AccountQuestions(rest)
        audit = AccountAudit(questions, now_ms=clock.now_ms, settings=_SETTINGS)
        feed = _begun_feed()
        for scope in (Scope.DOUBT, Scope.WHOLE, Scope.GAP):
            feed.begin_audit()
            try:
                taken = await audit.take(scope, feed.merge, since_ms=START_MS, funded_since_ms=0)
                feed.end_audit(taken)
            except VenueError:
                harm.refused += 1
        harm.events += len(feed)
        venue = BinanceVenue(rest, instruments=_no_instruments)
        for ask in (venue.fills_since, venue.orders_since):
            try:
                await ask(BTCUSDT, START_MS)
            except VenueError:
                harm.refused += 1
    harm.answers = transport.sent
    return harm


async def _no_instruments() -> dict[Symbol, Instrument]:
    return {}


def _begun_feed() -> AccountFeed:
    feed = AccountFeed(
        AccountMerge([BTCUSDT], settings=_SETTINGS),
        clock=VirtualClock(START_MS),
        settings=_SETTINGS,
        is_our_key=lambda key: not key,
        renew=lambda _reason: None,
    )
    feed.on_restored()
    feed.begin_audit()
    feed.begin(NOTHING)
    return feed


def main(count: int) -> None:
    """Fuzz, and print what came of it and how much memory it took."""
    said = simulated()
    frames = said.frames + recorded_frames()
    fuzz_frames(10_000, seed=0, frames=frames)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    heard = fuzz_frames(count, seed=1, frames=frames)
    asked = fuzz_answers(count, seed=2, answers=said.answers)
    after, _ = tracemalloc.get_traced_memory()
    grown_kb = (after - before) / 1_000
    sys.stdout.write(f"{count} frames {heard}\n{asked}\n{grown_kb:.0f} kB more than before\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
