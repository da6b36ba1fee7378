"""What a service manager hears on a real datagram socket."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

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
        (SystemdNotifier.stopping, b"STOPPING=1"),
        (SystemdNotifier.stroke, b"WATCHDOG=1"),
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
def test_the_watchdogs_period_is_known_to_whom_it_watches(watched: dict[str, str]) -> None:
    given = {"WATCHDOG_USEC": "30000000", **watched}

    assert SystemdNotifier(given).watchdog_ms == 30_000


@pytest.mark.parametrize(
    "unwatched",
    [
        {},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "soon"},
        {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"},
    ],
)
def test_without_a_watchdog_there_is_no_period(unwatched: dict[str, str]) -> None:
    assert SystemdNotifier(unwatched).watchdog_ms is None


def test_it_is_known_whether_anybody_listens(manager: socket.socket) -> None:
    assert SystemdNotifier({"NOTIFY_SOCKET": manager.getsockname()}).is_heard
    assert not SystemdNotifier({}).is_heard


def test_a_status_is_said_once_and_anew_when_it_changes(manager: socket.socket) -> None:
    notifier = SystemdNotifier({"NOTIFY_SOCKET": manager.getsockname()})
    for text in ("flat", "flat", "1 position", "flat"):
        notifier.status(text)

    assert [heard(manager) for _ in range(3)] == [
        b"STATUS=flat",
        b"STATUS=1 position",
        b"STATUS=flat",
    ]
    with pytest.raises(BlockingIOError):
        heard(manager)


def test_a_long_status_is_cut_lest_nothing_of_it_arrive(manager: socket.socket) -> None:
    SystemdNotifier({"NOTIFY_SOCKET": manager.getsockname()}).status("x" * 100_000)

    assert heard(manager) == b"STATUS=" + b"x" * 500


def test_a_reload_is_told_with_its_time_as_newer_managers_want_it(manager: socket.socket) -> None:
    SystemdNotifier({"NOTIFY_SOCKET": manager.getsockname()}).reloading()

    word, stamp = heard(manager).splitlines()
    assert word == b"RELOADING=1"
    assert stamp.startswith(b"MONOTONIC_USEC=")
    assert stamp.partition(b"=")[2].isdigit()


def test_who_waits_on_purpose_asks_for_time(manager: socket.socket) -> None:
    SystemdNotifier({"NOTIFY_SOCKET": manager.getsockname()}).extend(2_500)

    assert heard(manager) == b"EXTEND_TIMEOUT_USEC=2500000"
