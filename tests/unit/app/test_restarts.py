"""How often a service is started in vain: bugs five times in ten minutes, outages for ever."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from noctule.adapters.clock import VirtualClock
from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.app.restarts import Restarts
from noctule.domain.errors import BudgetExhausted, ConfigError, VenueUnreachable
from tests.builders import START_MS

BUG = AssertionError("filled 2 of 1")
AWAY = VenueUnreachable("no route")
MINUTE_MS = 60_000


class Wall(VirtualClock):
    """A wall's clock whose sleeps are over at once, and are remembered."""

    def __init__(self) -> None:
        super().__init__(START_MS)
        self.slept_ms: list[int] = []

    @override
    async def sleep_ms(self, real_ms: int) -> None:
        self.slept_ms.append(real_ms)
        self.pass_ms(real_ms)

    def pass_ms(self, duration_ms: int) -> None:
        self.advance_to_ms(self.now_ms() + duration_ms)


class Service:
    """Starts and ends one process after the other, as systemd would."""

    def __init__(self, home: Path, address: str) -> None:
        self.wall = Wall()
        self.home = home
        self.notifier = SystemdNotifier({"NOTIFY_SOCKET": address} if address else {})

    def start(self) -> Restarts:
        process = Restarts(self.notifier, wall=self.wall)
        process.begin(self.home)
        return process

    async def fail(self, failure: Exception | None, *, after_ms: int = 1_000) -> int:
        """Let one start fail after its wait, and return how long it waited."""
        process, began_ms = self.start(), self.wall.now_ms()
        await process.wait()
        waited_ms = self.wall.now_ms() - began_ms
        self.wall.pass_ms(after_ms)
        process.end(failure)
        return waited_ms


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.setblocking(False)
        yield listener


@pytest.fixture
def service(tmp_path: Path, manager: socket.socket) -> Service:
    return Service(tmp_path / "state", manager.getsockname())


async def test_the_sixth_start_after_five_bugs_within_ten_minutes_is_refused_with_its_remedy(
    service: Service,
) -> None:
    for _ in range(5):
        assert await service.fail(BUG) == 0

    with pytest.raises(ConfigError, match=r"5 times within 10 minutes.*start the service again"):
        service.start()


async def test_who_starts_it_by_hand_after_that_is_let_in_and_counted_anew(
    service: Service,
) -> None:
    for _ in range(5):
        await service.fail(BUG)
    with pytest.raises(ConfigError):
        service.start()

    for _ in range(5):
        await service.fail(BUG)
    with pytest.raises(ConfigError):
        service.start()


async def test_bugs_that_are_far_apart_are_tried_for_ever(service: Service) -> None:
    for _ in range(20):
        await service.fail(BUG, after_ms=150_000)


async def test_an_end_that_nobody_wrote_down_counts_as_a_bug(service: Service) -> None:
    for _ in range(5):
        service.start()  # and it is killed
        service.wall.pass_ms(1_000)

    with pytest.raises(ConfigError):
        service.start()


async def test_a_clean_end_forgets_the_bugs_before_it(service: Service) -> None:
    for failure in (BUG, BUG, BUG, BUG, None, BUG, BUG, BUG, BUG):
        await service.fail(failure)

    service.start()


async def test_an_exchange_that_cannot_be_reached_is_tried_for_ever_after_growing_pauses(
    service: Service,
) -> None:
    waited_ms = [await service.fail(AWAY) for _ in range(12)]

    seconds = [each_ms // 1_000 for each_ms in waited_ms]
    assert seconds == [0, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300, 300]


async def test_outages_between_bugs_neither_count_as_bugs_nor_hide_them(service: Service) -> None:
    for failure in (BUG, BUG, AWAY, BUG, AWAY, BUG, BUG):
        await service.fail(failure)

    with pytest.raises(ConfigError):
        service.start()


@pytest.mark.parametrize("wrong_by_ms", [-3 * 86_400_000, 3 * 86_400_000])
async def test_a_clock_that_was_set_between_two_starts_makes_nobody_wait_for_it(
    service: Service, wrong_by_ms: int
) -> None:
    service.wall.pass_ms(10 * 86_400_000)
    process = service.start()
    process.end(AWAY)  # by a clock that is wrong
    service.wall = Wall()
    service.wall.pass_ms(10 * 86_400_000 + wrong_by_ms)

    assert await service.fail(AWAY) == 0


async def test_the_pause_reaches_past_the_end_of_a_ban(service: Service) -> None:
    await service.fail(BudgetExhausted("banned", retry_after_ms=20 * MINUTE_MS))

    assert await service.fail(AWAY) == 20 * MINUTE_MS


async def test_a_run_of_ten_minutes_forgets_the_starts_in_vain_before_it(
    service: Service,
) -> None:
    for _ in range(5):
        await service.fail(AWAY)
    await service.fail(AWAY, after_ms=10 * MINUTE_MS)

    assert await service.fail(AWAY) == 10_000


async def test_a_wait_is_told_and_granted_by_the_service_manager(
    service: Service, manager: socket.socket
) -> None:
    await service.fail(AWAY)
    await service.fail(None)

    assert [manager.recv(4_096) for _ in range(2)] == [
        b"STATUS=waiting 10 s: the exchange could not be reached 1 times",
        b"EXTEND_TIMEOUT_USEC=310000000",
    ]


async def test_who_is_started_by_hand_waits_for_nothing_and_leaves_no_diary(
    tmp_path: Path,
) -> None:
    terminal = Service(tmp_path / "state", "")
    for _ in range(9):
        assert await terminal.fail(BUG) == 0

    assert not (tmp_path / "state").exists()


async def test_a_diary_that_makes_no_sense_says_nothing(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.home.mkdir()
    (service.home / "restarts.json").write_bytes(b"\xff not json")

    assert await service.fail(AWAY) == 0
    assert "restarts not read" in caplog.text


async def test_a_diary_that_cannot_be_written_keeps_nobody_from_starting(
    tmp_path: Path, manager: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    service = Service(tmp_path / "file", manager.getsockname())

    for _ in range(9):
        await service.fail(BUG)

    assert "restarts not written" in caplog.text
