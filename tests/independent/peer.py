"""What `backtesting.py` trades on the same candles: recorded, and how it is recorded anew.

python -m tests.independent.peer    writes golden/backtesting.json with the library itself
"""

import json
import subprocess
from collections.abc import Iterator, Sequence
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple, TypeAlias

from benchmarks.rivals.environments import python_of
from tests.independent.judged import RECORDED
from tests.independent.market import write_market
from tests.independent.plan import Plan
from tests.independent.rows import read_candles

__all__ = ["CASES", "Case", "Told", "as_told", "asked", "golden", "plan_of", "write_case"]

Told: TypeAlias = list[int | float]  # entered, left (both by their candles' open), side, prices

_GOLDEN: Final = Path(__file__).parent / "golden" / "backtesting.json"
_ROOT: Final = Path(__file__).parents[2]
_ASK_S_MAX: Final = 100
_CANDLES: Final = 6_000
_STEP_MS: Final = 300_000


class Case(NamedTuple):
    """A crossover with its stop and target, and the 5m candles it is played on."""

    name: str
    fast: int
    slow: int
    stop: str
    target: str
    recorded: str = ""  # a file of recorded candles; without one they are made up

    @property
    def is_here(self) -> bool:
        """Tell whether its candles can be had."""
        return not self.recorded or RECORDED is not None


CASES: Final = (
    Case("made up, far levels", 10, 30, "0.01", "0.02"),
    Case("made up, near levels", 5, 20, "0.002", "0.003"),
    Case("recorded, far levels", 10, 30, "0.01", "0.02", "BTCUSDT-5m-20230101-20230731"),
    Case("recorded, near levels", 5, 20, "0.002", "0.003", "BTCUSDT-5m-20230101-20230731"),
)


def plan_of(case: Case) -> Plan:
    """Return the settings by which the bot fills as the library does: at the close itself."""
    return Plan(
        fast=case.fast,
        slow=case.slow,
        reverse=True,
        balance=Decimal(1_000_000),
        risk_per_trade=Decimal("0.001"),
        stop_loss=Decimal(case.stop),
        take_profit=Decimal(case.target),
        cooldown_losses=0,
        spread_ticks=0,
    )


def write_case(case: Case, folder: Path) -> Path:
    """Write a case's candles into a file."""
    if not case.recorded:
        return write_market(
            folder,
            symbol="BTCUSDT",
            interval="5m",
            count=_CANDLES,
            tick=0.1,
            price=30_000.0,
            seed=1,
        )
    assert RECORDED is not None
    path = folder / "BTCUSDT-5m-slice.csv"
    candles = read_candles([RECORDED / "klines" / f"{case.recorded}.csv.gz"])
    candles.head(_CANDLES).to_csv(path, index=False)
    return path


def golden(case: Case, path: Path) -> list[Told]:
    """Return what the library traded when it was recorded, on these very candles."""
    kept = json.loads(_GOLDEN.read_text())["cases"][case.name]
    assert kept["candles"] == sha256(path.read_bytes()).hexdigest(), "other candles"
    trades: list[Told] = kept["trades"]
    return trades


def asked(case: Case, path: Path) -> dict[str, object]:
    """Ask the library itself, in an environment of its own."""
    plan = plan_of(case)
    numbers = (plan.fast, plan.slow, case.stop, case.target, 0.1, plan.history - 1)
    command = [str(python_of("backtesting")), "-W", "ignore"]
    done = subprocess.run(
        [*command, "-m", "tests.independent.with_backtesting", *map(str, numbers), str(path)],
        check=False,
        capture_output=True,
        text=True,
        cwd=_ROOT,
        timeout=_ASK_S_MAX,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def as_told(trades: Sequence[dict[str, object]]) -> Iterator[Told]:
    """Yield the bot's trades as the library tells its own: by the candles they happened in."""
    for trade in trades:
        opened_ms, closed_ms = trade["opened_ms"], trade["closed_ms"]
        assert isinstance(opened_ms, int)
        assert isinstance(closed_ms, int)
        at_close = trade["exit_reason"] == "signal"
        left_ms = closed_ms - _STEP_MS if at_close else closed_ms - closed_ms % _STEP_MS
        prices = (float(str(trade[name])) for name in ("entry_price", "exit_price"))
        yield [opened_ms - _STEP_MS, left_ms, 1 if trade["direction"] == "LONG" else -1, *prices]


def _record() -> None:
    cases, version = {}, None
    for case in CASES:
        with TemporaryDirectory() as folder:
            path = write_case(case, Path(folder))
            told = asked(case, path)
            candles = sha256(path.read_bytes()).hexdigest()
        version = told["version"]
        cases[case.name] = {"candles": candles, "trades": told["trades"]}
    made = "python -m tests.independent.peer"
    text = json.dumps({"library": "backtesting", "version": version, "made": made, "cases": cases})
    _GOLDEN.parent.mkdir(exist_ok=True)
    _GOLDEN.write_text(text.replace("[[", "[\n[").replace("], [", "],\n[") + "\n")


if __name__ == "__main__":
    _record()
