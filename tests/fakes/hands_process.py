"""The bot as a process of its own on the steered exchange, to be killed and started again."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from noctule.domain.signals import Direction, Signal
from tests.fakes.hands_exchange import HandsExchange
from tests.fakes.hands_home import overrides_for, write_ini
from tests.fakes.loopback import KEY, SECRET

__all__ = ["RECOVERED_MS_MAX", "Trader"]

RECOVERED_MS_MAX: Final = 3_000.0  # from the start of the process until all is protected
_ROOT: Final = Path(__file__).parents[2]
_START_MS_MAX: Final = 20_000.0
_QUIET_MS: Final = 250.0


class Trader:
    """One process at a time; the exchange, the clock and the home outlive it."""

    def __init__(self, exchange: HandsExchange, home: Path) -> None:
        self.exchange, self.watch, self.home = exchange, exchange.watch, home
        self._process: asyncio.subprocess.Process | None = None
        self._runs = 0
        write_ini(home)

    @property
    def is_alive(self) -> bool:
        """Tell whether the process runs."""
        return self._process is not None and self._process.returncode is None

    @property
    def log(self) -> str:
        """Return what the running, or the last, process has logged."""
        path = self.home / f"logs/run-{self._runs}.log"
        return path.read_text() if path.exists() else ""

    @property
    def last_words(self) -> str:
        """Return what the running, or the last, process has said on its way out."""
        return (self.home / f"stderr-{self._runs}").read_text()

    @property
    def marks(self) -> list[dict[str, str]]:
        """Return the points that the process has come to."""
        path = self.home / f"tally-{self._runs}"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    async def start(self, mark: str = "none") -> None:
        """Start the process, and wait until it trades."""
        self._runs += 1
        self.watch.note("test", f"starts the process, to die at {mark}")
        with (self.home / f"stderr-{self._runs}").open("w") as last_words:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.crash.trader"),
                *map(
                    str,
                    (self.home / "clock", self._script, mark, self.home / f"tally-{self._runs}"),
                ),
                *self._options(),
                cwd=self.home,
                env={
                    **os.environ,
                    "PYTHONPATH": f"{_ROOT / 'src'}:{_ROOT}",
                    "BINANCE_API_KEY": KEY,
                    "BINANCE_API_SECRET": SECRET,
                },
                stdout=asyncio.subprocess.DEVNULL,
                stderr=last_words,
            )
        await self.until(lambda: self._is_running or not self.is_alive, _START_MS_MAX)

    @property
    def exit_code(self) -> int | None:
        """Return how the last process ended; None while it runs."""
        return None if self._process is None else self._process.returncode

    async def end(self) -> None:
        """Kill the process, if it is there."""
        if self._process is not None and self.is_alive:
            self._process.kill()
            await self._process.wait()

    def lose_store(self) -> None:
        """Delete what the dead one remembered."""
        self.watch.note("test", "deletes the store")
        shutil.rmtree(self.home / "state", ignore_errors=True)

    async def signal(self, direction: Direction, stop: float, target: float) -> None:
        """Let a candle close on which the strategy says so."""
        said = Signal(direction=direction, reason="the script", stop=stop, target=target)
        await self._say(msgspec.to_builtins(said))

    async def move_stop(self, stop: float) -> None:
        """Let a candle close after which the stop is wanted elsewhere."""
        await self._say(stop)

    async def say(self, said: str) -> None:
        """Let a candle close on which the strategy does something else than to signal."""
        await self._say(said)

    async def _say(self, said: object) -> None:
        script = json.loads(self._script.read_text()) if self._script.exists() else {}
        script[f"BTCUSDT {self.exchange.next_close_ms}"] = said
        self._script.write_text(json.dumps(script))
        self.exchange.trade("60000")
        await asyncio.sleep(0.05)
        self.exchange.close_candle()

    async def settle(self, holds: Callable[[], bool], within_ms: float = 6_000) -> None:
        """Wait until something holds and nothing more happens, or the process is dead."""
        seen, quiet_since_ms = -1, self.watch.fair.now_ms()

        def is_settled() -> bool:
            nonlocal seen, quiet_since_ms
            now_ms, notes = self.watch.fair.now_ms(), _changes(self.exchange)
            if notes != seen:
                seen, quiet_since_ms = notes, now_ms
            is_quiet = now_ms - quiet_since_ms >= _QUIET_MS
            return not self.is_alive or (holds() and is_quiet)

        await self.until(is_settled, within_ms)

    async def until(self, holds: Callable[[], bool], within_ms: float) -> None:
        """Return as soon as something holds."""
        end_ms = self.watch.fair.now_ms() + within_ms
        while not holds():
            assert self.watch.fair.now_ms() < end_ms, f"it did not happen in time\n{self.story()}"
            await asyncio.sleep(0.01)

    def story(self) -> str:
        """Tell all that the exchange saw, and what each process logged."""
        began_ms = self.watch.notes[0].market_ms
        told = [f"{n.market_ms - began_ms:>7} {n.who:>8}  {n.text}" for n in self.watch.notes]
        logs = sorted((self.home / "logs").glob("run-*.log"))
        return "\n".join([*told, *(f"--- {path.name}\n{path.read_text()}" for path in logs)])

    @property
    def _is_running(self) -> bool:
        return " running" in self.log and self.exchange.is_heard("BTCUSDT")

    @property
    def _script(self) -> Path:
        return self.home / "script.json"

    def _options(self) -> list[str]:
        settings = (
            *overrides_for(self.exchange, self.home),
            f"logging.file={self.home / f'logs/run-{self._runs}.log'}",
        )
        return [word for each in settings for word in ("--set", each)]


def _changes(exchange: HandsExchange) -> int:
    return sum(
        note.who == "exchange" or (note.who == "bot" and not note.text.startswith("GET"))
        for note in exchange.watch.notes
    )
