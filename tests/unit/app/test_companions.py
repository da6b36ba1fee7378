"""Who lives beside the trading: what systemd is told of the bot, and their work."""

from collections.abc import Callable
from pathlib import Path

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.app.companions import Companions
from noctule.engine.shutdown import StopRequest
from tests.builders import START_MS
from tests.fakes.companionship import files_of
from tests.fakes.home import config_at
from tests.fakes.trading_room import new_room


def beside(home: Path, act: Callable[[Companions], None], *overrides: str) -> None:
    """Let companions of a bot at home do something."""

    async def main(clock: VirtualClock) -> None:
        room = await new_room(home, clock)
        room.machine.hear("collector", room.world.collector, room.machine.bus.publish)
        with files_of(home, clock) as files:
            act(
                Companions(
                    config_at(home, *overrides),
                    config_at(home, *overrides).load(),
                    world=room.world,
                    machine=room.machine,
                    trading=room.trading,
                    desks=room.trading._desks,
                    contracts=room.contracts,
                    files=files,
                    notifier=SystemdNotifier({}),
                    stop=StopRequest(),
                )
            )

    run_virtual(main, start_ms=START_MS)


def test_the_watchdog_the_heartbeat_and_the_door_are_among_their_work(tmp_path: Path) -> None:
    work: list[str] = []
    beside(tmp_path, lambda companions: work.extend(companions.upkeep()))
    assert {"watchdog", "heartbeat", "door"} <= {*work}
    assert "web" not in work


def test_pages_are_served_where_they_are_wished(tmp_path: Path) -> None:
    work: list[str] = []
    beside(tmp_path, lambda companions: work.extend(companions.upkeep()), "web.enabled=true")
    assert "web" in work


def test_the_owner_hears_of_the_health_by_the_control_socket_too(tmp_path: Path) -> None:
    def act(companions: Companions) -> None:
        companions.note_move()
        health = companions.control.status().health
        assert health is not None
        assert (health.score, health.worst) == (1.0, None)

    beside(tmp_path, act)
