import io
from pathlib import Path
from random import Random

from noctule.adapters.clock import VirtualClock
from noctule.adapters.offline.executor import OfflineExecutor
from noctule.app.departure import shutdown_steps
from noctule.app.records import Records
from noctule.engine.bus import EventBus
from noctule.engine.handlers.signals import SignalHandler
from noctule.engine.shutdown import DEADLINES_MS
from noctule.engine.supervisor import Supervisor
from tests.builders import START_MS
from tests.fakes.home import config_at


def test_the_bot_leaves_in_the_order_of_the_deadlines_table(tmp_path: Path) -> None:
    clock = VirtualClock(START_MS)
    bus = EventBus(stopwatch_ns=lambda: 0)
    steps = shutdown_steps(
        "the test",
        signals=SignalHandler(bus=bus),
        supervisor=Supervisor(clock=clock, jitter=Random(1), on_fatal=lambda _cause: None),
        bus=bus,
        records=Records(config_at(tmp_path).load(), clock=clock, console=io.StringIO()),
        close_world=OfflineExecutor().close,
    )

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
