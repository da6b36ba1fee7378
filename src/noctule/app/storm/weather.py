"""The market of a storm: four trades a candle, a mark every three seconds, and its shocks."""

import math
from collections.abc import Iterator
from decimal import Decimal
from heapq import merge
from random import Random
from typing import Final

from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.source import Instant, MarketEvent
from noctule.app.storm.story import Story

__all__ = ["PRICES", "weather"]

_MINUTE_MS: Final = 60_000
_TICK_MS: Final = 15_000
_MARK_MS: Final = 3_000
_FUNDING_MS: Final = 8 * 60 * _MINUTE_MS
PRICES: Final = {"BTCUSDT": 60_000.0, "ETHUSDT": 3_000.0, "SOLUSDT": 150.0}
_PER_TICK: Final = 0.0008


def weather(rules: tuple[Rules, ...], story: Story, *, start_ms: int) -> Iterator[MarketEvent]:
    """Yield it without end, each symbol's walk from its own seed."""
    yield from merge(
        *(_walk(each, story, start_ms + place) for place, each in enumerate(rules)),
        key=lambda event: event.time_ms,
    )


def _walk(rules: Rules, story: Story, start_ms: int) -> Iterator[MarketEvent]:
    random = Random(f"{story.seed} {rules.symbol}")
    price = PRICES.get(rules.symbol, 100.0)
    at_ms = start_ms
    while True:
        if at_ms % _MINUTE_MS < _MARK_MS:
            yield Instant(time_ms=at_ms)
        if (at_ms - start_ms) % _TICK_MS == 0:
            price *= math.exp(random.gauss(0, _PER_TICK * story.volatility))
            yield _tick(rules, price, at_ms, random)
        yield _mark(rules, price, at_ms)
        at_ms += _MARK_MS


def _tick(rules: Rules, price: float, at_ms: int, random: Random) -> Tick:
    at = rules.tick * max(1, round(price / float(rules.tick)))
    qty = rules.step * max(1, round(random.uniform(20_000, 400_000) / price / float(rules.step)))
    return Tick(
        symbol=rules.symbol,
        time_ms=at_ms,
        price=at,
        qty=qty,
        quote_qty=at * qty,
        count=3,
        taker_buy_qty=qty / 2,
        taker_buy_quote=at * qty / 2,
    )


def _mark(rules: Rules, price: float, at_ms: int) -> MarkTick:
    marked = Decimal(f"{price:.8f}")
    return MarkTick(
        symbol=rules.symbol,
        time_ms=at_ms,
        mark=marked,
        index=marked,
        funding_rate=Decimal("0.0001"),
        next_funding_ms=at_ms - at_ms % _FUNDING_MS + _FUNDING_MS,
    )
