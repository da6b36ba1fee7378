"""What a newcomer sees in the first minute, market by market: `python -m tests.soak.first_minute`.

Each seed is a bot of its own in a folder of its own, started as by `make run`, two at a time. It is
watched until its first trade is closed, or for a minute, and then left by Ctrl-C.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from msgspec import Struct

from noctule.adapters.clock import SystemClock

ROOT = Path(__file__).resolve().parents[2]
CANDLE_S_MAX, TRADE_S_MAX = 5.0, 60.0
MISSED_SHARE_MAX = 0.1  # 18 of 20 have traded within the minute
LEAVING_S_MAX = 20.0
CLOCK = SystemClock()
WORDS = ("CANDLE", "WAITS", "SIGNAL", "P&L")


class Minute(Struct, kw_only=True):
    """When each word was first seen, in seconds since the process began, and how it ended."""

    seed: int
    seen: dict[str, float]
    exit_code: int | None = None
    last: str = ""

    @property
    def is_good(self) -> bool:
        """Tell whether it was as it should be, but for the trade, of which some may be missing."""
        is_soon = self.seen.get("CANDLE", 1e9) <= CANDLE_S_MAX
        return is_soon and self.exit_code == 0


def watched(seed: int, options: Sequence[str]) -> Minute:
    """Live through one first minute."""
    minute = Minute(seed=seed, seen={})
    command = [sys.executable, str(ROOT / "main.py"), "run", "--set", f"sim.seed={seed}", *options]
    with tempfile.TemporaryDirectory() as home:
        began_ms = CLOCK.elapsed_ms()
        with subprocess.Popen(
            command, cwd=home, stderr=subprocess.PIPE, text=True, env=environment()
        ) as process:
            stopping = threading.Timer(TRADE_S_MAX, process.send_signal, (signal.SIGINT,))
            killing = threading.Timer(TRADE_S_MAX + LEAVING_S_MAX, process.kill)
            stopping.start()
            killing.start()
            is_asked = False
            for line in process.stderr or ():
                note(minute, line, (CLOCK.elapsed_ms() - began_ms) / 1_000)
                if minute.last and not is_asked:  # once: a second one forces
                    is_asked = True
                    stopping.cancel()
                    process.send_signal(signal.SIGINT)
            minute.exit_code = process.wait()
            stopping.cancel()
            killing.cancel()
    return minute


def environment() -> dict[str, str]:
    """Return ours without what would set the bot otherwise."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NOCTULE_")}


def note(minute: Minute, line: str, at_s: float) -> None:
    """Note the first time that a word is seen, and what was said last."""
    for word in WORDS:
        if f" {word} " in line:
            minute.seen.setdefault(word, at_s)
    if " P&L " in line:
        minute.last = line.split("P&L", 1)[1].strip()


def table(minutes: Sequence[Minute]) -> Iterator[str]:
    """Yield a line for each seed."""
    yield f"{'seed':>4} " + " ".join(f"{word:>7}" for word in WORDS) + "  exit  first trade"
    for each in minutes:
        times = [f"{each.seen[word]:7.1f}" if word in each.seen else f"{'-':>7}" for word in WORDS]
        yield f"{each.seed:>4} {' '.join(times)}  {each.exit_code!s:>4}  {each.last}"


def main() -> int:
    """Watch as many seeds as asked for, and say whether enough of them were good."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", type=int, nargs="?", default=20)
    parser.add_argument("options", nargs="*", help="options of `run`, after --")
    asked = parser.parse_args()
    with ThreadPoolExecutor(max_workers=2) as pool:
        minutes = [*pool.map(lambda seed: watched(seed, asked.options), range(1, asked.seeds + 1))]
    sys.stdout.writelines(f"{line}\n" for line in table(minutes))
    traded = sum("P&L" in each.seen for each in minutes)
    sys.stdout.write(f"{traded} of {asked.seeds} closed a trade in {TRADE_S_MAX:.0f} s\n")
    is_enough = asked.seeds - traded <= asked.seeds * MISSED_SHARE_MAX
    return 0 if is_enough and all(each.is_good for each in minutes) else 1


if __name__ == "__main__":
    sys.exit(main())
