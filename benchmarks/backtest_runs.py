"""Whole processes, timed from start to report: how long, how much memory, and what they say."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.backtest_loop import BALANCE, RISK
from benchmarks.rivals.environments import RIVALS, NotInstalled, python_of

__all__ = ["LOOP", "OURS", "Errand", "Measured", "Unmeasured", "contenders", "measure"]

OURS: Final = "noctule"
LOOP: Final = "loop"
_ROOT: Final = Path(__file__).parents[1]
_LOOK_S: Final = 0.02
_SETTINGS: Final[Mapping[str, object]] = {
    "strategy.reverse": "true",
    "sim.balance": int(BALANCE),
    "risk.risk_per_trade": f"{RISK:f}",
    "risk.cooldown_losses": 0,
    "risk.max_daily_loss": 1,
    "risk.max_drawdown": 1,
}


class Errand(NamedTuple):
    """A crossover, and the files it is to be traded on."""

    fast: int
    slow: int
    files: tuple[Path, ...]


class Measured(NamedTuple):
    """What one process told, and what it took."""

    candles: int
    trades: int
    engine_s: float  # without loading
    whole_s: float  # from start to report
    peak_mb: float
    cores: float  # that it had of the machine meanwhile, by the time it computed


class Unmeasured(Exception):
    """A process failed or took too long; the message says which."""


def contenders() -> tuple[dict[str, Path], dict[str, str]]:
    """Return who can run, with his interpreter, and why the others cannot."""
    able, unable = {OURS: Path(sys.executable), LOOP: Path(sys.executable)}, {}
    for rival in RIVALS:
        try:
            able[rival.name] = python_of(rival.name)
        except NotInstalled as exc:
            unable[rival.name] = str(exc)
    return able, unable


def measure(name: str, python: Path, errand: Errand, *, limit_s: float) -> Measured:
    """Run one process."""
    with tempfile.TemporaryDirectory() as folder:
        told, said = Path(folder) / "told.json", Path(folder) / "said"
        command = _command(name, python, errand, told)
        before_s = _computed_s()
        whole_s, peak_mb = _watched(command, said, limit_s=limit_s)
        cores = (_computed_s() - before_s) / whole_s
        text = told.read_text() if told.exists() else said.read_text().splitlines()[-1]
    candles, trades, engine_s = _figures(json.loads(text))
    return Measured(candles, trades, engine_s, whole_s, peak_mb, cores)


def _command(name: str, python: Path, errand: Errand, told: Path) -> Sequence[str]:
    asked = [str(errand.fast), str(errand.slow), *map(str, errand.files)]
    if name == LOOP:
        return [str(python), "-m", "benchmarks.backtest_loop", *asked]
    if name != OURS:
        return [str(python), "-W", "ignore", "-m", f"benchmarks.rivals.with_{name}", *asked]
    settings = {**_SETTINGS, "strategy.fast": errand.fast, "strategy.slow": errand.slow}
    said = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    data = ["--data", str(errand.files[0].parent), "--no-cache"]
    return [str(python), "main.py", "backtest", *data, "--json", str(told), *said]


def _watched(command: Sequence[str], said: Path, *, limit_s: float) -> tuple[float, float]:
    """Return how long it took and the most memory it ever had, as the kernel counts it."""
    complaint = said.with_suffix(".err")
    peak_mb, began_s = 0.0, time.perf_counter()
    with (
        said.open("wb") as out,
        complaint.open("wb") as err,
        subprocess.Popen(command, stdout=out, stderr=err, cwd=_ROOT) as process,
    ):
        while process.poll() is None:
            peak_mb = max(peak_mb, _peak_mb(process.pid))
            if time.perf_counter() - began_s > limit_s:
                process.kill()
                raise Unmeasured(f"more than {limit_s:.0f} s")
            time.sleep(_LOOK_S)
        whole_s = time.perf_counter() - began_s
    if process.returncode:
        told = complaint.read_text().strip()[-300:]
        raise Unmeasured(f"exit code {process.returncode}: {told}")
    return whole_s, peak_mb


def _computed_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _peak_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    kilobytes = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(next(kilobytes, "0")) / 1_000


def _figures(told: dict[str, object]) -> tuple[int, int, float]:
    """Read what a rival told in a line, or noctule in its JSON."""
    candles, trades = told["candles"], told.get("trades")
    engine_s = float(str(told["engine_s"]))
    if isinstance(candles, dict):
        measured = told["measured"]
        assert isinstance(measured, dict)
        return sum(candles.values()), int(measured["summary"]["total"]["trades"]), engine_s
    return int(str(candles)), int(str(trades)), engine_s
