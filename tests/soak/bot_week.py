"""A week of the whole bot at 600 times the market's speed, on an exchange that hits back.

`python -m tests.soak.bot_week [--days 7] [--symbols 10] [--seed 1] [--home FOLDER]` takes 144
seconds a day, prints what it found, and returns 1 when a promise is broken: something nobody
handled, a position naked for too long, memory that grows, or four books (journal, trade log, audit
trail, the exchange's own trades) that differ in a digit.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from noctule.adapters.store.audit import Verified, verify
from noctule.app.sim_keys import sim_key_pair
from tests.soak.four_books import Books, books_of

__all__ = ["spend_week"]

SPEED: Final = 600
_DAY_S: Final = 86_400 / SPEED
_NAKED_LIMIT_MS: Final = 2_000
# A stop whose outcome is unknown is asked for and sent again; the close at the limit may be lost.
_NAKED_MS_MAX: Final = _NAKED_LIMIT_MS + 1_500
_GROWTH_MB_MAX: Final = 5.0
_LEAVING_S_MAX: Final = 70.0
_BAD_WORDS: Final = ("Traceback", "fatal", "handler failed", "task failed", "component failed")
_INI: Final = """\
[trading]
symbols = {symbols}
warmup_candles = 30
higher_timeframes = 5m, 15m
[strategy]
name = sma_cross
fast = 3
slow = 8
[risk]
risk_per_trade = 0.001
stop_loss = 0.004
take_profit = 0.006
max_positions = {count}
max_total_exposure = 20
max_daily_loss = 1
max_drawdown = 1
cooldown_losses = 0
max_correlation = 1
max_orders_per_minute = 1200
max_spread = 0.1
max_price_deviation = 0.5
stale_data_seconds = 30
naked_position_limit_ms = {naked_ms}
"""


class Findings(Struct, kw_only=True):
    """What a week came to."""

    exit_code: int | None = None
    left_s: float = 0.0
    rss_mb: dict[int, float] = {}  # by the day
    unhandled: list[str] = []
    warnings: int = 0
    naked: list[int] = []  # the longest, in milliseconds
    entered: int = 0  # times that something was naked
    is_naked: bool = False
    left_over: list[str] = []
    books: Books | None = None
    audit: str = ""

    def broken(self) -> Iterator[str]:
        """Say which promises were broken."""
        if self.exit_code != 0 or self.left_s > _LEAVING_S_MAX:
            yield f"it left with {self.exit_code} after {self.left_s:.1f} s"
        if self.unhandled:
            yield f"nobody handled {self.unhandled[:3]}"
        if self.naked and self.naked[-1] > _NAKED_MS_MAX:
            yield f"naked for {self.naked[-1]} ms"
        if self.is_naked or self.left_over:
            yield f"left naked, or left over: {self.left_over}"
        if self.books is None or not self.books.agree:
            yield "the books differ"
        if self.audit:
            yield f"the audit trail: {self.audit}"
        if self.growth_mb > _GROWTH_MB_MAX:
            yield f"memory grew by {self.growth_mb:.1f} MB"

    @property
    def growth_mb(self) -> float:
        """Return by how much more it takes on the last day than on the second."""
        days = sorted(self.rss_mb)
        return self.rss_mb[days[-1]] - self.rss_mb[min(2, days[-1])] if days else 0.0


async def spend_week(home: Path, *, days: float, symbols: int, seed: int) -> Findings:
    """Let the bot trade for so many days of market, ask it to leave, and compare the books."""
    found = Findings()
    key, secret = sim_key_pair(seed)
    exchange = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.soak.watched_exchange"),
        *(str(symbols), str(SPEED), str(seed), key, secret, str(home / "exchange")),
        stdout=asyncio.subprocess.PIPE,
    )
    assert exchange.stdout is not None
    try:
        rest_url, stream_url = json.loads(await exchange.stdout.readline())
        await _live(home, found, rest_url, stream_url, days=days, symbols=symbols, seed=seed)
    finally:
        exchange.terminate()
        await exchange.wait()
    _judge(home, found)
    return found


async def _live(
    home: Path,
    found: Findings,
    rest_url: str,
    stream_url: str,
    *,
    days: float,
    symbols: int,
    seed: int,
) -> None:
    (home / "configs").mkdir(parents=True, exist_ok=True)
    names = _names(symbols)
    (home / "configs/noctule.ini").write_text(
        _INI.format(symbols=", ".join(names), count=symbols, naked_ms=_NAKED_LIMIT_MS)
    )
    sets = {
        "api.environment": "sim",
        "api.rest_url": rest_url,
        "api.stream_url": stream_url,
        "sim.speed": SPEED,
        "sim.seed": seed,
        "logging.rotate_mb": 100,
    }
    with (home / "console").open("wb") as console:
        bot = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "noctule", "run"),
            *(word for name, value in sets.items() for word in ("--set", f"{name}={value}")),
            cwd=home,
            env={**os.environ, "JOURNAL_STREAM": "soak"},
            stdout=console,
            stderr=console,
        )
        day = 0
        while bot.returncode is None and day <= days:
            found.rss_mb[day] = _resident_mb(bot.pid)
            left_s = min(_DAY_S, (days - day) * _DAY_S)
            day += 1
            try:
                await asyncio.wait_for(asyncio.shield(bot.wait()), left_s or 0.01)
            except TimeoutError:
                continue
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        if bot.returncode is None:
            bot.send_signal(signal.SIGTERM)
        found.exit_code = await bot.wait()
        found.left_s = loop.time() - began_s


def _names(symbols: int) -> list[str]:
    from tests.soak.market_exchange import many_symbols

    return [each.symbol for each in many_symbols(symbols)]


def _judge(home: Path, found: Findings) -> None:
    """Read what the bot, its console and the exchange have written."""
    for path in sorted((home / "logs").glob("noctule.log*")):
        for line in path.read_text(errors="replace").splitlines():
            found.warnings += " WARNING " in line
            if any(word in line for word in _BAD_WORDS):
                found.unhandled.append(line[:300])
    seen: Mapping[str, list[int] | list[str] | int | bool] = json.loads(
        (home / "exchange/watch.json").read_text()
    )
    found.naked = [int(each) for each in seen["longest_ms"]]  # type: ignore[union-attr]
    found.entered = int(seen["spans"])  # type: ignore[arg-type]
    found.is_naked = bool(seen["naked"])
    found.left_over = [str(each) for each in seen["left_over"]]  # type: ignore[union-attr]
    found.books = books_of(home)
    verdict = verify(home / "logs/audit.jsonl")
    found.audit = "" if isinstance(verdict, Verified) and not verdict.gaps else repr(verdict)


def _resident_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    line = next(each for each in status.splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1_024


def main() -> int:
    """Spend a week, and print what it came to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--symbols", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, default=None)
    asked = parser.parse_args()
    home = asked.home or Path(tempfile.mkdtemp(prefix="noctule-week-"))
    found = asyncio.run(spend_week(home, days=asked.days, symbols=asked.symbols, seed=asked.seed))
    for name in found.__struct_fields__:
        sys.stdout.write(f"{name:10} {getattr(found, name)}\n")
    sys.stdout.write(f"growth     {found.growth_mb:+.1f} MB\n")
    broken = [*found.broken()]
    sys.stdout.write("\n".join([f"BROKEN: {each}" for each in broken] or ["all kept"]) + "\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
