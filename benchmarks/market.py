"""How fast the simulated market runs by itself: generated minutes, and candles through the tape."""

import resource
import time
from collections.abc import Iterable, Iterator
from decimal import Decimal
from random import Random

from noctule.adapters.sim.candles import Candle
from noctule.adapters.sim.events import Tick
from noctule.adapters.sim.funding_files import FundingRates
from noctule.adapters.sim.generator import generate
from noctule.adapters.sim.intervals import INTERVALS, MINUTE_MS
from noctule.adapters.sim.model import Quote, Rules
from noctule.adapters.sim.replay import play_candles, together
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.source import Instant, MarketEvent
from noctule.adapters.sim.tape import Tape

MINUTES = 5_000
CANDLES = 50_000
ROUNDS = 3


def main() -> None:
    """Print the best of several rounds for each source, alone and taped."""
    rules = default_rules()
    for count in (1, len(rules)):
        some = rules[:count]
        alone = min(exhaust(generated(some)) for _ in range(ROUNDS))
        told = min(tape(generated(some), some, INTERVALS) for _ in range(ROUNDS))
        report(f"generated minutes, {count} symbols", MINUTES / alone)
        report(f"generated minutes, {count} symbols, taped", MINUTES / told)
    for intervals in (("1m",), tuple(INTERVALS)):
        for count in (1, len(rules)):
            some = rules[:count]
            told = min(tape(replayed(some), some, intervals) for _ in range(ROUNDS))
            report(f"candles, {count} symbols, {len(intervals)} intervals, taped", CANDLES / told)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    print(f"{'peak memory':52}{peak_mb:12,.0f} MB")


def report(title: str, per_second: float) -> None:
    """Print one line."""
    print(f"{title:52}{per_second:12,.0f}/s")


def generated(rules: Iterable[Rules]) -> Iterator[MarketEvent]:
    """Yield some thousand minutes of the built-in market."""
    for event in generate(tuple(rules), Random(1), start_ms=0):
        if isinstance(event, Instant) and event.time_ms >= MINUTES * MINUTE_MS:
            return
        yield event


def replayed(rules: tuple[Rules, ...]) -> Iterator[MarketEvent]:
    """Yield the market of candles, the same number whatever the number of symbols."""
    return together(
        [
            play_candles(candles(each, CANDLES // len(rules)), funding=FundingRates())
            for each in rules
        ]
    )


def candles(rules: Rules, count: int) -> Iterator[Candle]:
    """Yield candles that go up and down."""
    for number in range(count):
        low = (1_000 + number % 97) * rules.tick
        yield Candle(
            symbol=rules.symbol,
            open_ms=number * MINUTE_MS,
            close_ms=(number + 1) * MINUTE_MS - 1,
            open=low + rules.tick,
            high=low + 9 * rules.tick,
            low=low,
            close=low + 5 * rules.tick,
            volume=Decimal("123.456"),
            quote_volume=Decimal("123456.789"),
            count=321,
            taker_buy_volume=Decimal("61.234"),
            taker_buy_quote=Decimal("61234.567"),
        )


def exhaust(events: Iterable[MarketEvent]) -> float:
    """Return the seconds it takes to draw all events."""
    began = time.perf_counter()
    for _ in events:
        pass
    return time.perf_counter() - began


def tape(events: Iterable[MarketEvent], rules: Iterable[Rules], intervals: Iterable[str]) -> float:
    """Return the seconds it takes to draw all events, tape them and hear what they cause."""
    last: dict[str, Decimal] = {}
    of_all = Tape(rules, lambda symbol: quote(last[symbol]), intervals=intervals)
    began = time.perf_counter()
    for event in events:
        of_all.see(event)
        if isinstance(event, Tick):
            last[event.symbol] = event.price
        of_all.updates(event)
    return time.perf_counter() - began


def quote(last: Decimal) -> Quote:
    """Return what the exchange would: here both sides are the last price."""
    one = Decimal(1)
    return Quote(last=last, bid=last, bid_qty=one, ask=last, ask_qty=one, mark=last, index=last)


if __name__ == "__main__":
    main()
