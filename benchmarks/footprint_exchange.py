"""The exchange of the footprint benchmark, in a process of its own: ten symbols that trade a lot.

python -m benchmarks.footprint_exchange SPEED HISTORY_MINUTES TRADES_PER_MINUTE
"""

import sys
from decimal import Decimal
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
from noctule.app.sim_keys import sim_key_pair
from noctule.domain.values import MINUTE_MS
from noctule.ports.clock import Clock

__all__ = ["SEED", "SYMBOLS"]

SEED: Final = 1
_FUNDS: Final = Decimal(10_000)
_HOURS_MS: Final = 12 * 60 * MINUTE_MS
_FAMILIAR: Final = default_rules()[:7]  # the others are strange on purpose
_RULES: Final[tuple[Rules, ...]] = (
    *_FAMILIAR,
    *(replace(_FAMILIAR[n], symbol=f"COIN{n}USDT", base_asset=f"COIN{n}") for n in range(3)),
)
SYMBOLS: Final = tuple(each.symbol for each in _RULES)


async def serve(speed: float, history_minutes: int, trades: int) -> None:
    """Serve until the process is ended."""
    clock = SystemClock()
    protocol = Protocol(
        make_venue(_market(clock, history_minutes, trades), seed=SEED),
        Setup(clock=clock, speed=speed, seed=SEED),
    )
    key, secret = sim_key_pair(SEED)
    protocol.venue.exchange.open_account(key=key, secret=secret, deposit=_FUNDS)
    async with SimServer(protocol) as server:
        sys.stdout.write(f"{server.rest_url} {server.stream_url}\n")
        sys.stdout.flush()
        await clock.sleep_ms(_HOURS_MS)


def _market(clock: Clock, history_minutes: int, trades: int) -> Market:
    open_ms = clock.now_ms()
    start_ms = open_ms - history_minutes * MINUTE_MS
    return Market(
        rules=_RULES,
        start_ms=start_ms,
        open_ms=open_ms,
        source=lambda _: generate(_RULES, Random(SEED), start_ms=start_ms, steps=trades),
    )


if __name__ == "__main__":
    uvloop.run(serve(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
