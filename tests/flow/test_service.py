"""The whole bot as a service on virtual time, and what comes out of NOTIFY_SOCKET."""

import asyncio
import io
import socket
from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.bot import TradingBot
from noctule.app.process import live
from noctule.domain.events.data import MarkPriceUpdated
from noctule.domain.market import MarkPrice
from tests.builders import BTCUSDT, START_MS
from tests.fakes.home import bot_at, wiring
from tests.fakes.quiet_collector import QuietCollector

WATCHDOG_MS = 30_000


class Manager:
    """What systemd would hear, in its order, with the virtual time of each."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.told: list[tuple[int, str]] = []  # second, datagram

    def listen(self, clock: VirtualClock) -> None:
        second = (clock.now_ms() - START_MS) // 1_000
        while True:
            try:
                self.told.append((second, self._listener.recv(4_096).decode()))
            except BlockingIOError:
                return

    def words(self) -> list[str]:
        """Return what was told beside status and watchdog."""
        return [word for _, word in self.told if not word.startswith(("STATUS=", "WATCHDOG="))]

    def strokes(self) -> list[int]:
        """Return at which seconds the watchdog heard that all is well."""
        return [second for second, word in self.told if word == "WATCHDOG=1"]

    def last_status(self) -> str:
        return [word for _, word in self.told if word.startswith("STATUS=")][-1]


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", str(WATCHDOG_MS * 1_000))
        monkeypatch.delenv("WATCHDOG_PID", raising=False)
        yield Manager(listener)


def serve(
    home: Path,
    manager: Manager,
    story: Callable[[TradingBot, VirtualClock], Awaitable[None]],
) -> str:
    """Let a bot run through a story, then stop it; return what it logged."""

    async def main(clock: VirtualClock) -> None:
        bot = bot_at(home, wiring(clock, QuietCollector()), console=io.StringIO())

        async def listen() -> None:
            while True:
                manager.listen(clock)
                await clock.sleep_ms(500)

        async def tell() -> None:
            await clock.sleep_ms(1_000)
            await story(bot, clock)
            bot.stop.ask("the end of the story")

        async with asyncio.TaskGroup() as group:
            listening, telling = group.create_task(listen()), group.create_task(tell())
            assert await live(bot) is None
            await telling
            manager.listen(clock)
            listening.cancel()

    run_virtual(main, start_ms=START_MS)
    return (home / "logs/noctule.log").read_text()


async def hear_marks(bot: TradingBot, clock: VirtualClock, *, for_s: int) -> None:
    for _ in range(for_s // 5):
        mark = MarkPrice(
            symbol=BTCUSDT,
            mark_price=60_000.0,
            index_price=60_000.0,
            funding_rate=0.0,
            next_funding_ms=START_MS + 3_600_000,
        )
        await bot.bus.publish(MarkPriceUpdated(at_ms=clock.now_ms(), trace="", mark=mark))
        await clock.sleep_ms(5_000)


def test_ready_then_a_status_and_the_watchdog_all_along_then_stopping(
    tmp_path: Path, manager: Manager
) -> None:
    async def story(bot: TradingBot, clock: VirtualClock) -> None:
        await hear_marks(bot, clock, for_s=600)

    serve(tmp_path, manager, story)

    assert manager.words() == ["READY=1", "STOPPING=1"]
    strokes = manager.strokes()
    assert max(after - before for before, after in pairwise(strokes)) <= 11
    assert strokes[-1] >= 590
    statuses = [word for _, word in manager.told if word.startswith("STATUS=sim running, healthy")]
    assert statuses
    assert statuses[0].endswith("entries off: there is no account to trade on: signals only")


def test_a_bus_whose_handler_never_comes_back_is_named_and_the_watchdog_is_told_no_more(
    tmp_path: Path, manager: Manager
) -> None:
    async def story(bot: TradingBot, clock: VirtualClock) -> None:
        async def hang(_event: MarkPriceUpdated) -> None:
            await asyncio.get_running_loop().create_future()

        await hear_marks(bot, clock, for_s=60)
        bot.bus.subscribe(MarkPriceUpdated, hang)
        await hear_marks(bot, clock, for_s=60)

    log = serve(tmp_path, manager, story)

    wedged_s, asked_to_stop_s = 61, 121
    strokes = [second for second in manager.strokes() if second < asked_to_stop_s]
    assert strokes[-1] <= wedged_s + 31
    named = "the watchdog is not told that all is well: data queue stuck for 30 s, 30 s at most"
    assert any(named in word for _, word in manager.told)
    assert "watchdog is not told that all is well" in log
    assert manager.words() == ["READY=1", "STOPPING=1"]


def test_a_market_that_is_silent_for_five_minutes_is_named_and_one_that_comes_back_heals_it(
    tmp_path: Path, manager: Manager
) -> None:
    async def story(bot: TradingBot, clock: VirtualClock) -> None:
        await clock.sleep_ms(330_000)
        await hear_marks(bot, clock, for_s=30)

    log = serve(tmp_path, manager, story)

    strokes = manager.strokes()
    silent = [second for second in range(302, 330) if second in strokes]
    assert silent == []
    assert any("feed silent for 300 s, 300 s at most" in word for _, word in manager.told)
    assert strokes[-1] >= 331
    assert log.count("degraded  part=feed ") == 1
    assert log.count("well again  part=feed ") == 1
