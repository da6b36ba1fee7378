"""A stage for a run that nobody recorded: the parts of a replay, with known contracts."""

from pathlib import Path

from noctule.adapters.store.journal_records import RunBegan
from noctule.app.replay.clock import RecordedClock
from noctule.app.replay.configuration import configuration_of
from noctule.app.replay.stage import Stage
from noctule.domain.memory import DeskMemory
from noctule.engine.deeds import ContractsKnown
from tests.builders import BTCUSDT, START_MS, instrument
from tests.fakes.desk_events import ACCOUNT
from tests.fakes.home import config_at

__all__ = ["run_told", "stage_at"]


def run_told(
    home: Path, *overrides: str, memory: DeskMemory | None = None, account: str | None = ACCOUNT
) -> RunBegan:
    """Return what a bot at home writes of itself when it begins."""
    configuration = config_at(home, *overrides).load()
    return RunBegan(
        at_ms=START_MS,
        version="1",
        fingerprint=configuration.fingerprint,
        settings={
            f"{each.section}.{each.key}": each.text for each in configuration.settings.each()
        },
        strategies={},
        memory=memory,
        account=account,
    )


def stage_at(
    home: Path, clock: RecordedClock | None = None, *, memory: DeskMemory | None = None
) -> Stage:
    """Return the stage of such a run."""
    run = run_told(home, memory=memory)
    clock = clock or RecordedClock()
    clock.show(now_ms=START_MS, elapsed_ms=0)
    known = ContractsKnown(instruments={BTCUSDT: instrument()}, terms={})
    return Stage(run, configuration_of(run, home), known, clock)
