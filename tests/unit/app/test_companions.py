"""Who lives beside the trading: what systemd is told of the components."""

import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from noctule.adapters.clock import SystemClock
from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.app.companions import Companions
from noctule.engine.lifecycle import ComponentState


def companions(notifier: SystemdNotifier) -> Companions:
    api = SimpleNamespace(environment="sim")
    configuration = SimpleNamespace(settings=SimpleNamespace(api=api))
    supervisor = SimpleNamespace(states=lambda: {"collector": ComponentState.RUNNING})
    machine = SimpleNamespace(supervisor=supervisor)
    stand_in: Any = SimpleNamespace(clock=SystemClock(), adopt=None, records=None)
    return Companions(
        stand_in,
        cast(Any, configuration),
        world=stand_in,
        machine=cast(Any, machine),
        trading=stand_in,
        files=stand_in,
        notifier=notifier,
    )


def test_the_status_line_names_the_environment_and_every_component(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        beside = companions(SystemdNotifier({"NOTIFY_SOCKET": str(tmp_path / "notify")}))

        beside.note_move()

        assert systemd.recv(200) == b"STATUS=sim: collector running"


def test_the_watchdog_is_among_their_work() -> None:
    assert "watchdog" in companions(SystemdNotifier({})).upkeep()
