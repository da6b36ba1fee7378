"""Breakouts: told when a close leaves the channel of the candles before it, and only then."""

import pytest
from pydantic import ValidationError

from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Timeframe
from noctule.strategies.donchian_breakout import DonchianBreakout, DonchianBreakoutSettings
from noctule.strategies.drawing import Curve
from tests.builders import START_MS, candles
from tests.fakes.seat import Seat, bars

STILL = [(101.0, 99.0, 100.0)] * 3  # the channel from 99 to 101; each range is 2
LONG = Signal(
    direction=Direction.LONG,
    reason="close 102 above 101, the high of 3 candles before; stop 2 ATR of 3 away",
    stop=96.0,
)
SHORT = Signal(
    direction=Direction.SHORT,
    reason="close 98 below 99, the low of 3 candles before; stop 2 ATR of 3 away",
    stop=104.0,
)


def seat(**settings: float) -> Seat:
    short = {"entry_candles": 3, "exit_candles": 2, "atr_candles": 1, **settings}
    settled = DonchianBreakoutSettings.model_validate(short)
    return Seat(DonchianBreakout(settled), higher=[Timeframe.M3])


def test_it_looks_back_over_twenty_candles_and_leaves_over_ten_unless_told_otherwise() -> None:
    assert DonchianBreakoutSettings() == DonchianBreakoutSettings(
        entry_candles=20, exit_candles=10, atr_candles=14, stop_atrs=2.0
    )


@pytest.mark.parametrize(("entry", "atr", "count"), [(20, 14, 21), (20, 30, 31)])
def test_it_warms_up_until_channel_and_range_are_there(entry: int, atr: int, count: int) -> None:
    settings = DonchianBreakoutSettings(entry_candles=entry, atr_candles=atr)
    assert DonchianBreakout(settings).warmup_bars == count


def test_a_close_above_the_channel_before_it_asks_for_a_long() -> None:
    *_, last = seat().see(*bars(*STILL, (102.0, 99.0, 102.0)))
    assert last == LONG


def test_a_close_below_the_channel_before_it_asks_for_a_short() -> None:
    *_, last = seat().see(*bars(*STILL, (101.0, 98.0, 98.0)))
    assert last == SHORT


@pytest.mark.parametrize("close", [99.0, 101.0])
def test_a_close_on_the_channel_breaks_nothing_wherever_the_wick_went(close: float) -> None:
    *_, last = seat().see(*bars(*STILL, (110.0, 90.0, close)))
    assert last is None


def test_it_says_nothing_before_the_channel_is_there() -> None:
    assert seat().see(*bars(*STILL[:2], (200.0, 99.0, 200.0)))[:3] == [None] * 3


def test_it_says_nothing_before_the_range_is_there() -> None:
    assert seat(atr_candles=4).see(*bars(*STILL, (102.0, 99.0, 102.0)))[-1] is None


def test_it_does_not_ask_for_what_is_held() -> None:
    breaking_up, breaking_down = (102.0, 99.0, 102.0), (101.0, 98.0, 98.0)
    for quantity, breakout in ((1, breaking_up), (-1, breaking_down)):
        trader = seat()
        trader.hold(quantity)
        assert trader.see(*bars(*STILL, breakout))[-1] is None


@pytest.mark.parametrize(
    ("quantity", "breakout", "said"),
    [(-1, (102.0, 99.0, 102.0), LONG), (1, (101.0, 98.0, 98.0), SHORT)],
)
def test_a_breakout_the_other_way_turns_what_is_held(
    quantity: int, breakout: tuple[float, float, float], said: Signal
) -> None:
    trader = seat()
    trader.hold(quantity)
    assert trader.see(*bars(*STILL, breakout))[-1] == said
    assert trader.strategy.reverse


@pytest.mark.parametrize(
    ("quantity", "close", "reason"),
    [
        (1, 99.4, "close 99.4 below 99.5, the low of 2 candles before"),
        (-1, 100.6, "close 100.6 above 100.5, the high of 2 candles before"),
    ],
)
def test_a_close_beyond_the_shorter_channel_leaves_what_is_held(
    quantity: int, close: float, reason: str
) -> None:
    narrowing = bars((101.0, 99.0, 100.0), *[(100.5, 99.5, 100.0)] * 2, (101.0, 99.0, close))
    trader, idle = seat(), seat()
    trader.hold(quantity)
    assert trader.see(*narrowing)[-1] == Signal(direction=Direction.FLAT, reason=reason)
    assert idle.see(*narrowing)[-1] is None


def test_without_room_for_a_stop_there_is_no_entry() -> None:
    *_, last = seat(stop_atrs=20).see(*bars(*STILL, (102.0, 90.0, 102.0)))
    assert last is None


def test_without_room_for_a_stop_a_breakout_still_leaves_what_is_held_against_it() -> None:
    trader = seat(stop_atrs=20)
    trader.hold(-1)
    *_, last = trader.see(*bars(*STILL, (102.0, 90.0, 102.0)))
    reason = "close 102 above 101, the high of 2 candles before"
    assert last == Signal(direction=Direction.FLAT, reason=reason)


def test_it_looks_at_base_candles_only() -> None:
    trader = seat()
    hours = candles([1.0, 2.0], timeframe=Timeframe.M3)
    assert [trader.strategy.analyze(hour, trader.view) for hour in hours] == [None, None]
    assert trader.drawn(hours[0]) == []


def test_it_draws_the_channels_that_the_candle_is_measured_by() -> None:
    trader = seat()
    told = bars((105.0, 99.0, 100.0), *STILL[:2], (102.0, 90.0, 100.0))
    trader.see(told[0])
    assert trader.drawn(told[0]) == []
    trader.see(*told[1:])
    at_ms = START_MS + 180_000
    assert trader.drawn(told[3]) == [
        Curve(label="highest of 3 before", price=105.0, at_ms=at_ms),
        Curve(label="lowest of 3 before", price=99.0, at_ms=at_ms),
        Curve(label="highest of 2 before", price=101.0, at_ms=at_ms),
        Curve(label="lowest of 2 before", price=99.0, at_ms=at_ms),
    ]


def test_channels_of_one_length_are_drawn_once() -> None:
    trader = seat(exit_candles=3)
    told = bars(*STILL, (101.0, 99.0, 100.0))
    trader.see(*told)
    assert len(trader.drawn(told[3])) == 2


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        (
            {"exit_candles": 21},
            "exit_candles = 21 is above entry_candles = 20, lower exit_candles",
        ),
        ({"entry_candles": 1}, "greater than or equal to 2"),
        ({"stop_atrs": 0}, "greater than or equal to 0.1"),
        ({"stop_atrs": "nan"}, "less than or equal to 20"),
        ({"stop_atr": 1}, "Extra inputs are not permitted"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    settings: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ValidationError, match=complaint):
        DonchianBreakoutSettings.model_validate(settings)


def test_it_says_how_far_the_channel_is_on_both_sides() -> None:
    flat = seat()
    flat.see(*bars(*STILL[:2]))
    assert flat.waits_for() is None
    flat.see(*bars(*STILL)[2:])
    told = "close 100: waits for one above 101, 1 % away, or below 99, 1 % away"
    assert flat.waits_for() == told


@pytest.mark.parametrize(
    ("held", "told"),
    [(1, "close 100: leaves below 99, 1 % away"), (-1, "close 100: leaves above 101, 1 % away")],
)
def test_with_a_position_it_says_where_it_leaves(held: int, told: str) -> None:
    holding = seat()
    holding.hold(held)
    holding.see(*bars(*STILL))
    assert holding.waits_for() == told
