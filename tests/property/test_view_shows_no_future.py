"""At the close of a bar, base or higher, the view shows all that was known then, and no more."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.events.data import CandleClosed
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.market import Candle
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Timeframe
from noctule.engine.desk import Desk
from noctule.engine.handlers.market import MarketHandler
from noctule.engine.opinions import Opinions
from noctule.indicators import Sma
from noctule.market.board import Board
from noctule.market.resample import Resampler
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings
from tests.builders import BTCUSDT, START_MS
from tests.fakes.bus import live, new_bus
from tests.fakes.feed import closed
from tests.fakes.wild_market import wild_market

Seen = tuple[Timeframe, int, dict[Timeframe, int], dict[Timeframe, float]]

LENGTH: Final = 3
PAIRS: Final = [
    (Timeframe.M1, (Timeframe.M3, Timeframe.M5)),
    (Timeframe.M1, (Timeframe.M15,)),
    (Timeframe.M5, (Timeframe.M15, Timeframe.H1)),
    (Timeframe.M15, (Timeframe.M30, Timeframe.H1, Timeframe.H4)),
    (Timeframe.H4, (Timeframe.H8, Timeframe.D1)),
]


class Watching(Strategy):
    """Notes the last bar it is shown of each timeframe, and what the averages it kept stand at."""

    def __init__(self) -> None:
        super().__init__(StrategySettings())
        self.seen: list[Seen] = []
        self.means: dict[Timeframe, Sma] = {}

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal:
        if not self.means:
            self.means = {each: view.on(each).indicator(Sma, LENGTH) for each in view.timeframes}
        shown = {each: [*view.history(each)] for each in view.timeframes}
        last = {each: bars[-1].close_ms for each, bars in shown.items() if bars}
        means = {each: mean.value or 0.0 for each, mean in self.means.items()}
        self.seen.append((candle.timeframe, candle.close_ms, last, means))
        return Signal(direction=Direction.LONG, reason="a full queue makes everybody wait")


def watched(
    base: Timeframe, higher: Sequence[Timeframe], bursts: Iterable[Sequence[Candle]], capacity: int
) -> list[Seen]:
    """Let base candles come in bursts over a living bus, faster than anybody looks at them."""
    board = Board(BTCUSDT, base=base, higher=higher, capacity=1_000)
    strategy, heard = Watching(), list[SignalGenerated]()
    desk = Desk(label="watching", strategy=strategy, board=board)

    async def hear(event: SignalGenerated) -> None:
        await asyncio.sleep(0)
        heard.append(event)

    async def main(clock: VirtualClock) -> None:
        bus = new_bus(capacity=capacity)
        opinions = Opinions([desk], stopwatch_ns=lambda: 0)
        handler = MarketHandler(bus=bus, desks={BTCUSDT: desk}, clock=clock, opinions=opinions)
        bus.subscribe(CandleClosed, handler.on_candle_closed)
        bus.subscribe(SignalGenerated, hear)
        async with live(bus):
            for burst in bursts:
                await asyncio.gather(*(bus.publish(closed(candle)) for candle in burst))
            await bus.settle()

    run_virtual(main, start_ms=START_MS)
    assert len(heard) == len(strategy.seen)
    return strategy.seen


def known(base: Sequence[Candle], higher: Sequence[Timeframe]) -> list[Seen]:
    """Say what is known at the close of each bar, from the candles that had closed by then."""
    bars = {each: _resampled(base, each) for each in higher}
    told, seen = {base[0].timeframe: [*base], **bars}, list[Seen]()
    for candle in base:
        by_then = {
            each: [bar for bar in those if bar.close_ms <= candle.close_ms]
            for each, those in told.items()
        }
        last = {each: those[-1].close_ms for each, those in by_then.items() if those}
        means = {each: _mean([bar.close for bar in those]) for each, those in by_then.items()}
        closing = [each for each in told if last.get(each) == candle.close_ms]
        seen += [(each, candle.close_ms, last, means) for each in closing]
    return seen


def _resampled(base: Sequence[Candle], higher: Timeframe) -> list[Candle]:
    resampler = Resampler([higher], base=base[0].timeframe)
    return [bar for candle in base for bar in resampler.add(candle)]


def _mean(closes: list[float]) -> float:
    return 0.0 if len(closes) < LENGTH else sum(closes[-LENGTH:]) / LENGTH


@settings(max_examples=40)
@given(
    pair=st.sampled_from(PAIRS),
    begin=st.integers(0, 100),
    sizes=st.lists(st.integers(1, 30), min_size=1, max_size=6),
    capacity=st.integers(1, 64),
    seed=st.integers(0, 2**32),
)
def test_whatever_comes_in_a_burst_each_bar_is_judged_by_what_was_known_at_its_close(
    pair: tuple[Timeframe, tuple[Timeframe, ...]],
    begin: int,
    sizes: list[int],
    capacity: int,
    seed: int,
) -> None:
    base, higher = pair
    start_ms = START_MS + begin * base.ms
    candles = wild_market(seed, sum(sizes), timeframe=base, start_ms=start_ms)
    bursts, left = list[list[Candle]](), [*candles]
    for size in sizes:
        bursts.append(left[:size])
        del left[:size]

    seen, expected = watched(base, higher, bursts, capacity), known(candles, higher)
    assert [each[:3] for each in seen] == [each[:3] for each in expected]
    for (*_, means), (*_, means_then) in zip(seen, expected, strict=True):
        assert means == pytest.approx(means_then, rel=1e-12)
