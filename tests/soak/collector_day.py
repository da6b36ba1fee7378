"""A day of market at 600 times its speed, with everything going wrong on the way to our senses.

`python -m tests.soak.collector_day [--symbols 30] [--hours 24] [--seed 1] [--traced] [--account]`
takes 144 s, prints what it found, and returns 1 when a promise is broken. Closes are compared by
digest, so that the memory measured is the collector's. `--traced` weighs allocations; `--account`
trades beside it, over a private stream whose key dies, and its books grow to their bounds.
"""

import argparse
import asyncio
import gc
import json
import sys
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Final

import aiohttp
import uvloop
from msgspec import Struct, field

from noctule.adapters.binance.collector import BinanceDataCollector, MarketRoads
from noctule.adapters.binance.market.questions import MarketRest
from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.rest.client import keys_of
from noctule.adapters.binance.rest.parts import rest_over
from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.clock import ScaledClock, SystemClock
from noctule.domain.events.data import CandleClosed, FeedLost, FeedRestored
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.loopback import KEY, SECRET, TOKEN
from tests.soak.account_day import AccountDay, AccountFindings
from tests.soak.market_exchange import many_symbols
from tests.soak.tally import Tally

__all__ = ["Day", "Findings", "spend_day"]

SPEED: Final = 600
HOUR_S: Final = 3_600 / SPEED
NOTICED_S_MAX: Final = 10.0
COMPARED_EVERY_H: Final = 6
# Several connections, as there are with hundreds of symbols; and blows that come every few seconds
# shall not add up to the back-off of an exchange that is down.
STREAMS: Final = StreamSettings(names_per_connection=20, stable_ms=1_000)
STANDING: Final = (  # what goes wrong all the time, as shares of the closes
    {"kind": "late_frame", "match": "*@kline_1m closed", "share": 0.01, "delay_ms": 150},
    {"kind": "dropped_frame", "match": "*@kline_1m closed", "share": 0.01},
    {"kind": "repeated_frame", "match": "*@kline_1m closed", "share": 0.02},
)
BLOWS: Final = ("cut_socket", "closed_socket", "mute_socket", "dead_klines")


class Findings(Struct, kw_only=True):
    """What a day came to."""

    closes: int = 0
    wrong: int = 0  # stretches of a symbol's closes that are not the exchange's history
    gaps: int = 0
    noticed_s: dict[str, list[float]] = {}
    unnoticed: int = 0
    rss_kb: dict[int, int] = {}  # by the hour
    traced_kb: dict[int, float] = {}
    counts: dict[str, int] = {}
    events: dict[str, int] = {}
    account: AccountFindings = field(default_factory=AccountFindings)

    @property
    def is_good(self) -> bool:
        """Tell whether every promise was kept."""
        slowest_s = max((each for times in self.noticed_s.values() for each in times), default=0)
        is_quick = slowest_s <= NOTICED_S_MAX and not self.unnoticed
        return is_quick and not (self.wrong or self.gaps) and self.account.is_good


class Day:
    """The collector at work, what it told, and who makes trouble for it."""

    def __init__(
        self, collector: BinanceDataCollector, session: aiohttp.ClientSession, seed: int
    ) -> None:
        self.collector = collector
        self.findings = Findings()
        self.tallies: dict[Symbol, Tally] = {}
        self.events = Counter[str]()
        self._session = session
        self._random = Random(seed)
        self._changed = asyncio.Event()
        self._down: set[Symbol] = set()

    async def listen(self) -> None:
        """Count everything the collector tells."""
        async for event in self.collector.events():
            self.events[type(event).__name__] += 1
            match event:
                case CandleClosed(candle=candle):
                    self.tallies[candle.symbol].add(candle)
                case FeedLost(symbol=symbol):
                    self._down.add(symbol)
                    self._changed.set()
                case FeedRestored(symbol=symbol):
                    self._down.discard(symbol)
                    self._changed.set()
                case _:
                    pass

    async def weigh(self, hours: int, *, is_traced: bool) -> None:
        """Note what the process takes, hour by hour."""
        for hour in range(hours + 1):
            gc.collect()
            self.findings.rss_kb[hour] = _resident_kb()
            if is_traced:
                self.findings.traced_kb[hour] = tracemalloc.get_traced_memory()[0] / 1_000
            await asyncio.sleep(HOUR_S)

    async def compare(self, rest: MarketRest) -> None:
        """Hold what was told against the exchange's history while it still has all of that."""
        while True:
            await asyncio.sleep(COMPARED_EVERY_H * HOUR_S)
            await self.compare_now(rest)

    async def compare_now(self, rest: MarketRest) -> None:
        """Hold what each symbol was told since the last time against the exchange's history."""
        for symbol, told in list(self.tallies.items()):
            self.tallies[symbol] = Tally(told.next_ms)
            rows = await rest.klines(
                symbol, Timeframe.M1, start_ms=told.first_ms, limit=told.count + 2, lane=Lane.GUARD
            )
            truth = Tally(told.first_ms)
            for row in rows:
                if told.next_ms is not None and row.open_ms < told.next_ms:
                    truth.add(row.candle(symbol, Timeframe.M1))
            self.findings.closes += told.count
            self.findings.gaps += told.gaps
            self.findings.wrong += told.digest.digest() != truth.digest.digest()

    async def strike(self) -> None:
        """Break a connection now and then, each time in another way, and time until it is told."""
        symbols = list(self.tallies)
        for number in range(1_000):
            await asyncio.sleep(self._random.uniform(2, 5))
            await self._until(lambda: not self._down)  # a blow needs something to hit
            kind, symbol = BLOWS[number % len(BLOWS)], self._random.choice(symbols)
            took_s = await self._blow(kind, symbol)
            if took_s is None:
                self.findings.unnoticed += 1
            else:
                self.findings.noticed_s.setdefault(kind, []).append(round(took_s, 2))

    async def arm(self, *faults: dict[str, object]) -> None:
        """Arm these and, behind them, the standing faults: the first that bites is the only one."""
        await self._control("DELETE")
        for fault in (*faults, *({**each, "times": None} for each in STANDING)):
            await self._control("POST", fault)

    async def _blow(self, kind: str, symbol: Symbol) -> float | None:
        """Let one thing happen to one symbol's connection; return after how long it was told."""
        loop = asyncio.get_running_loop()
        name = symbol.lower()
        began_s = loop.time()
        if kind == "dead_klines":  # every kline is dropped; mark prices and pongs go on
            await self.arm({"kind": "dropped_frame", "match": "*@kline_1m*", "times": None})
        else:
            await self.arm({"kind": kind, "match": f"{name}@kline_1m*", "times": 1})
        try:
            async with asyncio.timeout(2 * NOTICED_S_MAX):
                await self._until(lambda: symbol in self._down)
        except TimeoutError:
            return None
        finally:
            await self.arm()
        return loop.time() - began_s

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._changed.clear()
            await self._changed.wait()

    async def _control(self, method: str, fault: dict[str, object] | None = None) -> None:
        headers = {"X-CONTROL-TOKEN": TOKEN}
        async with self._session.request(
            method, "/control/faults", json=fault, headers=headers
        ) as response:
            assert response.status == 200, await response.text()


