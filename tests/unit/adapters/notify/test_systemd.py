"""What a service manager hears on a real datagram socket."""

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.notify import SystemdNotifier


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.setblocking(False)
        yield listener


def heard(listener: socket.socket) -> bytes:
    return listener.recv(4096)


@pytest.mark.parametrize(
    ("tell", "datagram"),
    [
        (SystemdNotifier.ready, b"READY=1"),
        (SystemdNotifier.reloading, b"RELOADING=1"),
        (SystemdNotifier.stopping, b"STOPPING=1"),
    ],
)
def test_each_call_is_one_datagram(
    manager: socket.socket, tell: Callable[[SystemdNotifier], None], datagram: bytes
) -> None:
    tell(SystemdNotifier({"NOTIFY_SOCKET": manager.getsockname()}))

    assert heard(manager) == datagram


def test_a_status_stays_on_one_line_lest_it_say_something_else(manager: socket.socket) -> None:
    SystemdNotifier({"NOTIFY_SOCKET": manager.getsockname()}).status("flat, 3 symbols\nSTOPPING=1")

    assert heard(manager) == b"STATUS=flat, 3 symbols STOPPING=1"


def test_an_at_sign_means_the_abstract_namespace() -> None:
    name = f"noctule-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0" + name)
        SystemdNotifier({"NOTIFY_SOCKET": "@" + name}).ready()

        assert heard(listener) == b"READY=1"


def test_outside_systemd_nothing_is_sent(manager: socket.socket) -> None:
    SystemdNotifier({}).ready()

    with pytest.raises(BlockingIOError):
        heard(manager)


def test_a_manager_that_has_gone_does_not_hurt_the_bot(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    SystemdNotifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()

    assert "systemd was not told" in caplog.text


def test_a_manager_that_does_not_read_does_not_block_the_bot(
    manager: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    notifier = SystemdNotifier({"NOTIFY_SOCKET": manager.getsockname()})
    while not caplog.records:
        notifier.ready()

    assert "systemd was not told" in caplog.text


@pytest.mark.parametrize("watched", [{}, {"WATCHDOG_PID": str(os.getpid())}])
def test_the_watchdog_is_stroked_twice_per_period(
    manager: socket.socket, watched: dict[str, str]
) -> None:
    given = {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "30000000", **watched}

    async def a_bit_over_one_period(clock: VirtualClock) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(31):
                await SystemdNotifier(given).keep_alive(clock)

    run_virtual(a_bit_over_one_period, start_ms=0)

    assert [heard(manager) for _ in ("at once", "15 s", "30 s")] == [b"WATCHDOG=1"] * 3
    with pytest.raises(BlockingIOError):
        heard(manager)


@pytest.mark.parametrize(
    "unwatched",
    [
        {},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "soon"},
        {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"},
    ],
)
def test_without_a_watchdog_keeping_alive_is_done_at_once(unwatched: dict[str, str]) -> None:
    run_virtual(SystemdNotifier(unwatched).keep_alive, start_ms=0)
