"""Buying and holding is told by the same rules as the run beside it."""

import pytest

from noctule.performance.equity import DAY_MS
from noctule.performance.holding import Holding, basket_of, holding_of
from noctule.performance.records import Curve, Held
from tests.course_builders import HOUR_MS, START_MS, curve, held

DAYS = 120


def line(count: int, base_ms: int = DAY_MS) -> Curve:
    return curve([1_000.0] * count, base_ms=base_ms)


def test_what_is_bought_at_the_beginning_is_worth_its_last_price() -> None:
    found = holding_of(held([125.0, 93.75, 150.0], first=100.0), line(3, HOUR_MS))

    assert found == Holding(
        from_ms=START_MS,
        days=0.125,
        return_share=0.5,
        drawdown_share=0.25,
        cagr=None,
        sharpe=None,
        trend=None,
    )


def test_the_first_price_is_the_first_peak() -> None:
    assert holding_of(held([90.0, 95.0], first=100.0), line(2)).drawdown_share == pytest.approx(0.1)


def test_a_price_that_only_rose_never_fell() -> None:
    assert holding_of(held([101.0, 102.0], first=100.0), line(2)).drawdown_share == 0.0


def test_the_deepest_fall_is_found_across_thousands_of_candles() -> None:
    closes = [100.0 + index for index in range(1_500)]  # to 1,599
    closes += [closes[-1] - index for index in range(1_000)]  # down to 600
    closes += [closes[-1] + index for index in range(1_500)]  # up again

    found = holding_of(held(closes), line(len(closes), HOUR_MS))

    assert found.drawdown_share == pytest.approx(999 / 1_599)


def test_a_market_that_knows_one_direction_shows_it() -> None:
    rising = holding_of(held([100.0 + day for day in range(DAYS)], first=99.0), line(DAYS))
    falling = holding_of(held([300.0 - day for day in range(DAYS)], first=301.0), line(DAYS))
    still = holding_of(held([100.0] * DAYS), line(DAYS))
    there_and_back = holding_of(
        held([100.0 + min(day, DAYS - 1 - day) for day in range(DAYS)]), line(DAYS)
    )

    assert rising.trend == 1.0
    assert falling.trend == -1.0
    assert still.trend == 0.0
    assert there_and_back.trend == pytest.approx(0.0, abs=0.05)
    assert rising.cagr == pytest.approx((219 / 99) ** (365 / 120) - 1)
    assert rising.sharpe is not None
    assert rising.sharpe > 0


@pytest.mark.parametrize(
    "without_prices",
    [
        held([100.0, 0.0]),
        held([100.0, 101.0], first=0.0),
        held([100.0, float("nan")]),
        held([100.0, float("inf")]),
        Held(first_ms=START_MS, first=1.0, last=1.0, closes=curve([]).equity),
    ],
)
def test_prices_that_are_no_prices_tell_nothing(without_prices: Held) -> None:
    found = holding_of(without_prices, line(2))

    assert (found.return_share, found.drawdown_share, found.sharpe) == (None, None, None)
    assert basket_of([without_prices], line(2)) is None


def test_a_basket_puts_an_equal_part_into_each_and_leaves_it_there() -> None:
    found = basket_of([held([200.0, 300.0], first=100.0), held([50.0, 25.0], first=50.0)], line(2))

    assert found is not None
    assert found.return_share == pytest.approx((3.0 + 0.5) / 2 - 1)  # to 3 and to a half
    assert found.drawdown_share == 0.0  # 2 parts, 3 parts, 3.5 parts


def test_what_begins_later_lies_in_cash_until_then() -> None:
    early = held([100.0, 50.0, 100.0], first=100.0)
    late = held([120.0], first=100.0, first_ms=START_MS + 2 * DAY_MS)

    found = basket_of([late, early], line(3))

    assert found is not None
    assert found.from_ms == START_MS
    assert found.days == 3.0
    assert found.drawdown_share == pytest.approx(0.25)  # half of the half that was bought
    assert found.return_share == pytest.approx(0.1)
    assert holding_of(late, line(3)).days == 1.0


def test_a_basket_of_one_is_that_one() -> None:
    one = held([100.0, 50.0, 120.0], first=90.0)

    assert basket_of([one], line(3)) == holding_of(one, line(3))
    assert basket_of([], line(3)) is None
