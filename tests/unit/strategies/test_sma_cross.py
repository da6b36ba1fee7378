"""The reference strategy: it speaks when the averages cross, and only then."""

import pytest
from pydantic import ValidationError

from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Timeframe
from noctule.market.board import Board
from noctule.market.view import MarketView
from noctule.strategies.drawing import Curve
from noctule.strategies.sma_cross import AverageGap, SmaCross, SmaCrossSettings
from tests.builders import BTCUSDT, candles
from tests.fakes.seat import Seat


def signals_of(
    closes: list[float], *, fast: int = 2, slow: int = 4, timeframe: Timeframe = Timeframe.M1
) -> list[Signal | None]:
    """Show the bars one by one to a fresh strategy and list what it says to each."""
    strategy = SmaCross(SmaCrossSettings(fast=fast, slow=slow))
    board = Board(BTCUSDT, base=timeframe, capacity=strategy.warmup_bars)
    view = MarketView(board)
    said = []
    for bar in candles(closes, timeframe=timeframe):
        board.take(bar)
        said.append(strategy.analyze(bar, view))
    return said


def test_it_averages_ten_and_thirty_bars_unless_told_otherwise() -> None:
    assert SmaCrossSettings() == SmaCrossSettings(fast=10, slow=30)


@pytest.mark.parametrize(("fast", "slow"), [(1, 2), (999, 1000)])
def test_its_averages_may_be_as_short_as_one_bar_and_as_long_as_a_thousand(
    fast: int, slow: int
) -> None:
    assert SmaCross(SmaCrossSettings(fast=fast, slow=slow)).warmup_bars == slow + 1


def test_it_warms_up_for_one_bar_more_than_its_slow_average() -> None:
    assert SmaCross(SmaCrossSettings(fast=10, slow=30)).warmup_bars == 31


def test_it_says_nothing_before_it_is_warm() -> None:
    assert signals_of([1.0, 1.0, 1.0, 9.0]) == [None, None, None, None]


def test_a_cross_above_asks_for_a_long() -> None:
    assert signals_of([10.0, 10.0, 10.0, 10.0, 12.0])[-1] == Signal(
        direction=Direction.LONG, reason="SMA 2 crossed above SMA 4 by 0.5"
    )


def test_a_cross_below_asks_for_a_short() -> None:
    assert signals_of([10.0, 10.0, 10.0, 10.0, 8.0])[-1] == Signal(
        direction=Direction.SHORT, reason="SMA 2 crossed below SMA 4 by 0.5"
    )


def test_a_cross_is_told_once() -> None:
    said = signals_of([10.0, 10.0, 10.0, 10.0, 12.0, 14.0, 16.0, 12.0, 6.0, 4.0])
    assert [(index, signal.direction) for index, signal in enumerate(said) if signal] == [
        (4, Direction.LONG),
        (8, Direction.SHORT),
    ]


def test_averages_that_only_touch_have_not_crossed() -> None:
    assert signals_of([12.0, 10.0, 10.0, 10.0, 10.0, 12.0])[-2:] == [
        None,
        Signal(direction=Direction.LONG, reason="SMA 2 crossed above SMA 4 by 0.5"),
    ]


@pytest.mark.parametrize("close", [0.1, 8008.76, 60_000.1, 1e-7])
def test_a_market_that_comes_to_rest_makes_no_signal(close: float) -> None:
    rising_then_still = [close * 0.99, *[close] * 40]
    falling_then_still = [close * 1.01, *[close] * 40]
    assert signals_of(rising_then_still, fast=10, slow=30) == [None] * 41
    assert signals_of(falling_then_still, fast=10, slow=30) == [None] * 41


def test_it_crosses_on_the_first_candle_after_a_start_with_history() -> None:
    strategy = SmaCross(SmaCrossSettings(fast=2, slow=4))
    board = Board(BTCUSDT, base=Timeframe.M1, capacity=5)
    *history, bar = candles([9.0, 10.0, 10.0, 10.0, 10.0, 10.0, 12.0])
    board.seed(history, {})
    board.take(bar)
    assert strategy.analyze(bar, MarketView(board)) == Signal(
        direction=Direction.LONG, reason="SMA 2 crossed above SMA 4 by 0.5"
    )


