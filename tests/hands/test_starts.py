"""A start with a naked position guards it first, whatever else the world refuses it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from noctule.adapters.sim.messages import Response
from noctule.adapters.store.glance import glance
from noctule.app.bot import TradingBot
from noctule.app.process import live
from noctule.app.storm.exchange import Asked
from noctule.domain.commands import Pause
from noctule.domain.errors import ConfigError, VenueError
from noctule.domain.events.order import CommandReceived
from noctule.domain.memory import DeskMemory
from noctule.domain.values import Symbol
from tests.fakes.hands_exchange import HandsExchange, hands_exchange
from tests.fakes.hands_home import bot_on, config_of, shrunk
from tests.fakes.hands_life import enter
from tests.fakes.hands_owner import Owner
from tests.fakes.hands_rig import living_rig

UNAVAILABLE = Response(status=503, body=b'{"code":-1001,"msg":"Internal error"}')
ALWAYS = 1_000_000
PATIENCE_MS = 8_000.0  # what nothing can be done about is waited for so long


async def leave_naked(exchange: HandsExchange, home: Path, *, paused: bool = False) -> None:
    """Let a bot enter and leave; then its stop is gone, by hand."""
    async with living_rig(exchange, home) as rig:
        await enter(rig)
        if paused:
            pause = Pause(actor="ana", origin="test", reason="news")
            now_ms = exchange.clock.now_ms()
            await rig.bot.bus.publish(CommandReceived(at_ms=now_ms, trace="t", command=pause))
            await rig.until(lambda: bool(rig.halts))
    Owner(exchange).cancel_stops()
    exchange.watch.notes.clear()
    assert exchange.watch.is_naked


@asynccontextmanager
async def starting(
    exchange: HandsExchange, home: Path, *overrides: str, symbols: str = "BTCUSDT"
) -> AsyncIterator[tuple[TradingBot, asyncio.Task[Exception | None]]]:
    """Let a bot live that nobody expects to get going; it is stopped in the end."""
    with pytest.MonkeyPatch.context() as patch:
        shrunk(patch)
        bot = bot_on(exchange.clock, config_of(exchange, home, *overrides, symbols=symbols))
        async with asyncio.TaskGroup() as group:
            life = group.create_task(live(bot))
            yield bot, life
            bot.stop.ask("the test")


async def until(
    exchange: HandsExchange, holds: Callable[[], bool], *, within_ms: float = PATIENCE_MS
) -> None:
    end_ms = exchange.watch.fair.now_ms() + within_ms
    while not holds():
        assert exchange.watch.fair.now_ms() < end_ms, "it did not happen in time"
        await asyncio.sleep(0.01)


async def guarded(exchange: HandsExchange, life: asyncio.Task[Exception | None]) -> None:
    """Wait until the position is covered, or the bot has given up."""
    await until(exchange, lambda: life.done() or not exchange.watch.is_naked)
    assert not exchange.watch.is_naked, life.result()


def stored(home: Path) -> DeskMemory | None:
    (path,) = (home / "state").glob("*.db")
    return glance(path)


def asks(*paths: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path in paths


async def test_a_pause_outlives_a_start_that_is_cut_off_while_bookings_are_asked_for(
    tmp_path: Path,
) -> None:
    """What a SIGKILL right after the first stop would leave, and what a SIGTERM leaves."""
    async with hands_exchange(tmp_path) as exchange:
        await leave_naked(exchange, tmp_path, paused=True)
        late = Response(status=200, body=b"[]", delay_ms=1_500)
        asked = exchange.trap(asks("/fapi/v1/income"), lambda: late)
        before = stored(tmp_path)
        assert before is not None
        async with starting(exchange, tmp_path) as (_, life):
            await guarded(exchange, life)
            await until(exchange, lambda: bool(asked.bitten))
            killed = stored(tmp_path)
        for after in (killed, stored(tmp_path)):
            assert after is not None
            assert [each.check for each in after.halts] == ["pause"]
            assert (after.day, after.day_equity) == (before.day, before.day_equity)


@pytest.mark.parametrize("damage", ["no database", "a record of another shape"])
async def test_a_damaged_store_is_moved_aside_and_what_is_held_is_guarded(
    tmp_path: Path, damage: str
) -> None:
    async with hands_exchange(tmp_path) as exchange:
        await leave_naked(exchange, tmp_path)
        (path,) = (tmp_path / "state").glob("*.db")
        if damage == "no database":
            path.write_bytes(b"garbage" * 1_000)
        else:
            with closing(sqlite3.connect(path)) as store, store:
                store.execute("UPDATE records SET json = ?", (b'{"saved_ms": "x"}',))
        async with starting(exchange, tmp_path) as (bot, life):
            await guarded(exchange, life)
            reasons = bot.trading.halts.reasons(exchange.clock.now_ms())
            assert "memory" in {each.check for each in reasons}
        assert life.result() is None
        after = stored(tmp_path)
        assert after is not None
        assert [each.check for each in after.halts] == ["memory"]
        assert [each.name for each in path.parent.glob("*.damaged-*")]


async def test_a_symbol_that_is_listed_no_more_keeps_nobody_from_guarding_the_others(
    tmp_path: Path,
) -> None:
    async with hands_exchange(tmp_path) as exchange:
        await leave_naked(exchange, tmp_path)
        symbols = "BTCUSDT, DOGEUSDT"
        async with starting(exchange, tmp_path, symbols=symbols) as (bot, life):
            await guarded(exchange, life)
            await until(exchange, lambda: bot.is_running)
            assert list(bot._desks) == ["BTCUSDT"]
        assert life.result() is None


async def test_what_is_held_is_guarded_though_nothing_can_be_traded(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange:
        await leave_naked(exchange, tmp_path)
        async with starting(exchange, tmp_path, symbols="DOGEUSDT") as (bot, life):
            await guarded(exchange, life)
            await until(exchange, lambda: bot.is_running)
            await asyncio.sleep(0.2)
            assert not life.done()
        assert life.result() is None


async def test_with_nothing_to_guard_a_symbol_that_is_not_listed_ends_the_start(
    tmp_path: Path,
) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        starting(exchange, tmp_path, symbols="BTCUSDT, DOGEUSDT") as (_, life),
    ):
        await until(exchange, life.done)
        assert isinstance(life.result(), ConfigError)


@pytest.mark.parametrize(
    "path",
    ["/fapi/v1/accountConfig", "/fapi/v1/symbolConfig", "/fapi/v1/commissionRate"],
)
async def test_settings_and_terms_that_nobody_tells_wait_until_what_is_held_is_guarded(
    tmp_path: Path, path: str
) -> None:
    async with hands_exchange(tmp_path) as exchange:
        await leave_naked(exchange, tmp_path)
        failing = exchange.trap(asks(path), lambda: UNAVAILABLE, times=ALWAYS)
        async with starting(exchange, tmp_path, "shutdown.policy=flatten") as (bot, life):
            await guarded(exchange, life)
            await until(exchange, lambda: bot.is_running)
            assert bot._contracts.terms(Symbol("BTCUSDT")) is None
            failing.left = 0
            await until(exchange, lambda: bot._contracts.terms(Symbol("BTCUSDT")) is not None)
        assert life.result() is None


async def test_what_is_held_is_guarded_while_there_is_no_private_stream(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange:
        await leave_naked(exchange, tmp_path)
        failing = exchange.trap(asks("/fapi/v1/listenKey"), lambda: UNAVAILABLE, times=ALWAYS)
        async with starting(exchange, tmp_path) as (bot, life):
            await guarded(exchange, life)
            await until(exchange, lambda: bool(failing.bitten))
            assert not bot.is_running
            failing.left = 0
            await until(exchange, lambda: bot.is_running)
        assert life.result() is None


async def test_who_is_asked_to_leave_while_recovering_guards_what_is_held_first(
    tmp_path: Path,
) -> None:
    async with hands_exchange(tmp_path) as exchange:
        await leave_naked(exchange, tmp_path)
        late = Response(status=200, body=b"[]", delay_ms=300)
        asked = exchange.trap(asks("/fapi/v1/allOrders"), lambda: late)
        async with starting(exchange, tmp_path) as (bot, life):
            await until(exchange, lambda: bool(asked.bitten))
            bot.stop.ask("SIGTERM")
            await until(exchange, life.done)
        assert not exchange.watch.is_naked
        assert life.result() is None


async def test_a_start_that_fails_sells_nothing_whatever_the_policy(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange:
        await leave_naked(exchange, tmp_path)
        held = exchange.amount()
        exchange.trap(asks("/fapi/v1/klines"), lambda: UNAVAILABLE, times=ALWAYS)
        async with starting(exchange, tmp_path, "shutdown.policy=flatten") as (_, life):
            await until(exchange, life.done)
        assert isinstance(life.result(), VenueError)
        assert exchange.amount() == held
        assert not exchange.watch.is_naked


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (503, b'{"code":-1016,"msg":"This service is no longer available."}', {}),
        (503, b"Service Unavailable.", {}),
        (418, b'{"code":-1003,"msg":"Way too many requests."}', {"Retry-After": "1"}),
    ],
    ids=["maintenance", "unavailable", "banned"],
)
async def test_an_exchange_that_does_not_answer_at_the_start_is_asked_again(
    tmp_path: Path, status: int, body: bytes, headers: dict[str, str]
) -> None:
    async with hands_exchange(tmp_path) as exchange:
        await leave_naked(exchange, tmp_path)
        refusal = Response(status=status, body=body, headers=headers)
        refusing = exchange.trap(asks("/fapi/v1/time"), lambda: refusal, times=2)
        async with starting(exchange, tmp_path) as (_, life):
            await guarded(exchange, life)
            assert refusing.bitten == 2
        assert life.result() is None
