"""Where a close stands in its range: by hand, at the bounds, and where there is no range."""

import pytest

from noctule.indicators import Indicator, Rsi, Stochastic, StochasticValue, StochRsi


def test_the_close_is_placed_between_the_lowest_low_and_the_highest_high() -> None:
    stochastic = Stochastic(2, 1, 2)
    candles = [(10.0, 6.0, 8.0), (12.0, 8.0, 9.0), (11.0, 10.0, 11.0)]

    assert [stochastic.update(*candle) for candle in candles] == [
        None,
        None,
        StochasticValue(75.0, 62.5),
    ]
    assert stochastic.warmup == 3


def test_k_is_slowed_before_d_is_made_of_it() -> None:
    stochastic = Stochastic(1, 2, 2)
    told = [stochastic.update(10.0, 0.0, close) for close in (2.0, 4.0, 8.0, 10.0)]

    assert told == [None, None, StochasticValue(60.0, 45.0), StochasticValue(90.0, 75.0)]


def test_a_range_without_width_has_its_close_at_0() -> None:
    stochastic = Stochastic(2, 1, 1)
    for _ in range(3):
        stochastic.update(5.0, 5.0, 5.0)

    assert stochastic.value == StochasticValue(0.0, 0.0)


def test_the_rsi_is_placed_among_its_latest_values() -> None:
    stoch_rsi, rsi = StochRsi(2, 3, 2), Rsi(2)
    numbers = (10.0, 12.0, 11.0, 13.0, 14.0, 12.0)
    strength = [rsi.update(number) or 0.0 for number in numbers]
    told = [stoch_rsi.update(number) for number in numbers]

    k = 100 * (strength[5] - strength[5]), 100 * (strength[4] - strength[2])
    before = k[1] / (strength[4] - strength[2])
    assert told[:5] == [None] * 5
    assert told[5] == StochasticValue(0.0, before / 2)
    assert stoch_rsi.warmup == 6


def test_the_rsi_of_a_price_that_does_not_move_has_no_range() -> None:
    stoch_rsi = StochRsi(3, 4, 1)
    for number in (10.0, 12.0, 11.0, 10.5, 10.7, 11.3, *(11.4,) * 4):
        stoch_rsi.update(number)

    assert stoch_rsi.value == StochasticValue(0.0, 0.0)


@pytest.mark.parametrize(
    ("kind", "lengths", "complaint"),
    [
        (Stochastic, (0, 3, 3), "length is 0, the least is 1"),
        (Stochastic, (14, 0, 3), "slowing is 0, the least is 1"),
        (Stochastic, (14, 3, 1.5), "smoothing is 1.5, it must be a whole number"),
        (StochRsi, (1, 14, 3), "length is 1, the least is 2"),
        (StochRsi, (14, 0, 3), "reach is 0, the least is 1"),
        (StochRsi, (14, 14, 0), "smoothing is 0, the least is 1"),
    ],
)
def test_lengths_that_make_no_sense_are_refused(
    kind: type[Indicator[object]], lengths: tuple[float, ...], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        kind(*lengths)
