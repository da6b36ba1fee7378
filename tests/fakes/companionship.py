"""A bot at home on virtual time, with real files, for those who live beside its trading."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from noctule.app.control import Overseen
from noctule.app.run_files import RunFiles
from noctule.engine.shutdown import StopRequest
from noctule.ports.clock import Clock
from tests.fakes.home import config_at
from tests.fakes.trading_room import TradingRoom

__all__ = ["files_of", "overseen_of"]


@contextmanager
def files_of(home: Path, clock: Clock, *overrides: str) -> Iterator[RunFiles]:
    """Open the logs and the store of a run, and close them in the end."""
    configuration = config_at(home, *overrides).load()
    files = RunFiles(None)
    files.open_records(configuration, clock=clock)
    try:
        files.open_memory(configuration, started_ms=clock.now_ms())
        yield files
    finally:
        files.close()


def overseen_of(room: TradingRoom, files: RunFiles, home: Path, *overrides: str) -> Overseen:
    """Return what is watched over."""
    return Overseen(
        configuration=config_at(home, *overrides).load(),
        world=room.world,
        machine=room.machine,
        trading=room.trading,
        desks=room.trading._desks,
        contracts=room.contracts,
        records=files.records,
        store=files.store,
        stop=StopRequest(),
    )