def test_averages_that_differ_by_their_rounding_only_have_not_crossed() -> None:
    assert (0.1 + 0.3 + 0.2) / 3 > 0.2
    said = signals_of([0.2, 0.2, 0.1, 0.3, 0.2], fast=1, slow=3)
    assert [signal is not None for signal in said] == [False, False, False, True, False]


def test_a_gap_is_what_a_trillionth_of_the_price_or_more_makes() -> None:
    gap = AverageGap(1, 2)
    closes = [4.0, 4.0, 4.0 + 2**-38, 4.0 + 2**-38, 4.0 + 2**-38 + 2**-36]
    assert [gap.update(bar) for bar in candles(closes)] == [None, 0.0, 0.0, 0.0, 2**-37]
    assert gap.before == 0.0


def test_a_spike_that_left_the_averages_leaves_nothing_behind() -> None:
    closes = [0.1, 1e5, *[0.1] * 60]
    assert [signal is not None for signal in signals_of(closes, fast=3, slow=5)] == [False] * 62


def test_what_it_follows_goes_on_from_a_snapshot() -> None:
    bars = candles([1.0, 2.0, 4.0, 8.0, 4.0, 2.0])
    gap, other = AverageGap(2, 3), AverageGap(2, 3)
    for bar in bars[:4]:
        gap.update(bar)
    other.restore(gap.snapshot())
    assert [other.update(bar) for bar in bars[4:]] == [gap.update(bar) for bar in bars[4:]]
    assert (other.before, other.warmup) == (gap.before, 3)


def test_it_draws_its_averages_once_they_are_there() -> None:
    strategy = SmaCross(SmaCrossSettings(fast=2, slow=4))
    board = Board(BTCUSDT, base=Timeframe.M1, capacity=5)
    view, drawn = MarketView(board), []
    bars = candles([1.0, 3.0, 5.0, 7.0])
    for bar in bars:
        board.take(bar)
        drawn.append(strategy.explain(bar, view))
    at_ms = bars[3].open_ms
    assert [len(shapes) for shapes in drawn] == [0, 1, 1, 2]
    assert drawn[3] == [
        Curve(label="SMA 2", price=6.0, at_ms=at_ms),
        Curve(label="SMA 4", price=4.0, at_ms=at_ms),
    ]


def test_it_looks_at_the_timeframe_of_the_candle_it_is_shown() -> None:
    said = signals_of([10.0, 10.0, 10.0, 10.0, 12.0], timeframe=Timeframe.H1)
    assert [signal is not None for signal in said] == [False, False, False, False, True]


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"fast": 30, "slow": 30}, "fast = 30 is not shorter than slow = 30"),
        ({"fast": 31, "slow": 30}, "fast = 31 is not shorter than slow = 30"),
        ({"fast": 0}, "greater than or equal to 1"),
        ({"slow": 1001}, "less than or equal to 1000"),
        ({"fats": 5}, "Extra inputs are not permitted"),
    ],
)
def test_lengths_that_make_no_sense_are_refused(settings: dict[str, int], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        SmaCrossSettings.model_validate(settings)


@pytest.mark.parametrize(
    ("closes", "told"),
    [
        ([10.0, 10.0, 10.0], None),  # no slow average yet
        (
            [10.0, 10.0, 10.0, 10.0, 12.0],
            "SMA 2 at 11 is 4.8 % above SMA 4: waits for it to cross below",
        ),
        (
            [10.0, 10.0, 10.0, 10.0, 8.0],
            "SMA 2 at 9 is 5.3 % below SMA 4: waits for it to cross above",
        ),
        ([10.0] * 4, "SMA 2 at 10 is level with SMA 4: waits for it to cross to either side"),
    ],
)
def test_it_says_how_far_the_averages_are_apart_and_what_it_waits_for(
    closes: list[float], told: str | None
) -> None:
    seat = Seat(SmaCross(SmaCrossSettings(fast=2, slow=4)))
    seat.see(*candles(closes))
    assert seat.waits_for() == told
