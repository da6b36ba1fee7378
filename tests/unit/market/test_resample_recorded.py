"""The exchange's own higher bars, recorded and simulated, are what we build from its base ones."""

from collections.abc import Iterable
from functools import cache
from itertools import takewhile
from random import Random
from typing import TypeAlias

import pytest

from noctule.adapters.sim.events import Tick
from noctule.adapters.sim.generator import generate
from noctule.adapters.sim.klines import Kline, Klines
from noctule.domain.market import Candle
from noctule.domain.values import Timeframe
from noctule.market.resample import Resampler
from tests.builders import BTCUSDT
from tests.conformance.fixtures import needs_data
from tests.fakes.recorded import recorded_in_all
from tests.fakes.sim_market import rules_of

Key: TypeAlias = tuple[Timeframe, int]

MINUTE_MS = 60_000
ODD_5M = (Timeframe.M5, 1_692_200_400_000)  # 2023-08-16 15:40: BTC's volumes do not add up
ODD_4H = (Timeframe.H4, 1_699_617_600_000)  # 2023-11-10 12:00: 1h and 4h disagree since 15:00
HALTED_MS = [1_694_507_700_000, 1_694_508_000_000, 1_694_508_300_000]  # 2023-09-12 08:35 …
FIRST_MINUTE_MS = 1_835_388_420_000  # 2028-02-28 22:07: a leap day and a month's end are near
MINUTES = 34 * 1_440  # the whole of March is in them
HALT = range(2_000, 2_400)  # minutes in which nobody trades


@needs_data
@pytest.mark.parametrize(
    ("symbol", "base", "higher", "count", "odd"),
    [
        ("BTCUSDT", Timeframe.M1, Timeframe.M5, 864, {ODD_5M}),
        ("LTCUSDT", Timeframe.M1, Timeframe.M5, 864, set[Key]()),
        ("BTCUSDT", Timeframe.M5, Timeframe.H1, 6_552, set[Key]()),
        ("ETHUSDT", Timeframe.M5, Timeframe.H1, 2_208, set[Key]()),
        ("BTCUSDT", Timeframe.H1, Timeframe.H4, 2_994, {ODD_4H}),
        ("ETHUSDT", Timeframe.H1, Timeframe.H4, 2_994, {ODD_4H}),
        ("ADAUSDT", Timeframe.H1, Timeframe.H4, 2_994, {ODD_4H}),
    ],
)
def test_every_recorded_bar_is_built_from_the_recorded_ones_below_it(
    symbol: str, base: Timeframe, higher: Timeframe, count: int, odd: set[Key]
) -> None:
    built = by_opening(resampled(recorded_in_all(symbol, base), higher))
    told = by_opening(recorded_in_all(symbol, higher))
    both = built.keys() & told.keys()

    assert len(both) == count
    assert {key for key in both if figures(built[key]) != figures(told[key])} == odd


@needs_data
def test_the_recorded_halt_of_trading_is_in_what_was_compared() -> None:
    idle = [bar for bar in recorded_in_all("BTCUSDT", Timeframe.M5) if bar.is_idle]
    assert [bar.open_ms for bar in idle] == [
        1_694_507_700_000,
        1_694_508_000_000,
        1_694_508_300_000,
    ]


@pytest.mark.parametrize("higher", [each for each in Timeframe if each.ms_max > MINUTE_MS])
def test_every_simulated_bar_is_built_from_the_simulated_minutes(higher: Timeframe) -> None:
    minutes = simulated()["1m"]
    built = by_opening(resampled(minutes, higher))
    told = by_opening(simulated().get(higher, ()))
    partial = [key for key, bar in told.items() if bar.open_ms < minutes[0].open_ms]

    assert built.keys() == told.keys() - partial
    assert [figures(bar) for bar in built.values()] == [figures(told[key]) for key in built]
    assert [bar.trades for bar in built.values()] == [told[key].trades for key in built]


def test_the_simulated_market_has_idle_minutes_and_hours_a_leap_day_and_a_whole_month() -> None:
    idle = {name: sum(bar.is_idle for bar in bars) for name, bars in simulated().items()}
    assert idle["1m"] > 1_000
    assert idle["1h"] == 6
    assert [bar.open_ms for bar in simulated()["1M"]] == [
        1_832_976_000_000,  # 2028-02, which had begun
        1_835_481_600_000,  # 2028-03
    ]


def resampled(base: Iterable[Candle], higher: Timeframe) -> list[Candle]:
    first, *rest = base
    resampler = Resampler([higher], base=first.timeframe)
    return [bar for each in (first, *rest) for bar in resampler.add(each)]


def by_opening(bars: Iterable[Candle]) -> dict[Key, Candle]:
    return {(bar.timeframe, bar.open_ms): bar for bar in bars}


def figures(bar: Candle) -> tuple[float, ...]:
    """Return prices to the last digit, and the volume without the dust of its additions."""
    return bar.open, bar.high, bar.low, bar.close, round(bar.volume, 6), bar.close_ms


@cache
def simulated() -> dict[str, list[Candle]]:
    """Let the simulated exchange draw a month of every interval; it shares no code with us."""
    klines, told, random = Klines(), dict[str, list[Candle]](), Random(4)
    market = generate(rules_of("BTCUSDT"), Random(3), start_ms=FIRST_MINUTE_MS, steps=1)
    end_ms = FIRST_MINUTE_MS + MINUTES * MINUTE_MS
    for event in takewhile(lambda event: event.time_ms < end_ms, market):
        for interval, kline in klines.roll(event.time_ms):
            told.setdefault(interval, []).append(drawn(kline, Timeframe(interval)))
        minute = (event.time_ms - FIRST_MINUTE_MS) // MINUTE_MS
        if isinstance(event, Tick) and minute not in HALT and random.random() < 0.9:
            klines.trade(event)
    return told


def drawn(kline: Kline, timeframe: Timeframe) -> Candle:
    return Candle(
        symbol=BTCUSDT,
        timeframe=timeframe,
        open_ms=kline.open_ms,
        close_ms=kline.close_ms,
        open=float(kline.open),
        high=float(kline.high),
        low=float(kline.low),
        close=float(kline.close),
        volume=float(kline.volume),
        quote_volume=float(kline.quote_volume),
        trades=kline.count,
        taker_buy_volume=float(kline.taker_buy_volume),
    )
