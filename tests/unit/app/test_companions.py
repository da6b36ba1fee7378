"""Who lives beside the trading: what systemd is told of the components, and their work."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.app.companions import Companions
from noctule.app.run_files import RunFiles
from noctule.engine.shutdown import StopRequest
from tests.builders import START_MS
from tests.fakes.home import config_at
from tests.fakes.trading_room import new_room


def beside(home: Path, told: dict[str, str], act: Callable[[Companions], None]) -> None:
    """Let companions of a bot at home do something."""

    async def main(clock: VirtualClock) -> None:
        room = await new_room(home, clock)
        files = RunFiles(None)
        files.records = cast(Any, None)
        room.machine.hear("collector", room.world.collector, room.machine.bus.publish)
        act(
            Companions(
                config_at(home),
                config_at(home).load(),
                world=room.world,
                machine=room.machine,
                trading=room.trading,
                desks=room.trading._desks,
                contracts=room.contracts,
                files=files,
                notifier=SystemdNotifier(told),
                stop=StopRequest(),
            )
        )

    run_virtual(main, start_ms=START_MS)


def test_the_status_line_names_the_environment_and_every_component(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        told = {"NOTIFY_SOCKET": str(tmp_path / "notify")}
        beside(tmp_path, told, lambda companions: companions.note_move())

        assert systemd.recv(200) == b"STATUS=sim: collector new"


def test_the_watchdog_and_the_door_are_among_their_work(tmp_path: Path) -> None:
    work: list[str] = []
    beside(tmp_path, {}, lambda companions: work.extend(companions.upkeep()))
    assert {"watchdog", "door"} <= {*work}
