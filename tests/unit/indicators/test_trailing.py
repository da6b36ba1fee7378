"""Lines that follow the price: each rule by hand, candle after candle."""

import pytest

from noctule.indicators.trailing import ParabolicSar, Supertrend, SupertrendValue

Candle = tuple[float, float, float]


def flat(price: float) -> Candle:
    """Return a candle that reaches 2 around its close: so the true range stays 2 when calm."""
    return price + 1, price - 1, price


def followed(candles: list[Candle]) -> list[SupertrendValue | None]:
    supertrend = Supertrend(1, 1.0)
    return [supertrend.update(*candle) for candle in candles]


def test_a_trend_begins_upwards_with_the_lower_band() -> None:
    assert followed([flat(100), flat(100)]) == [None, SupertrendValue(98.0, 1)]
    assert Supertrend(10, 3.0).warmup == 11


def test_the_line_comes_closer_with_the_price_and_never_goes_away() -> None:
    values = followed([flat(100), flat(100), flat(101), flat(100)])

    assert values[2:] == [SupertrendValue(99.0, 1), SupertrendValue(99.0, 1)]


def test_a_close_on_the_line_turns_nothing_and_one_below_it_does() -> None:
    on_it = (101.0, 98.0, 98.0)  # reaches 3 around 99.5: its own bands are 102.5 and 96.5
    below = (101.0, 97.0, 97.9)  # reaches 4 around 99: its own bands are 103 and 95

    assert followed([flat(100), flat(100), on_it])[2:] == [SupertrendValue(98.0, 1)]
    assert followed([flat(100), flat(100), below])[2:] == [SupertrendValue(102.0, -1)]


def test_a_close_above_the_upper_band_turns_the_trend_up_again() -> None:
    down = [flat(100), flat(100), (101.0, 97.0, 97.9)]  # the bands in force: 98 and 102

    on_it = (102.0, 100.0, 102.0)
    assert followed([*down, on_it])[3:] == [SupertrendValue(102.0, -1)]
    above = (102.5, 100.0, 102.1)
    (value,) = followed([*down, above])[3:]
    assert value is not None
    assert value.direction == 1


def test_a_band_that_was_closed_beyond_lets_go() -> None:
    fallen = followed([flat(100), flat(100), (90.0, 88.0, 89.0), (90.0, 88.0, 89.0)])

    assert fallen[2] == SupertrendValue(101.0, -1)  # 89 + 12, closer than 102
    assert fallen[3] == SupertrendValue(91.0, -1)
    risen = followed([flat(100), flat(100), (112.0, 110.0, 111.0), (112.0, 110.0, 111.0)])
    assert risen[2:] == [SupertrendValue(99.0, 1), SupertrendValue(109.0, 1)]
    freed = followed([flat(100), flat(100), (112.0, 110.0, 111.0), (112.0, 90.0, 91.0)])
    assert freed[3] == SupertrendValue(123.0, -1)  # 101 + 22: the close before was above 102


def test_without_any_distance_the_line_is_the_middle() -> None:
    supertrend = Supertrend(1, 0.0)
    supertrend.update(101.0, 99.0, 99.5)

    assert supertrend.update(101.0, 99.0, 99.5) == SupertrendValue(100.0, 1)
    assert supertrend.update(101.0, 99.0, 99.5) == SupertrendValue(100.0, -1)


def test_a_supertrend_needs_a_length_and_a_distance() -> None:
    with pytest.raises(ValueError, match="length is 0, the least is 1"):
        Supertrend(0, 3.0)
    with pytest.raises(ValueError, match=r"factor is -0\.5, the least is 0"):
        Supertrend(10, -0.5)


def stops(*candles: tuple[float, float], step: float = 0.1, step_max: float = 0.2) -> list[float]:
    sar = ParabolicSar(step, step_max)
    values = [sar.update(*candle) for candle in candles]
    assert values[0] is None
    return [value for value in values if value is not None]


def test_a_stop_begins_at_the_first_candle_behind_the_price() -> None:
    assert stops((12.0, 10.0), (13.0, 11.0)) == [10.0]
    assert stops((12.0, 10.0), (11.0, 9.0)) == [12.0]
    assert ParabolicSar().warmup == 2


@pytest.mark.parametrize(
    ("second", "stop"),
    [
        ((11.0, 11.0), 10.0),  # the high fell, the low did not: below, not reached
        ((13.0, 9.0), 13.0),  # both moved by one: below, and reached at once
        ((14.0, 9.0), 14.0),  # the high moved further: below, and reached at once
        ((13.0, 8.0), 8.0),  # the low moved further: above, and reached at once
        ((12.0, 10.0), 12.0),  # neither moved: below, and touched, which is to reach
    ],
)
def test_it_begins_below_unless_the_low_fell_more_than_the_high_rose(
    second: tuple[float, float], stop: float
) -> None:
    assert stops((12.0, 10.0), second) == [stop]


def test_it_comes_closer_by_a_share_that_grows_with_each_new_high_to_its_most() -> None:
    told = stops((20.0, 10.0), (30.0, 20.0), (40.0, 25.0), (50.0, 35.0), (50.0, 40.0))

    assert told[:2] == [10.0, 12.0]  # 10 + 0.1 · (30 − 10)
    assert told[2] == pytest.approx(12 + 0.2 * (40 - 12))
    assert told[3] == pytest.approx(told[2] + 0.2 * (50 - told[2]))


def test_it_never_enters_the_last_two_candles() -> None:
    told = stops((20.0, 10.0), (100.0, 15.0), (100.0, 16.0), step=0.9, step_max=0.9)

    assert told == [10.0, 15.0]


def test_a_candle_that_reaches_the_stop_turns_it_at_the_furthest_price() -> None:
    told = stops((20.0, 10.0), (30.0, 20.0), (29.0, 12.0), (28.0, 11.0))

    assert told[:2] == [10.0, 30.0]  # the low came to 12, where the stop was
    assert told[2] == 30.0  # 30 − 0.1 · (30 − 12) is within the last two candles


def test_a_downward_stop_turns_up_likewise() -> None:
    told = stops((20.0, 10.0), (15.0, 5.0), (19.5, 8.0), (21.0, 15.0))

    assert told[:2] == [20.0, 5.0]  # the high passed 19, where the stop was
    assert told[2] == 5.0


def test_a_stop_needs_steps_up_to_their_most() -> None:
    with pytest.raises(ValueError, match=r"step is -0\.1, the least is 0"):
        ParabolicSar(-0.1, 0.2)
    with pytest.raises(ValueError, match=r"step_max is 0\.2, the least is 0\.3"):
        ParabolicSar(0.3, 0.2)
