"""The market's temper: every regime comes, lasts as long as it should, and is felt."""

from random import Random
from statistics import correlation, fmean

from noctule.adapters.sim.temper import Regime, Temper, season

MINUTES = 60_000


def lived() -> list[tuple[Regime, float]]:
    temper = Temper(Random(1))
    return [(temper.regime, temper.volatility(minute)) for minute in range(MINUTES)]


def test_every_regime_comes_and_the_violent_one_is_rare_and_the_most_volatile() -> None:
    life = lived()
    shares = {each: fmean(regime is each for regime, _ in life) for each in Regime}
    means = {each: fmean(level for regime, level in life if regime is each) for each in Regime}
    assert min(shares.values()) == shares[Regime.VIOLENT] > 0.01
    assert max(means.values()) == means[Regime.VIOLENT] > 2 * means[Regime.RANGING]


def test_an_excited_minute_is_followed_by_an_excited_minute() -> None:
    levels = [level for _, level in lived()]
    assert correlation(levels[1:], levels[:-1]) > 0.3


def test_a_new_regime_is_announced_in_the_minute_in_which_it_begins() -> None:
    temper, before = Temper(Random(1)), Regime.RANGING
    for minute in range(5_000):
        temper.volatility(minute)
        assert temper.changed == (temper.regime is not before)
        before = temper.regime


def test_the_day_is_busiest_in_the_afternoon_and_on_average_usual() -> None:
    day = [season(minute) for minute in range(1_440)]
    assert (day.index(min(day)), day.index(max(day))) == (3 * 60, 15 * 60)
    assert round(fmean(day), 9) == 1
