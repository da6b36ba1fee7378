"""The whole length of the recorded candles, in lock-step over sockets and as a backtest.

`python -m tests.soak.backtest_parity [--home FOLDER] [WORD …]` runs each case whose name holds all
the words both ways, prints a table, and returns 1 where two runs differ in a digit. What a
lock-step run came to, which takes minutes, is kept as JSON in the folder and not run again.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import uvloop
from msgspec import Struct

from noctule.adapters.clock import SystemClock
from tests.conformance.fixtures import DATA
from tests.fakes.parity import Case, Outcome, backtest_outcome, cut, difference, sim_outcome
from tests.fakes.parity_cases import STRATEGIES, case

__all__ = ["Kept", "cases", "run_in_lock_step"]

_KLINES: Final = DATA / "klines"
_FUNDING: Final = "{}-funding-20230101-20240514.csv.gz"


class Kept(Struct, frozen=True, kw_only=True):
    """A lock-step run, as it stands in the folder."""

    case: Case
    outcome: Outcome
    took_s: float


def cases(home: Path) -> Iterator[Case]:
    """Yield what is run: quarters of 5m, sixteen months of 4h, and one that is broken off."""
    short, long = ("BTCUSDT", "ETHUSDT"), ("BTCUSDT", "ETHUSDT", "LTCUSDT")
    bitcoin = _KLINES / "BTCUSDT-5m-20230101-20230731.csv.gz"
    fives = (
        cut(bitcoin, home, first_day="2023-05-01", last_day="2023-07-31"),
        _KLINES / "ETHUSDT-5m-20230501-20230731.csv.gz",
    )
    fours = tuple(_KLINES / f"{symbol}-4h-20230101-20240513.csv.gz" for symbol in long)
    data = (*fours, *_fundings(long))
    for strategy in STRATEGIES:
        yield case(strategy, data, symbols=long, timeframe="4h", higher="1d")
    yield case("sma_cross", data, symbols=long, timeframe="4h", higher="1d", risk=())
    data = (*fives, *_fundings(short))
    for strategy in STRATEGIES:
        yield case(strategy, data, symbols=short, timeframe="5m", higher="1h")


def _fundings(symbols: tuple[str, ...]) -> Iterator[Path]:
    return (DATA / "funding" / _FUNDING.format(symbol) for symbol in symbols)


def run_in_lock_step(wanted: Case, home: Path) -> Kept:
    """Return what the run comes to; from the folder if it was made before."""
    file = home / f"{wanted.name.replace(' ', '_').replace(',', '')}.json"
    if file.exists():
        kept = msgspec.json.decode(file.read_bytes(), type=Kept, dec_hook=_path)
        if kept.case == wanted:
            return kept
    clock = SystemClock()
    began_ms = clock.elapsed_ms()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        place = Path(tempfile.mkdtemp(prefix="parity-"))
        outcome = runner.run(sim_outcome(wanted, place))
    kept = Kept(case=wanted, outcome=outcome, took_s=(clock.elapsed_ms() - began_ms) / 1_000)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(kept, enc_hook=str)))
    return kept


def _path(kind: type, told: object) -> object:
    return kind(told)


def main() -> int:
    """Run what is asked for, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("words", nargs="*")
    asked = parser.parse_args()
    home = asked.home or Path(tempfile.mkdtemp(prefix="noctule-parity-"))
    home.mkdir(parents=True, exist_ok=True)
    are_alike = True
    for each in cases(home):
        if all(word in each.name for word in asked.words):
            are_alike &= _compared(each, home)
    return 0 if are_alike else 1


def _compared(wanted: Case, home: Path) -> bool:
    """Run a case both ways, and write its line of the table."""
    kept, clock = run_in_lock_step(wanted, home), SystemClock()
    began_ms = clock.elapsed_ms()
    found = backtest_outcome(wanted, home / "backtest")
    took_s = (clock.elapsed_ms() - began_ms) / 1_000
    told = difference(kept.outcome, found)
    sys.stdout.write(
        f"{wanted.name:58} {len(kept.outcome.trades):5} trades, {kept.took_s:7.1f} s in lock-step,"
        f" {took_s:5.1f} s as a backtest: {told or 'alike'}\n"
    )
    sys.stdout.flush()
    return told is None


if __name__ == "__main__":
    sys.exit(main())
