"""The built-in market: seeded, endless, several symbols that move together.

Nothing but the Random decides, so the same seed gives the same market in every process.
"""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final, TypeAlias

from noctule.adapters.sim.character import character_of
from noctule.adapters.sim.generated_symbol import GeneratedSymbol
from noctule.adapters.sim.intervals import MINUTE_MS
from noctule.adapters.sim.lively import Lively
from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.source import Instant, MarketEvent
from noctule.adapters.sim.temper import Temper, season

__all__ = ["STEPS", "MakeTemper", "generate"]

STEPS: Final = 6  # a minute: each symbol trades at most so many times in it

MakeTemper: TypeAlias = Callable[[Random], Temper | Lively]


def generate(
    rules: Sequence[Rules],
    random: Random,
    *,
    start_ms: int,
    steps: int = STEPS,
    make_temper: MakeTemper = Temper,
) -> Iterator[MarketEvent]:
    """Yield a market without end, from the first whole minute after the start."""
    assert 0 < steps * len(rules) < MINUTE_MS, f"{steps} steps of {len(rules)} symbols"
    temper = make_temper(random)
    minute_ms = -(-start_ms // MINUTE_MS) * MINUTE_MS
    symbols = [
        GeneratedSymbol(each, character_of(each.symbol), random, start_ms=minute_ms)
        for each in rules
    ]
    while True:
        yield Instant(time_ms=minute_ms)
        _enter(symbols, temper, minute_ms // MINUTE_MS, steps=steps)
        for step in range(steps):
            common = random.gauss(0, 1)
            yield from _step(symbols, common, minute_ms + step * MINUTE_MS // steps)
        minute_ms += MINUTE_MS


def _enter(
    symbols: Sequence[GeneratedSymbol], temper: Temper | Lively, minute: int, *, steps: int
) -> None:
    volatility, busy = temper.volatility(minute), season(minute)
    for symbol in symbols:
        if temper.changed:
            symbol.settle_anchor()
        symbol.enter_minute(mood=temper.mood, volatility=volatility, season=busy, steps=steps)


def _step(symbols: Sequence[GeneratedSymbol], common: float, step_ms: int) -> Iterator[MarketEvent]:
    """Move all symbols by one shock; each trades a millisecond after the one before."""
    for late_ms, symbol in enumerate(symbols):
        symbol.move(common)
        tick = symbol.tick(step_ms + late_ms)
        if tick is not None:
            yield tick
        yield symbol.mark(step_ms + late_ms)
