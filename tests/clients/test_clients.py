"""Clients that none of us wrote trade on the simulated exchange, over real sockets.

Each script runs in its client's own virtual environment and tells the story of story.py, step by
step; what one of them cannot parse is our bug.
"""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.pacing import ByHand
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.server import SimServer
from noctule.adapters.sim.source import Instant, MarketEvent
from noctule.adapters.sim.venue import Listener, Market, Venue, make_venue
from tests.clients import figures
from tests.clients.access import Access
from tests.clients.environments import python_of
from tests.clients.steps import Kind

ROOT: Final = Path(__file__).resolve().parents[2]

KEY: Final = "foreign-client"
SECRET: Final = "its-secret"
TOKEN: Final = "the-test-moves-the-market"

HEDGERS: Final = ("connector", "python-binance")
SCRIPT_S_MAX: Final = 60
START_MS: Final = 1_760_000_000_000
MINUTE_MS: Final = 60_000
# The first is history at the opening; the second is a tick through the resting order.
PRICES: Final = ("60000", "60500.1", "61000", "59900", "60000")


@pytest.mark.slow  # the first run installs the client
@pytest.mark.parametrize("client", ["connector", "ccxt", "python-binance", "official-sdk"])
async def test_a_client_that_none_of_us_wrote_trades_to_the_last_digit(client: str) -> None:
    python = Path(sys.executable) if client == "connector" else python_of(client)
    module = f"tests.clients.with_{client.replace('-', '_')}"

    async with SimServer(the_exchange()) as server:
        told = json.dumps(asdict(access(server)))
        returned, output = await run(python, "-m", module, told)

    steps = Counter(line.split()[2] for line in output.splitlines() if line.startswith("ok "))
    assert returned == 0, output
    assert output.splitlines()[-1] == f"done {steps.total()}"
    assert steps.total() >= 25
    assert steps[Kind.VALUE] >= 12
    assert steps[Kind.CODE] >= 4
    # Those that can hold both sides of a symbol have done so, with margins apart.
    assert ("each with its margin" in output) == (client in HEDGERS)


async def run(program: Path, *arguments: str) -> tuple[int | None, str]:
    """Return a script's exit code and all it had to say, in time or not at all."""
    script = await asyncio.create_subprocess_exec(
        program, *arguments, cwd=ROOT, stdout=PIPE, stderr=STDOUT
    )
    try:
        async with asyncio.timeout(SCRIPT_S_MAX):
            said, _ = await script.communicate()
    finally:
        if script.returncode is None:
            script.kill()
    return script.returncode, said.decode()


def the_exchange() -> Protocol:
    return Protocol(venue, Setup(clock=SystemClock(), pace=ByHand(), control_token=TOKEN))


def venue(listener: Listener) -> Venue:
    """Return one contract's market, which moves by hand, and one account with a deposit."""
    rules = tuple(each for each in default_rules() if each.symbol == figures.SYMBOL)
    opened = Market(
        rules=rules,
        start_ms=START_MS,
        source=lambda _: events(),
        open_ms=START_MS + MINUTE_MS,
    )
    made = make_venue(opened)(listener)
    made.exchange.open_account(key=KEY, secret=SECRET, deposit=figures.DEPOSIT)
    return made


def events() -> Iterator[MarketEvent]:
    for minute, price in enumerate(map(Decimal, PRICES)):
        now_ms = START_MS + minute * MINUTE_MS
        yield MarkTick(
            symbol=figures.SYMBOL,
            time_ms=now_ms,
            mark=price,
            index=price,
            funding_rate=Decimal(0),
            next_funding_ms=START_MS + 480 * MINUTE_MS,
        )
        yield Tick(
            symbol=figures.SYMBOL,
            time_ms=now_ms,
            price=price,
            qty=Decimal(1),
            quote_qty=price,
            count=1,
            taker_buy_qty=Decimal(1),
            taker_buy_quote=price,
        )
        yield Instant(time_ms=now_ms + 1_000)  # a fired order reaches the market a little later


def access(server: SimServer) -> Access:
    return Access(
        rest=server.rest_url,
        streams=server.stream_url,
        trading=server.ws_api_url,
        key=KEY,
        secret=SECRET,
        token=TOKEN,
    )
