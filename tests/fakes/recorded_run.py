"""A short run of the whole bot in lock-step, with its journal; and hands that change a copy."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from math import sin
from pathlib import Path
from random import Random
from typing import Any, Final
from zlib import crc32

import msgspec

from noctule.app.bot import TradingBot
from noctule.app.process import live
from tests.fakes.home import config_at

__all__ = ["change", "copy_of", "kinds_of", "record_run"]

_OPEN_MS: Final = 1_700_006_400_000
_HISTORY, _MINUTES = 500, 90  # candles; the first are read before the replay of the file begins
_INI: Final = """\
[trading]
symbols = BTCUSDT
warmup_candles = 20
higher_timeframes = 5m
[strategy]
name = sma_cross
fast = 2
slow = 5
[risk]
cooldown_losses = 1
cooldown_minutes = 5
"""


def record_run(home: Path) -> Path:
    """Let a bot trade until its data are over, and return its store."""
    data = _candle_file(home)
    words = (f"sim.data={data}", "sim.speed=0", "sim.seed=7")
    bot = TradingBot.create(config_at(home, *words, ini=_INI), jitter=Random(1))
    assert asyncio.run(live(bot)) is None
    (store,) = (home / "logs/state").glob("*.db")
    return store


def copy_of(store: Path, home: Path) -> Path:
    """Return a store of one's own, to be changed."""
    return Path(shutil.copy(store, home / "copy.db"))


def kinds_of(store: Path) -> Mapping[str, int]:
    """Return how many records of each kind there are."""
    with closing(sqlite3.connect(store)) as connection:
        return dict(connection.execute("SELECT kind, count(*) FROM journal GROUP BY kind"))


def change(store: Path, kind: str, alter: Callable[[dict[str, Any]], bool]) -> int:
    """Change the first record that the hand takes, its checksum too; return its number."""
    with closing(sqlite3.connect(store)) as connection, connection:
        rows = connection.execute(
            "SELECT number, record FROM journal WHERE kind = ? ORDER BY number", (kind,)
        )
        for number, content in rows.fetchall():
            told = msgspec.msgpack.decode(content)
            if alter(told):
                written = msgspec.msgpack.encode(told)
                connection.execute(
                    "UPDATE journal SET record = ?, checksum = ? WHERE number = ?",
                    (written, crc32(written), number),
                )
                return int(number)
    raise AssertionError(f"no {kind} was taken")


def _candle_file(folder: Path) -> Path:
    """Write a market that swings, so that averages cross again and again."""
    random, price, rows = Random(3), 60_000.0, []
    for minute in range(_HISTORY + _MINUTES):
        opened = price
        price = round(opened + sin(minute / 3) * 90 + random.gauss(0, 25), 1)
        high = max(opened, price) + abs(random.gauss(0, 15))
        low = min(opened, price) - abs(random.gauss(0, 15))
        at_ms = _OPEN_MS + minute * 60_000
        prices = ",".join(f"{each:.1f}" for each in (opened, high, low, price))
        rows.append(f"{at_ms},{prices},20,{at_ms + 59_999},{20 * price:.1f},50,10,{10 * price:.1f}")
    file = folder / "BTCUSDT-1m-2023-11.csv"
    file.write_text("\n".join(rows) + "\n")
    return file
