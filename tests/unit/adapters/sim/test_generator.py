"""The built-in market looks like one: clusters, fat tails, kinship, thin minutes, no end."""

import hashlib
import math
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice, pairwise
from random import Random
from statistics import correlation, fmean, pstdev

import msgspec
import pytest

from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.generator import generate
from noctule.adapters.sim.intervals import MINUTE_MS
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.source import Instant, MarketEvent
from tests.fakes.sim_market import START_MS, rules_of

MAJORS = ("BTCUSDT", "ETHUSDT", "SOLUSDT", "LTCUSDT", "DOGEUSDT", "XRPUSDT", "BNBUSDT")
DAY = 1_440


def digest(events: Iterator[MarketEvent], count: int) -> str:
    lines = (msgspec.json.encode(event) for event in islice(events, count))
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def market(*symbols: str, seed: int = 1, steps: int = 6) -> Iterator[MarketEvent]:
    return generate(rules_of(*symbols), Random(seed), start_ms=START_MS, steps=steps)


def closes(events: Iterator[MarketEvent], minutes: int) -> dict[str, list[float]]:
    """Return every symbol's closing prices, beginning when all have traded."""
    last: dict[str, float] = {}
    rows: dict[str, list[float]] = {}
    for event in events:
        if isinstance(event, Tick):
            last[event.symbol] = float(event.price)
        elif isinstance(event, Instant):
            for symbol, price in last.items():
                rows.setdefault(symbol, []).append(price)
            if event.time_ms >= START_MS + minutes * MINUTE_MS:
                break
    return rows


def returns(prices: list[float]) -> list[float]:
    return [math.log(after / before) for before, after in pairwise(prices)]


@pytest.fixture(scope="module")
def moves() -> dict[str, list[float]]:
    rows = closes(market(*MAJORS, steps=2), 10 * DAY)
    return {symbol: returns(prices) for symbol, prices in rows.items()}


@pytest.mark.parametrize("symbol", MAJORS)
def test_absolute_returns_autocorrelate(moves: dict[str, list[float]], symbol: str) -> None:
    sizes = [abs(move) for move in moves[symbol]]
    assert correlation(sizes[1:], sizes[:-1]) > 0.1


@pytest.mark.parametrize("symbol", MAJORS)
def test_returns_themselves_do_not(moves: dict[str, list[float]], symbol: str) -> None:
    assert abs(correlation(moves[symbol][1:], moves[symbol][:-1])) < 0.1


@pytest.mark.parametrize("symbol", MAJORS)
def test_returns_have_fat_tails(moves: dict[str, list[float]], symbol: str) -> None:
    mean, spread = fmean(moves[symbol]), pstdev(moves[symbol])
    kurtosis = fmean(((move - mean) / spread) ** 4 for move in moves[symbol])
    assert kurtosis > 5


def test_majors_move_together_but_not_as_one(moves: dict[str, list[float]]) -> None:
    pairs = [
        correlation(moves[one], moves[other]) for one in MAJORS for other in MAJORS if one < other
    ]
    assert 0.5 < min(pairs) <= max(pairs) < 0.9


def test_a_day_moves_a_major_by_a_few_percent(moves: dict[str, list[float]]) -> None:
    for symbol in MAJORS:
        assert 0.01 < pstdev(moves[symbol]) * math.sqrt(DAY) < 0.10


def test_minutes_without_trades_occur_on_the_thin_symbol_only() -> None:
    traded: dict[str, set[int]] = {"BTCUSDT": set(), "THINUSDT": set()}
    for event in market(*traded):
        if event.time_ms >= START_MS + 600 * MINUTE_MS:
            break
        if isinstance(event, Tick):
            traded[event.symbol].add(event.time_ms // MINUTE_MS)
    assert len(traded["BTCUSDT"]) == 600
    assert 200 < len(traded["THINUSDT"]) < 500


def test_more_is_traded_in_the_afternoon_than_at_night() -> None:
    volumes = [0.0] * 24
    for event in market("BTCUSDT", steps=2):
        if event.time_ms >= START_MS + 10 * DAY * MINUTE_MS:
            break
        if isinstance(event, Tick):
            hour = (event.time_ms - START_MS) // (60 * MINUTE_MS) % 24
            volumes[hour] += float(event.quote_qty)
    assert sum(volumes[13:18]) > 1.5 * sum(volumes[1:6])


def test_prices_stay_positive_on_the_grid_and_near_home_for_four_months() -> None:
    (rules,), prices = rules_of("DOGEUSDT"), list[float]()
    for event in market("DOGEUSDT", steps=1):
        if event.time_ms >= START_MS + 120 * DAY * MINUTE_MS:
            break
        if isinstance(event, Tick):
            assert event.price % rules.tick == 0
            prices.append(float(event.price))
    assert len(prices) > 100 * DAY
    assert 0.01 < min(prices) < max(prices) < 1.5


def test_mark_index_and_last_are_three_prices() -> None:
    last = 0.0
    differences = set[tuple[bool, bool]]()
    for event in islice(market("BTCUSDT"), 5_000):
        if isinstance(event, Tick):
            last = float(event.price)
        elif isinstance(event, MarkTick) and last:
            differences.add((float(event.mark) == last, event.mark == event.index))
    assert (False, False) in differences


def test_events_come_in_the_order_of_their_times_and_begin_on_a_minute() -> None:
    symbols = [rules.symbol for rules in default_rules()]
    events = list(islice(generate(rules_of(*symbols), Random(1), start_ms=START_MS + 1), 5_000))
    times = [event.time_ms for event in events]
    assert times == sorted(times)
    assert events[0] == Instant(time_ms=START_MS + MINUTE_MS)


def test_every_minute_begins_with_an_instant_so_that_candles_end() -> None:
    instants = [event for event in islice(market("THINUSDT"), 2_000) if isinstance(event, Instant)]
    steps = {after.time_ms - before.time_ms for before, after in pairwise(instants)}
    assert steps == {MINUTE_MS}


def test_another_seed_is_another_market() -> None:
    assert digest(market("BTCUSDT", seed=1), 100) != digest(market("BTCUSDT", seed=2), 100)


def test_the_same_seed_gives_the_same_bytes_in_every_process() -> None:
    script = (
        "from tests.unit.adapters.sim.test_generator import digest, market\n"
        "print(digest(market('BTCUSDT', 'THINUSDT'), 5_000))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)},
    )
    assert run.stdout.strip() == digest(market("BTCUSDT", "THINUSDT"), 5_000)
