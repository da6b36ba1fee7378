"""Who watches over the bot, put together: its work, its pages, its line for systemd."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

from noctule.adapters.clock import SystemClock
from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.app.watching import Watching
from noctule.domain.events.desk import PositionProtected
from noctule.domain.status import Phase
from noctule.domain.values import price
from noctule.engine.lifecycle import ComponentState
from tests.builders import BTCUSDT, START_MS
from tests.fakes.companionship import files_of, overseen_of
from tests.fakes.trading_room import TradingRoom, new_room

Story = Callable[[TradingRoom, Watching], Awaitable[None]]


async def watched(home: Path, story: Story, *overrides: str, told: str = "") -> None:
    """Let something happen while a bot at home is watched over."""
    clock = SystemClock()
    room = await new_room(home, clock)
    with files_of(home, clock) as files:
        watching = Watching(
            overseen_of(room, files, home, *overrides),
            store=files.store,
            notifier=SystemdNotifier({"NOTIFY_SOCKET": told} if told else {}),
            phase=lambda: Phase.RUNNING,
        )
        async with room.machine.supervisor as supervisor:
            for name, work in watching.upkeep().items():
                supervisor.spawn(name, work())
            await story(room, watching)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


async def ask(port: int, path: str) -> str:
    """Ask for a page as soon as somebody listens."""
    for _ in range(100_000):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0)
            continue
        writer.write(f"GET {path} HTTP/1.1\r\n\r\n".encode())
        told = await reader.read()
        writer.close()
        await writer.wait_closed()
        return told.decode()
    raise AssertionError("nobody listens")


async def test_the_pages_tell_of_this_bot(tmp_path: Path) -> None:
    port = free_port()

    async def story(room: TradingRoom, watching: Watching) -> None:
        protected = PositionProtected(
            at_ms=START_MS,
            trace="",
            symbol=BTCUSDT,
            strategy="mine",
            stop=price("59000"),
            target=None,
            naked_ms=120,
        )
        room.machine.bus.drive(protected)
        await ask(port, "/readyz")
        watching.signs.look()
        health = await ask(port, "/healthz")
        metrics = await ask(port, "/metrics")
        assert health.startswith("HTTP/1.1 200 OK")
        assert '"part": "web"' in health
        assert "noctule_naked_seconds_count 1.0" in metrics

    await watched(tmp_path, story, "web.enabled=true", f"web.bind=127.0.0.1:{port}")


async def test_a_port_that_is_taken_degrades_the_web_and_nothing_else(tmp_path: Path) -> None:
    async def story(room: TradingRoom, watching: Watching) -> None:
        for _ in range(100_000):
            if room.machine.supervisor.states().get("web") is ComponentState.DEGRADED:
                break
            await asyncio.sleep(0)
        health = watching.signs.look()
        assert health.worst is not None
        assert (health.score, health.worst.name) == (80, "web")

    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"web.bind=127.0.0.1:{taken.getsockname()[1]}"
        await watched(tmp_path, story, "web.enabled=true", bind)


async def test_without_pages_nobody_measures(tmp_path: Path) -> None:
    async def story(_room: TradingRoom, watching: Watching) -> None:
        assert set(watching.upkeep()) == {"heartbeat", "watchdog"}

    await watched(tmp_path, story)


async def test_systemd_hears_how_this_bot_is(tmp_path: Path) -> None:
    async def story(_room: TradingRoom, watching: Watching) -> None:
        watching.note_move()
        await asyncio.sleep(0)

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        await watched(tmp_path, story, told=str(tmp_path / "notify"))
        systemd.setblocking(False)

        assert systemd.recv(4_096) == (
            b"STATUS=sim running, healthy 100; entries off: the bot is starting"
        )
