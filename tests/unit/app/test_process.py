import io
import signal
from pathlib import Path

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.process import live
from noctule.domain.errors import ConfigError
from tests.builders import START_MS
from tests.fakes.home import bot_at, wiring
from tests.fakes.quiet_collector import QuietCollector

STOPPING = (signal.SIGINT, signal.SIGTERM)


def lived(home: Path, *overrides: str) -> tuple[Exception | None, str]:
    """Let a bot live that is asked to stop before it begins; return its failure and its log."""

    async def main(clock: VirtualClock) -> Exception | None:
        bot = bot_at(home, wiring(clock, QuietCollector()), *overrides, console=io.StringIO())
        bot.stop.ask("the test")
        return await live(bot)

    failure = run_virtual(main, start_ms=START_MS)
    log = home / "logs/noctule.log"
    return failure, log.read_text() if log.exists() else ""


def test_a_life_that_ends_well_says_nothing(tmp_path: Path) -> None:
    failure, log = lived(tmp_path)

    assert failure is None
    assert "Shutdown complete" in log


def test_a_bot_asked_to_stop_before_it_started_starts_nothing(tmp_path: Path) -> None:
    _, log = lived(tmp_path)

    assert "running" not in log


def test_a_wrong_configuration_is_returned_and_not_logged(tmp_path: Path) -> None:
    failure, log = lived(tmp_path, "risk.max_positions=none")

    assert isinstance(failure, ConfigError)
    assert log == ""


def test_signals_that_come_after_the_end_change_nothing(tmp_path: Path) -> None:
    lived(tmp_path)

    assert [signal.getsignal(number) for number in STOPPING] == [signal.SIG_IGN] * 2
