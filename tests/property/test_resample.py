"""Higher bars equal brute force over their base candles, wherever one begins to look."""

from collections.abc import Sequence
from itertools import groupby
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.domain.market import Candle
from noctule.domain.values import Timeframe
from noctule.market.board import Board
from noctule.market.resample import Resampler
from tests.builders import BTCUSDT

PAIRS = [(base, higher) for base in Timeframe for higher in Timeframe if higher.is_built_from(base)]
SHORT_PAIRS = [(base, higher) for base, higher in PAIRS if higher.ms_max <= 48 * base.ms]
WIDE_MAX = 3  # bars that a long pair is tried on
instants = st.integers(0, 4_102_444_800_000)  # until 2100


def market(base: Timeframe, start_ms: int, count: int, seed: int) -> list[Candle]:
    """Draw base candles that follow one another: in eighths, whose sums are exact; some idle."""
    random, price, bars = Random(seed), 100.0, []
    open_ms, idle_share = base.open_of(start_ms), random.choice([0.0, 0.3, 0.95])
    for _ in range(count):
        bar = _traded(base, open_ms, price, random)
        if random.random() < idle_share:
            bar = _idle(base, open_ms, price)
        bars.append(bar)
        price, open_ms = bar.close, bar.close_ms + 1
    return bars


def _traded(base: Timeframe, open_ms: int, price: float, random: Random) -> Candle:
    steps = [random.randint(-8, 8) / 8 for _ in range(4)]
    opened, close = max(price + steps[0], 1.0), max(price + steps[1], 1.0)
    volume = random.randint(1, 80) / 8
    return Candle(
        symbol=BTCUSDT,
        timeframe=base,
        open_ms=open_ms,
        close_ms=base.close_of(open_ms),
        open=opened,
        high=max(opened, close) + abs(steps[2]),
        low=max(min(opened, close) - abs(steps[3]), 0.5),
        close=close,
        volume=volume,
        quote_volume=volume * 64,
        trades=random.randint(1, 99),
        taker_buy_volume=random.randint(0, int(volume * 8)) / 8,
    )


def _idle(base: Timeframe, open_ms: int, price: float) -> Candle:
    return Candle(
        symbol=BTCUSDT,
        timeframe=base,
        open_ms=open_ms,
        close_ms=base.close_of(open_ms),
        open=price,
        high=price,
        low=price,
        close=price,
        volume=0.0,
        quote_volume=0.0,
        trades=0,
        taker_buy_volume=0.0,
    )


def resampled(candles: Sequence[Candle], higher: Timeframe) -> list[Candle]:
    resampler = Resampler([higher], base=candles[0].timeframe)
    return [bar for candle in candles for bar in resampler.add(candle)]


def by_brute_force(candles: Sequence[Candle], higher: Timeframe) -> list[Candle]:
    """Group by the higher candle each one lies in, and keep the groups that have both ends."""
    groups = groupby(candles, key=lambda candle: higher.open_of(candle.open_ms))
    whole = [(open_ms, list(parts)) for open_ms, parts in groups]
    return [
        _summed(parts, higher)
        for open_ms, parts in whole
        if (parts[0].open_ms, parts[-1].close_ms) == (open_ms, higher.close_of(open_ms))
    ]


def _summed(parts: Sequence[Candle], higher: Timeframe) -> Candle:
    heard = [part for part in parts if part.volume or part.trades] or parts[-1:]
    return Candle(
        symbol=BTCUSDT,
        timeframe=higher,
        open_ms=parts[0].open_ms,
        close_ms=parts[-1].close_ms,
        open=heard[0].open,
        high=max(part.high for part in heard),
        low=min(part.low for part in heard),
        close=parts[-1].close,
        volume=sum(part.volume for part in parts),
        quote_volume=sum(part.quote_volume for part in parts),
        trades=sum(part.trades for part in parts),
        taker_buy_volume=sum(part.taker_buy_volume for part in parts),
    )


@pytest.mark.parametrize(("base", "higher"), PAIRS)
def test_every_bar_of_every_pair_is_what_brute_force_says(
    base: Timeframe, higher: Timeframe
) -> None:
    february_2028_ms = 1_832_976_000_000
    count = 2 * higher.ms_max // base.ms + 1
    candles = market(base, february_2028_ms - 3 * base.ms, count, seed=len(base + higher))
    bars = resampled(candles, higher)
    assert 1 <= len(bars) <= WIDE_MAX
    assert bars == by_brute_force(candles, higher)
    assert [bar.flaw() for bar in bars] == [None] * len(bars)


