"""The Supertrend is followed: an opinion at each turn, with the stop at the line, else none."""

import pytest
from pydantic import ValidationError

from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Timeframe
from noctule.indicators import SupertrendValue
from noctule.strategies.drawing import Curve
from noctule.strategies.supertrend_follow import (
    SupertrendFlip,
    SupertrendFollow,
    SupertrendFollowSettings,
)
from tests.builders import START_MS, candles
from tests.fakes.seat import Seat, bars

STILL = [(101.0, 99.0, 100.0)] * 3  # the line begins below, one range of 2 from the middle
FALL = (100.0, 96.0, 97.0)
RISE = (109.0, 107.0, 108.0)
DOWN = Signal(
    direction=Direction.SHORT,
    reason="Supertrend 1 1 turned down at 97: its line went from 98 to 102, where the stop is",
    stop=102.0,
)
UP = Signal(
    direction=Direction.LONG,
    reason="Supertrend 1 1 turned up at 108: its line went from 102 to 96, where the stop is",
    stop=96.0,
)


COLLAPSES = [  # wild bars at whose close both bands are on the wrong side, and who is to leave
    (
        [(115, 95, 112), (103, 103, 103), (104, 103, 103), (100, 98, 98), (125, 105, 105)],
        -1,
        "Supertrend turned LONG, but its line 107 is no stop at 105",
    ),
    (
        [(121, 101, 103), (104, 102, 102), (102, 102, 102), (128, 108, 111)],
        1,
        "Supertrend turned SHORT, but its line 102.5 is no stop at 111",
    ),
]


def seat(atr_candles: int = 1, factor: float = 1.0) -> Seat:
    settings = SupertrendFollowSettings(atr_candles=atr_candles, factor=factor)
    return Seat(SupertrendFollow(settings), higher=[Timeframe.M3])


def test_it_follows_three_ranges_of_ten_candles_unless_told_otherwise() -> None:
    assert SupertrendFollowSettings() == SupertrendFollowSettings(atr_candles=10, factor=3.0)
    assert SupertrendFollow(SupertrendFollowSettings()).warmup_bars == 12


def test_a_turn_down_asks_for_a_short_with_its_stop_at_the_line() -> None:
    assert [each for each in seat().see(*bars(*STILL, FALL)) if each] == [DOWN]


def test_a_turn_up_asks_for_a_long_with_its_stop_at_the_line() -> None:
    trader = seat()
    assert trader.see(*bars(*STILL, FALL, RISE))[-1] == UP
    assert trader.strategy.reverse


def test_between_two_turns_it_says_nothing() -> None:
    steady = [(100.0 + step, 98.0 + step, 99.0 + step) for step in range(20)]
    assert set(seat().see(*bars(*steady))) == {None}


@pytest.mark.parametrize("quantity", [-1, 0, 1])
@pytest.mark.parametrize(("wild", "against", "reason"), COLLAPSES)
def test_where_the_new_line_is_no_stop_it_only_leaves_what_is_held_against_the_turn(
    quantity: int, wild: list[tuple[float, float, float]], against: int, reason: str
) -> None:
    trader = seat(atr_candles=2, factor=0.5)
    trader.hold(quantity)
    leave = Signal(direction=Direction.FLAT, reason=reason)
    assert trader.see(*bars(*wild))[-1] == (leave if quantity == against else None)


def test_it_looks_at_base_candles_only() -> None:
    trader = seat()
    higher = candles([1.0], timeframe=Timeframe.M3)[0]
    assert trader.strategy.analyze(higher, trader.view) is None
    assert trader.drawn(higher) == []


def test_it_draws_its_line_once_there_is_one() -> None:
    trader = seat()
    told = bars(*STILL, FALL)
    trader.see(told[0])
    assert trader.drawn(told[0]) == []
    trader.see(*told[1:])
    at_ms = START_MS + 180_000
    assert trader.drawn(told[3]) == [Curve(label="Supertrend 1 1", price=102.0, at_ms=at_ms)]


def test_what_it_follows_goes_on_from_a_snapshot() -> None:
    flip, other = SupertrendFlip(1, 1.0), SupertrendFlip(1, 1.0)
    for bar in bars(*STILL, FALL):
        flip.update(bar.high, bar.low, bar.close)
    other.restore(flip.snapshot())
    assert (other.before, other.value) == (SupertrendValue(98.0, 1), SupertrendValue(102.0, -1))


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"atr_candles": 0}, "greater than or equal to 1"),
        ({"factor": 0.4}, "greater than or equal to 0.5"),
        ({"factor": 21}, "less than or equal to 20"),
        ({"length": 5}, "Extra inputs are not permitted"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    settings: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ValidationError, match=complaint):
        SupertrendFollowSettings.model_validate(settings)


def test_it_says_how_far_the_line_is_that_a_close_must_cross() -> None:
    early = seat(atr_candles=9)
    early.see(*bars(*STILL))
    assert early.waits_for() is None
    rising, falling = seat(), seat()
    rising.see(*bars(*STILL))
    falling.see(*bars(*STILL, FALL))
    assert rising.waits_for() == (
        "Supertrend is up at 100: waits for a close below its line 98, 2 % away"
    )
    assert falling.waits_for() == (
        "Supertrend is down at 97: waits for a close above its line 102, 5.2 % away"
    )
