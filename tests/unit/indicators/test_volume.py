"""Volumes: by hand on a few candles, added up without rounding on many."""

from fractions import Fraction
from random import Random

import pytest

from noctule.indicators.volume import Delta, Mfi, Obv
from tests.indicator_series import HARD, hard


def test_on_balance_volume_adds_what_rose_and_takes_away_what_fell() -> None:
    obv = Obv()
    candles = [(10.0, 5.0), (11.0, 2.0), (11.0, 9.0), (10.0, 4.0), (9.0, 4.0)]

    assert [obv.update(*candle) for candle in candles] == [5.0, 7.0, 7.0, 3.0, -1.0]
    assert obv.warmup == 1


def test_on_balance_volume_does_not_drift() -> None:
    random, obv, right, before = Random(5), Obv(), Fraction(0), 0.0
    for _ in range(20_000):
        close, volume = random.random(), round(random.expovariate(1e-3), 3)
        right += Fraction(volume) if close > before else -Fraction(volume)
        before = close
        obv.update(close, volume)

    assert obv.value == float(right)


def test_the_money_flow_index_is_the_part_of_the_turnover_that_rose() -> None:
    mfi = Mfi(2)
    candles = [
        (10.0, 10.0, 10.0, 99.0),  # nothing before it to rise from
        (12.0, 12.0, 12.0, 5.0),  # 60 rose
        (10.0, 10.0, 10.0, 2.0),  # 20 fell
        (10.0, 10.0, 10.0, 7.0),  # did not move
        (10.0, 10.0, 10.0, 7.0),
    ]

    assert [mfi.update(*candle) for candle in candles] == [None, None, 75.0, 0.0, 0.0]
    assert mfi.warmup == 3


def test_what_differs_by_rounding_only_did_not_move() -> None:
    mfi = Mfi(1)
    mfi.update(0.1, 0.1, 0.1, 1.0)

    assert mfi.update(0.1, 0.1, 0.1 * (1 + 1e-15), 1.0) == 0.0
    assert mfi.update(0.1, 0.1, 0.1 * (1 + 1e-12), 1.0) == 100.0


def test_the_delta_is_bought_less_sold_over_the_latest_candles() -> None:
    delta = Delta(2)

    assert delta.update(3.0, 4.0) is None
    assert delta.update(1.0, 5.0) == -1.0  # 3 − 1, then 1 − 4
    assert delta.update(0.0, 0.0) == -3.0
    assert delta.warmup == 2


@pytest.mark.parametrize("name", HARD)
def test_the_delta_is_that_of_each_window(name: str) -> None:
    columns, delta = hard(name), Delta(15)
    told = [delta.update(*row) for row in columns.rows(delta.inputs)]

    balance = [2 * Fraction(bought) - Fraction(all_) for bought, all_ in columns.rows(delta.inputs)]
    right = [float(sum(balance[stop - 14 : stop + 1])) for stop in range(14, len(columns))]
    assert told[14:] == pytest.approx(right, rel=1e-9, abs=1e-9 * columns.volume.max())


@pytest.mark.parametrize("kind", [Mfi, Delta])
def test_they_look_back_on_one_candle_at_least(kind: type[Mfi | Delta]) -> None:
    with pytest.raises(ValueError, match="length is 0, the least is 1"):
        kind(0)
