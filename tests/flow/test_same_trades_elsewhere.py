"""The same seed and data make the same trades, wherever the exchange is: in here or over there."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import sin
from pathlib import Path
from random import Random
from typing import Any

import pytest

from noctule.app.bot import TradingBot
from noctule.app.process import live
from tests.fakes.home import config_at

ROOT = Path(__file__).resolve().parents[2]
OPEN_MS = 1_700_006_400_000
TOKEN = "step by step"
OF_THE_EXCHANGE = frozenset({"order_id"})
OF_REAL_TIME = frozenset({"naked_ms"})


def candle_file(folder: Path, *, minutes: int) -> Path:
    """Write a market that swings, so that averages cross again and again."""
    random, price, rows = Random(3), 60_000.0, []
    for minute in range(minutes):
        opened = price
        price = round(opened + sin(minute / 14) * 90 + random.gauss(0, 25), 1)
        high = max(opened, price) + abs(random.gauss(0, 15))
        low = min(opened, price) - abs(random.gauss(0, 15))
        at_ms = OPEN_MS + minute * 60_000
        prices = ",".join(f"{each:.1f}" for each in (opened, high, low, price))
        rows.append(f"{at_ms},{prices},20,{at_ms + 59_999},{20 * price:.1f},50,10,{10 * price:.1f}")
    file = folder / "BTCUSDT-1m-2023-11.csv"
    file.write_text("\n".join(rows) + "\n")
    return file


@asynccontextmanager
async def exchange_elsewhere(data: Path) -> AsyncIterator[str]:
    """Run the exchange in a process of its own, and say where it is."""
    words = ("--port", "0", "--json", "--speed", "0", "--seed", "7", "--control-token", TOKEN)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "main.py", "exchange", *words, "--data", str(data)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield json.loads(await process.stdout.readline())["rest_url"]
    finally:
        process.terminate()
        await process.wait()
    assert process.returncode == 0


def bot_at(home: Path, *overrides: str) -> TradingBot:
    home.mkdir()
    ini = "[strategy]\nname = sma_cross\nfast = 10\nslow = 30\n[risk]\ncooldown_losses = 100\n"
    return TradingBot.create(config_at(home, "sim.seed=7", *overrides, ini=ini), jitter=Random(1))


def trades_of(home: Path) -> list[dict[str, Any]]:
    """Return what a bot wrote of its trades, which ended with the data."""
    assert "the data are over" in (home / "logs/noctule.log").read_text()
    return [json.loads(line) for line in (home / "logs/trades.jsonl").read_text().splitlines()]


def without(line: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in names}


@pytest.mark.slow
async def test_a_bot_in_lock_step_trades_the_same_on_an_exchange_in_another_process(
    tmp_path: Path,
) -> None:
    data = candle_file(tmp_path, minutes=760)
    assert await live(bot_at(tmp_path / "here", f"sim.data={data}", "sim.speed=0")) is None
    async with exchange_elsewhere(data) as rest_url:
        address = (f"api.rest_url={rest_url}", f"sim.control_token={TOKEN}")
        assert await live(bot_at(tmp_path / "there", *address)) is None

    here, there = trades_of(tmp_path / "here"), trades_of(tmp_path / "there")
    aside = OF_THE_EXCHANGE | OF_REAL_TIME
    assert [without(line, aside) for line in there] == [without(line, aside) for line in here]
    assert sum(line["event"] == "position_closed" for line in here) >= 3