@given(
    pair=st.sampled_from(SHORT_PAIRS),
    start_ms=instants,
    count=st.integers(1, 200),
    seed=st.integers(0, 2**32),
)
def test_a_bar_is_what_brute_force_says_wherever_one_begins(
    pair: tuple[Timeframe, Timeframe], start_ms: int, count: int, seed: int
) -> None:
    base, higher = pair
    candles = market(base, start_ms, count, seed)
    assert resampled(candles, higher) == by_brute_force(candles, higher)


@given(
    pair=st.sampled_from(SHORT_PAIRS),
    start_ms=instants,
    cut=st.integers(0, 199),
    seed=st.integers(0, 2**32),
)
def test_who_begins_later_is_told_the_same_from_the_first_whole_bar_on(
    pair: tuple[Timeframe, Timeframe], start_ms: int, cut: int, seed: int
) -> None:
    base, higher = pair
    candles = market(base, start_ms, 200, seed)
    later = candles[cut:]
    assert resampled(later, higher) == [
        bar for bar in resampled(candles, higher) if bar.open_ms >= later[0].open_ms
    ]


@given(
    pair=st.sampled_from(SHORT_PAIRS),
    start_ms=instants,
    count=st.integers(1, 200),
    seed=st.integers(0, 2**32),
)
def test_bars_are_whole_possible_and_follow_one_another_with_all_that_was_traded(
    pair: tuple[Timeframe, Timeframe], start_ms: int, count: int, seed: int
) -> None:
    base, higher = pair
    candles = market(base, start_ms, count, seed)
    bars = resampled(candles, higher)
    assert all(bar.flaw() is None for bar in bars)
    assert all(bar.open_ms >= candles[0].open_ms for bar in bars)
    assert [bar.open_ms for bar in bars[1:]] == [bar.close_ms + 1 for bar in bars[:-1]]
    if bars:
        inside = [
            candle
            for candle in candles
            if bars[0].open_ms <= candle.open_ms and candle.close_ms <= bars[-1].close_ms
        ]
        assert sum(bar.volume for bar in bars) == sum(candle.volume for candle in inside)
        assert sum(bar.trades for bar in bars) == sum(candle.trades for candle in inside)


@given(start_ms=instants, count=st.integers(1, 120), seed=st.integers(0, 2**32))
def test_several_timeframes_at_once_are_each_as_if_alone_and_close_shortest_first(
    start_ms: int, count: int, seed: int
) -> None:
    higher = [Timeframe.H4, Timeframe.M30, Timeframe.M15, Timeframe.H1]
    candles = market(Timeframe.M5, start_ms, count, seed)
    resampler = Resampler(higher, base=Timeframe.M5)
    told = [resampler.add(candle) for candle in candles]
    for timeframe in higher:
        own = [bar for bars in told for bar in bars if bar.timeframe is timeframe]
        assert own == resampled(candles, timeframe)
    for bars in told:
        assert [bar.timeframe for bar in bars] == sorted(
            (bar.timeframe for bar in bars), key=list(Timeframe).index
        )


@given(
    start_ms=instants,
    now=st.integers(1, 250),
    reach=st.integers(1, 250),
    lag=st.integers(0, 2),
    seed=st.integers(0, 2**32),
)
def test_a_board_begun_anywhere_shows_what_one_that_saw_everything_shows(
    start_ms: int, now: int, reach: int, lag: int, seed: int
) -> None:
    """Whatever of it history reached, and however late the exchange's higher bars were."""
    base, higher = Timeframe.M5, Timeframe.H1
    candles = market(base, start_ms, 300, seed)
    bars = resampled(candles, higher)
    told = [bar for bar in bars if bar.close_ms <= candles[now].close_ms]
    board = Board(BTCUSDT, base=base, higher=(higher,), capacity=300)
    board.seed(candles[max(0, now - reach) : now], {higher: told[: len(told) - lag]})
    for candle in candles[now:]:
        board.take(candle)

    shown = list(board.series[higher].history)
    assert shown == bars[len(bars) - len(shown) :]
    assert len(shown) >= (300 - now) // 12 - 1
