import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.offline.executor import OfflineExecutor
from noctule.app.departure import shutdown_steps
from noctule.app.records import Records
from noctule.engine.bus import EventBus
from noctule.engine.handlers.signals import SignalHandler
from noctule.engine.shutdown import DEADLINES_MS, ShutdownStep
from noctule.engine.supervisor import RestartPolicy, Supervisor
from tests.builders import START_MS
from tests.fakes.component import FakeComponent
from tests.fakes.home import config_at


def supervisor_on(clock: VirtualClock) -> Supervisor:
    return Supervisor(clock=clock, jitter=Random(1), on_fatal=lambda _cause: None)


def steps_at(
    home: Path,
    clock: VirtualClock,
    supervisor: Supervisor,
    close_world: Callable[[], Awaitable[None]],
) -> tuple[ShutdownStep, ...]:
    bus = EventBus(stopwatch_ns=lambda: 0)
    return shutdown_steps(
        "the test",
        signals=SignalHandler(bus=bus),
        supervisor=supervisor,
        bus=bus,
        records=Records(config_at(home).load(), clock=clock, console=io.StringIO()),
        close_world=close_world,
    )


def test_the_bot_leaves_in_the_order_of_the_deadlines_table(tmp_path: Path) -> None:
    clock = VirtualClock(START_MS)
    steps = steps_at(tmp_path, clock, supervisor_on(clock), OfflineExecutor().close)

    taken = [step.name for step in steps]
    assert taken == [
        "entries off",
        "collector stop",
        "drain data",
        "drain signal",
        "drain order",
        "journal",
        "close adapters",
    ]
    assert taken == [name for name in DEADLINES_MS if name in taken]


def test_whoever_uses_a_connection_is_stopped_before_it_is_closed(tmp_path: Path) -> None:
    diary: list[str] = []

    async def close_world() -> None:
        diary.append("world closes")

    async def main(clock: VirtualClock) -> None:
        async with supervisor_on(clock) as supervisor:
            account = FakeComponent("account", clock=clock, diary=diary)
            supervisor.add(account, RestartPolicy())
            await supervisor.start_all()
            await steps_at(tmp_path, clock, supervisor, close_world)[-1].act()

    run_virtual(main, start_ms=START_MS)
    assert diary[-2:] == [f"{START_MS} account stop", "world closes"]
