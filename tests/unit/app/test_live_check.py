"""Before real money is traded all is asked; what fails refuses, unless something is held."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from pydantic import SecretStr

from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.faults import FaultKind
from noctule.adapters.sim.model import OrderType, Side
from noctule.adapters.sim.specs import OrderSpec
from noctule.app.live_check import LiveCheck
from noctule.app.online.findings import Finding, passed
from noctule.app.reach import reach
from noctule.app.world import world_of
from noctule.config.credentials import Credentials
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError, VenueUnreachable
from noctule.domain.signals import Reason
from noctule.engine.halts import Halts
from tests.fakes.home import config_at
from tests.fakes.loopback import KEY, SECRET, Loopback, loopback, market_of

PAIR = Credentials(api_key=SecretStr(KEY), api_secret=SecretStr(SECRET), origin="a test")
STARTING = Reason(check="start", text="the bot is starting")


@pytest.fixture
def _streams_are_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare a second, the time until a mark price is told at the real speed."""

    async def heard(*_whom: object, **_how: object) -> Finding:
        return passed("streams", "heard")

    monkeypatch.setattr("noctule.app.online.interview.streams_finding", heard)


quickly = pytest.mark.usefixtures("_streams_are_heard")


@asynccontextmanager
async def checking(exchange: Loopback, home: Path, *overrides: str) -> AsyncIterator[LiveCheck]:
    """Reach an exchange that is taken for the real one, and greet it."""
    addresses = (f"api.rest_url={exchange.rest_url}", f"api.stream_url={exchange.stream_url}")
    loaded = config_at(home, "api.environment=live", *addresses, *overrides).load()
    configuration = Configuration(
        settings=loaded.settings, credentials=PAIR, origins=loaded.origins
    )
    jitter = Random(1)
    async with reach(configuration, clock=SystemClock(), jitter=jitter) as reached:
        world = world_of(configuration, market=reached, trading=reached, jitter=jitter)
        await world.greet()
        yield LiveCheck(reached, loaded.settings, venue=world.venue, jitter=jitter)


@asynccontextmanager
async def real(*, deposit: int = 10_000) -> AsyncIterator[Loopback]:
    """Run an exchange whose clock is the wall's, as a real one's is."""
    wall = SystemClock()
    market = market_of("BTCUSDT", open_ms=wall.now_ms())
    async with loopback(market, speed=1, deposit=deposit) as exchange:
        exchange.protocol.times.skew_ms = wall.now_ms() - exchange.now_ms
        yield exchange


def hold(exchange: Loopback) -> None:
    buying = OrderSpec(symbol="BTCUSDT", side=Side.BUY, type=OrderType.MARKET, qty=Decimal("0.010"))
    exchange.protocol.venue.exchange.place(exchange.account, buying)


@quickly
async def test_what_is_at_stake_is_told_and_all_that_is_well_lets_us_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "noctule")
    async with real() as exchange, checking(exchange, tmp_path) as check:
        await check.before_start()
    assert not check.is_put_off
    told = [record.message for record in caplog.records]
    assert told.index("REAL MONEY") < told.index("online check")
    assert "online check passed" in told


@quickly
async def test_what_fails_refuses_the_start_with_its_remedy(tmp_path: Path) -> None:
    async with real(deposit=1) as exchange, checking(exchange, tmp_path) as check:
        with pytest.raises(ConfigError) as refused:
            await check.before_start()
    (problem,) = refused.value.problems
    assert problem.startswith("live: FAIL  size      BTCUSDT: 1 % of 1 USDT buys")
    assert "deposit at least" in problem


async def test_a_stream_that_does_not_come_through_is_tried_by_another_start(
    tmp_path: Path,
) -> None:
    nowhere = "api.stream_url=ws://127.0.0.1:9"
    async with real() as exchange, checking(exchange, tmp_path, nowhere) as check:
        with pytest.raises(VenueUnreachable, match="streams"):
            await check.before_start()


@quickly
async def test_a_question_that_is_refused_fails_like_a_finding(tmp_path: Path) -> None:
    async with real() as exchange, checking(exchange, tmp_path) as check:
        exchange.arm(FaultKind.REFUSED, "GET /fapi/v1/commissionRate", times=None, code=-4000)
        with pytest.raises(ConfigError, match="the exchange refuses it"):
            await check.before_start()


@quickly
async def test_what_is_held_is_guarded_first_and_entries_stay_off_until_all_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("noctule.app.live_check._AGAIN_MS", 1)
    monkeypatch.setattr("noctule.app.live_check._LOOK_MS", 1)
    halts = Halts(on_halt=lambda: None)
    halts.observe(STARTING)
    async with real() as exchange, checking(exchange, tmp_path) as check:
        hold(exchange)
        exchange.arm(FaultKind.REFUSED, "GET /fapi/v1/commissionRate", code=-4000)
        await check.before_start()
        assert check.is_put_off
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            group.create_task(check.keep(halts))
            await asyncio.sleep(0)
            assert [each.check for each in halts.reasons(0)] == ["start", "online_check"]
            halts.lift("start")
    assert not halts.reasons(0)


async def test_a_check_that_was_not_put_off_keeps_nothing_off(tmp_path: Path) -> None:
    halts = Halts(on_halt=lambda: None)
    async with real() as exchange, checking(exchange, tmp_path) as check:
        await check.keep(halts)
    assert not halts.reasons(0)
