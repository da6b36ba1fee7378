"""What a bot weighs: memory, the work of a start, and the work of watching a market.

    python -m benchmarks.footprint [--minutes 60] [--idle-seconds 30]

The exchange is in another process. A bot with ten symbols and three timeframes lives through the
minutes at 60 times their speed; its start counts from the first instruction of its process to the
log line that says it runs. Then another one watches the same symbols in real time, each of which
trades four times a second. 1 is returned when a bar is missed.

Bars: 90 MB resident, 1.0 s of processor for a start, 1 % of a core for watching, and nothing
loaded that a daemon has no use for.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct

from benchmarks.footprint_exchange import SEED, SYMBOLS
from noctule.adapters.clock import SystemClock

__all__ = ["Bot", "main"]

RESIDENT_MB_BAR, START_CPU_S_BAR, IDLE_SHARE_BAR = 90.0, 1.0, 0.01
# Frameworks and libraries of research, of terminals, of servers, and of other ways to ask.
UNWANTED: Final = (
    *("pandas", "numpy", "pyarrow", "plotly", "rich", "fastapi", "uvicorn", "starlette"),
    *("requests", "urllib3", "Crypto", "aiohttp", "prometheus_client", "sqlalchemy.orm"),
    *("noctule.adapters.sim.exchange", "noctule.adapters.sim.server"),
)
_SPEED: Final = 60
_HISTORY_MINUTES: Final = 7_600  # 500 candles of the longest timeframe
_TRADES: Final = 6  # of each symbol in a minute
_STREAMING_TRADES: Final = 240
_START_S_MAX: Final = 60.0
_SETTLE_S: Final = 5.0
_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_INI: Final = f"""\
[trading]
symbols = {", ".join(SYMBOLS)}
timeframe = 1m
higher_timeframes = 5m, 15m
[risk]
max_positions = {len(SYMBOLS)}
max_daily_loss = 1
max_drawdown = 1
"""


class Bot(Struct, frozen=True, kw_only=True):
    """A running bot: its process, and where it writes."""

    process: "subprocess.Popen[bytes]"
    home: Path

    @property
    def cpu_s(self) -> float:
        """Return the processor time of all its threads so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S

    @property
    def resident_mb(self) -> float:
        """Return how much memory it holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1_024

    def await_running(self) -> None:
        """Return once it says that it runs."""
        log, until_s = self.home / "logs/noctule.log", _now_s() + _START_S_MAX
        while not (log.exists() and " running\n" in log.read_text()):
            assert self.process.poll() is None, (self.home / "console").read_text()
            assert _now_s() < until_s, f"not running after {_START_S_MAX} s"
            time.sleep(0.005)

    def leave(self) -> list[str]:
        """Ask it to stop, and return the modules that it had loaded."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(90) == 0, (self.home / "console").read_text()[-2_000:]
        return (self.home / "modules").read_text().split("\n")


def _now_s() -> float:
    return SystemClock().elapsed_ms() / 1_000


class Findings(Struct, kw_only=True):
    """What was measured."""

    ready_mb: float = 0.0
    later_mb: float = 0.0
    start_cpu_s: float = 0.0
    idle_share: float = 0.0
    unwanted: list[str] = []

    def missed(self) -> Iterator[str]:
        """Name the bars that were missed."""
        if max(self.ready_mb, self.later_mb) > RESIDENT_MB_BAR:
            yield f"resident memory above {RESIDENT_MB_BAR:.0f} MB"
        if self.start_cpu_s > START_CPU_S_BAR:
            yield f"a start above {START_CPU_S_BAR} s"
        if self.idle_share > IDLE_SHARE_BAR:
            yield f"watching above {IDLE_SHARE_BAR:.0%} of a core"
        if self.unwanted:
            yield "modules that nobody needs"


def main() -> int:
    """Measure, print, and return 1 when a bar was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=20, help="of the market, for the memory")
    parser.add_argument("--idle-seconds", type=int, default=20)
    words = parser.parse_args()
    found = Findings()
    with tempfile.TemporaryDirectory() as folder:
        _grow(Path(folder) / "grown", found, minutes=words.minutes)
        _watch(Path(folder) / "watching", found, seconds=words.idle_seconds)
    print(f"resident at ready        {found.ready_mb:7.1f} MB")
    print(f"resident after {words.minutes:3} min   {found.later_mb:7.1f} MB")
    print(f"processor for a start    {found.start_cpu_s:7.2f} s")
    print(f"processor of watching    {found.idle_share:7.2%} of a core")
    print(f"unwanted modules         {', '.join(found.unwanted) or 'none'}")
    missed = list(found.missed())
    print(f"missed: {'; '.join(missed)}" if missed else "every bar is met")
    return 1 if missed else 0


def _grow(home: Path, found: Findings, *, minutes: int) -> None:
    """Let a bot live for some minutes of the market."""
    with _bot(home, speed=_SPEED, history=_HISTORY_MINUTES, trades=_TRADES) as bot:
        bot.await_running()
        found.start_cpu_s, found.ready_mb = bot.cpu_s, bot.resident_mb
        time.sleep(minutes * 60 / _SPEED)
        found.later_mb = bot.resident_mb
        loaded = set(bot.leave())
        found.unwanted = [name for name in UNWANTED if name in loaded]


def _watch(home: Path, found: Findings, *, seconds: int) -> None:
    """Let a bot watch the market in real time."""
    with _bot(home, speed=1, history=_STREAMING_TRADES, trades=_STREAMING_TRADES) as bot:
        bot.await_running()
        time.sleep(_SETTLE_S)
        spent_s, began_s = bot.cpu_s, _now_s()
        time.sleep(seconds)
        found.idle_share = (bot.cpu_s - spent_s) / (_now_s() - began_s)


@contextmanager
def _bot(home: Path, *, speed: int, history: int, trades: int) -> Iterator[Bot]:
    """Start an exchange and a bot on it, and end both."""
    (home / "configs").mkdir(parents=True)
    (home / "configs/noctule.ini").write_text(_INI)
    python = (sys.executable, "-m")
    exchange = subprocess.Popen(
        [*python, "benchmarks.footprint_exchange", str(speed), str(history), str(trades)],
        stdout=subprocess.PIPE,
    )
    try:
        assert exchange.stdout is not None
        rest_url, stream_url = exchange.stdout.readline().decode().split()
        settings = {
            "api.environment": "sim",
            "api.rest_url": rest_url,
            "api.stream_url": stream_url,
            "sim.speed": speed,
            "sim.seed": SEED,
        }
        sets = (word for pair in settings.items() for word in ("--set", "{}={}".format(*pair)))
        with (
            (home / "console").open("wb") as console,
            subprocess.Popen(
                [*python, "benchmarks.footprint_bot", str(home / "modules"), "run", *sets],
                cwd=home,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
                stdout=console,
                stderr=console,
            ) as process,
        ):
            try:
                yield Bot(process=process, home=home)
            finally:
                process.kill()
    finally:
        exchange.kill()
        exchange.wait()


if __name__ == "__main__":
    sys.exit(main())
