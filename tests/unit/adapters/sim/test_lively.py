"""The lively market: something happens within minutes, and it leads nowhere."""

from collections.abc import Iterator
from itertools import islice, pairwise
from random import Random

import pytest

from noctule.adapters.sim.events import Tick
from noctule.adapters.sim.generator import generate
from noctule.adapters.sim.intervals import MINUTE_MS
from noctule.adapters.sim.lively import Lively
from noctule.strategies.sma_cross import AverageGap
from tests.builders import candles
from tests.fakes.sim_market import START_MS, rules_of

WARM, SEEN = 40, 57  # minutes before anybody looks, and those of the first minute at sixty times


def closes(seed: int, minutes: int) -> Iterator[float]:
    market = generate(rules_of("BTCUSDT"), Random(seed), start_ms=START_MS, make_temper=Lively)
    price, minute = 0.0, START_MS // MINUTE_MS
    for event in market:
        if event.time_ms // MINUTE_MS > minute:
            minute += 1
            yield price
        if minute >= START_MS // MINUTE_MS + minutes:
            return
        if isinstance(event, Tick):
            price = float(event.price)


def swings(seed: int) -> list[int]:
    """Return how many minutes each swing lasts."""
    temper, lengths, before = Lively(Random(seed)), [0], 0.0
    for minute in range(2_000):
        temper.volatility(minute)
        if before and (temper.mood.drift > 0) != (before > 0):
            lengths.append(0)
        before = temper.mood.drift
        lengths[-1] += 1
    return lengths[1:-1]


def test_it_turns_round_every_quarter_of_an_hour_or_so() -> None:
    lengths = swings(1)
    assert 14 <= min(lengths) < 17
    assert 22 < max(lengths) <= 25


@pytest.mark.parametrize("seed", range(1, 21))
def test_whoever_looks_for_a_minute_sees_the_averages_cross_and_the_price_move(seed: int) -> None:
    gap, crossings, prices = AverageGap(10, 30), 0, list(closes(seed, WARM + SEEN))
    for number, candle in enumerate(candles(prices)):
        gap.update(candle)
        is_seen = number >= WARM and gap.before is not None and gap.value is not None
        crossings += is_seen and (gap.before or 0) * (gap.value or 0) < 0
    seen = prices[WARM:]
    assert crossings >= 1
    assert max(seen) / min(seen) > 1.02  # further than from a stop to its target


def test_it_comes_back_to_where_it_began() -> None:
    day = list(closes(3, 3 * 1_440))
    assert max(abs(price / 64_000 - 1) for price in day) < 0.5
    assert any(before < 64_000 < after for before, after in pairwise(islice(day, 1_440, None)))