async def spend_day(
    *,
    symbols: int = 30,
    hours: int = 24,
    seed: int = 1,
    is_traced: bool = False,
    account_hours: int = 0,
) -> Findings:
    """Collect for so many hours of market, and compare with what the exchange has."""
    async with _exchange(symbols, seed) as (rest_url, stream_url):
        transport, real = HttpTransport(rest_url), SystemClock()
        asked = MarketRest(rest_over(transport, keys=None, clock=real, jitter=Random(seed)))
        clock = ScaledClock(real, start_ms=await asked.server_ms(), speed=SPEED)
        # As in the bot, candles and account share one budget.
        both = rest_over(transport, keys=keys_of(KEY, SECRET), clock=clock, jitter=Random(seed))
        rest, names = MarketRest(both), [Symbol(each.symbol) for each in many_symbols(symbols)]
        roads = MarketRoads(rest=rest, transport=transport, stream_url=stream_url)
        collector = BinanceDataCollector(
            roads,
            clock=clock,
            jitter=Random(seed),
            candles=[(name, Timeframe.M1) for name in names],
            streams=STREAMS,
        )
        async with aiohttp.ClientSession(rest_url) as session:
            day = Day(collector, session, seed)
            day.tallies = {name: Tally() for name in names}
            account = AccountDay(both, roads, session=session, findings=day.findings.account)
            async with asyncio.TaskGroup() as group:
                if account_hours:
                    group.create_task(account.spend(account_hours * HOUR_S))
                await _live_through(day, hours, rest, is_traced=is_traced)
        await transport.close()
    return day.findings


async def _live_through(day: Day, hours: int, rest: MarketRest, *, is_traced: bool) -> None:
    await day.arm()
    await day.collector.start()
    async with asyncio.TaskGroup() as group:
        group.create_task(day.listen())
        troubles = [group.create_task(day.strike()), group.create_task(day.compare(rest))]
        await day.weigh(hours, is_traced=is_traced)
        for trouble in troubles:
            trouble.cancel()
        await day.arm()
        await asyncio.sleep(HOUR_S)  # an hour of less trouble, for what is still missing
        await day.collector.stop()
    await day.compare_now(rest)
    counts = vars(day.collector.counts).items()
    day.findings.counts = {name: count for name, count in counts if isinstance(count, int)}
    day.findings.events = dict(day.events)


@asynccontextmanager
async def _exchange(symbols: int, seed: int) -> AsyncIterator[tuple[str, str]]:
    """Run the exchange in a process of its own."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.soak.market_exchange", str(symbols), str(SPEED), str(seed)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    try:
        address = json.loads(await child.stdout.readline())
        yield address["rest"], address["stream"]
    finally:
        child.terminate()
        await child.wait()


def _resident_kb() -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def main() -> int:
    """Run a day, and print what it came to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--symbols", type=int, default=30)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--traced", action="store_true")
    parser.add_argument("--account", action="store_true")
    asked = parser.parse_args()
    if asked.traced:
        tracemalloc.start()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(
            spend_day(
                symbols=asked.symbols,
                hours=asked.hours,
                seed=asked.seed,
                is_traced=asked.traced,
                account_hours=max(1, asked.hours - 5) if asked.account else 0,
            )
        )
    for name in found.__struct_fields__:
        sys.stdout.write(f"{name:10} {getattr(found, name)}\n")
    half, whole = asked.hours // 2, asked.hours
    sys.stdout.write(f"resident: {(found.rss_kb[whole] - found.rss_kb[half]) / 1_024:+.1f} MB\n")
    if asked.traced:
        sys.stdout.write(f"traced: {found.traced_kb[whole] - found.traced_kb[half]:+.0f} kB\n")
    return 0 if found.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
