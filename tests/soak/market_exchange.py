"""A market of many symbols in a process of its own, so that the other's memory is the bot's alone.

Run as `python -m tests.soak.market_exchange SYMBOLS SPEED SEED`; prints its address as JSON.
"""

import asyncio
import json
import sys
from random import Random
from typing import Final

import uvloop
from msgspec.structs import replace

from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.generator import generate
from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.server import SimServer
from noctule.adapters.sim.venue import Market, make_venue
from tests.fakes.loopback import OPEN_MS, TOKEN

__all__ = ["many_symbols"]

_HISTORY_MS: Final = 10 * 60_000
_STEPS: Final = 4  # kline updates a candle, at most


def many_symbols(count: int) -> tuple[Rules, ...]:
    """Return the contract rules of so many symbols: the built-in ones, and others like them."""
    listed = default_rules()
    return tuple(
        listed[number]
        if number < len(listed)
        else replace(
            listed[number % 7], symbol=f"COIN{number:02}USDT", base_asset=f"COIN{number:02}"
        )
        for number in range(count)
    )


async def serve(*, symbols: int, speed: float, seed: int) -> None:
    """Serve until the process is ended."""
    rules, start_ms = many_symbols(symbols), OPEN_MS - _HISTORY_MS
    market = Market(
        rules=rules,
        start_ms=start_ms,
        open_ms=OPEN_MS,
        source=lambda _: generate(rules, Random(seed), start_ms=start_ms, steps=_STEPS),
    )
    setup = Setup(clock=SystemClock(), speed=speed, seed=seed, control_token=TOKEN)
    async with SimServer(Protocol(make_venue(market, seed=seed), setup)) as server:
        address = {"rest": server.rest_url, "stream": server.stream_url}
        sys.stdout.write(json.dumps(address) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(symbols=int(sys.argv[1]), speed=float(sys.argv[2]), seed=int(sys.argv[3])))
