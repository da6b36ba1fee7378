"""What the service manager hears all the time."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.app.service_watch import ServiceWatch
from noctule.app.vital_signs import VitalSigns
from noctule.domain.status import Phase
from noctule.engine.freshness import Freshness
from noctule.engine.heartbeat import Heartbeat
from noctule.engine.queue_watch import QueueWatch
from noctule.engine.vitals import Vitals
from noctule.telemetry.health import Part, Role
from tests.builders import START_MS

DEAD = Part(name="order queue", score=0, text="stuck for 31 s, 30 s at most", role=Role.VITAL)
PERIOD = {"WATCHDOG_USEC": "30000000"}


class Watched:
    """A watch over parts that a test names, and what it told."""

    def __init__(self, listener: socket.socket, *, is_watched: bool = True) -> None:
        self.clock = VirtualClock(START_MS)
        self.parts: tuple[Part, ...] = ()
        self.phase = Phase.RUNNING
        self.text = "all is well"
        self._listener = listener
        told = {"NOTIFY_SOCKET": listener.getsockname(), **(PERIOD if is_watched else {})}
        vitals = Vitals(
            clock=self.clock,
            freshness=Freshness(self.clock),
            symbols=(),
            stale_ms=90_000,
            heartbeat=Heartbeat(self.clock),
            queues=QueueWatch(dict, clock=self.clock),
            account=None,
        )
        signs = VitalSigns(
            vitals, parts=lambda _phase: self.parts, phase=lambda: self.phase, clock=self.clock
        )
        self.watch = ServiceWatch(
            signs,
            notifier=SystemdNotifier(told),
            describe=lambda _health: self.text,
            clock=self.clock,
        )

    def look(self, *, times: int = 1) -> list[str]:
        """Look once a second, and return what was told."""
        told: list[str] = []
        for _ in range(times):
            self.watch.look()
            self.clock.advance_to_ms(self.clock.now_ms() + 1_000)
            told += self._heard()
        return told

    def _heard(self) -> Iterator[str]:
        while True:
            try:
                yield self._listener.recv(4_096).decode()
            except BlockingIOError:
                return


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        yield manager


def test_the_watchdog_is_told_three_times_in_a_period_that_all_is_well(
    listener: socket.socket,
) -> None:
    assert Watched(listener).look(times=31).count("WATCHDOG=1") == 4


def test_while_a_vital_part_is_overdue_it_is_told_nothing_and_that_is_an_error_once(
    listener: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    it = Watched(listener)
    it.look(times=5)
    it.parts = (DEAD,)
    caplog.clear()

    assert "WATCHDOG=1" not in it.look(times=60)
    errors = [each for each in caplog.records if each.levelname == "ERROR"]
    assert [vars(each)["fields"] for each in errors] == [
        {"why": "order queue stuck for 31 s, 30 s at most"}
    ]


def test_once_it_moves_again_the_watchdog_is_told_at_once(
    listener: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    it = Watched(listener)
    it.parts = (DEAD,)
    it.look(times=20)
    it.parts = ()

    assert "WATCHDOG=1" in it.look()
    assert "watchdog is told again that all is well" in caplog.text


def test_who_leaves_has_deadlines_and_is_not_restarted_before_they_are_over(
    listener: socket.socket,
) -> None:
    it = Watched(listener)
    it.parts, it.phase = (DEAD,), Phase.STOPPING

    assert "WATCHDOG=1" in it.look()


def test_what_is_only_needed_is_no_reason_for_a_restart(listener: socket.socket) -> None:
    it = Watched(listener)
    it.parts = (Part(name="collector", score=0),)

    assert "WATCHDOG=1" in it.look()


def test_the_status_is_told_every_three_seconds(listener: socket.socket) -> None:
    it = Watched(listener, is_watched=False)
    told = []
    for number in range(7):
        it.text = f"line {number}"
        told += it.look()

    assert told == ["STATUS=line 0", "STATUS=line 3", "STATUS=line 6"]


def test_it_is_told_at_once_when_the_start_is_over(listener: socket.socket) -> None:
    it = Watched(listener, is_watched=False)
    it.phase = Phase.WARMING_UP
    it.look()
    it.phase, it.text = Phase.RUNNING, "running"

    assert it.look() == ["STATUS=running"]


def test_it_is_told_at_once_after_a_component_moved_and_while_something_is_overdue(
    listener: socket.socket,
) -> None:
    it = Watched(listener, is_watched=False)
    it.look()
    it.text = "moved"
    it.watch.hurry()
    assert it.look() == ["STATUS=moved"]

    it.text, it.parts = "stuck", (DEAD,)
    assert it.look() == ["STATUS=stuck"]
