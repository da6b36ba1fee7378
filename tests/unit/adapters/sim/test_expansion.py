"""A candle's ticks: their path, their times, and sums that are exact."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from noctule.adapters.sim.candles import Candle
from noctule.adapters.sim.expansion import (
    First,
    FirstRule,
    best_first,
    expand,
    high_first,
    low_first,
    nearer_first,
    worst_first,
)
from tests.fakes.sim_market import START_MS, candle


def prices(of: Candle, rule: FirstRule) -> str:
    return " ".join(str(tick.price) for tick in expand(of, rule))


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        (nearer_first, "100 95 110 105"),
        (high_first, "100 110 95 105"),
        (low_first, "100 95 110 105"),
    ],
)
def test_a_candle_goes_from_open_over_both_extremes_to_close(rule: FirstRule, path: str) -> None:
    assert prices(candle("100 110 95 105"), rule) == path


def test_with_both_extremes_as_near_a_falling_candle_rises_first() -> None:
    assert prices(candle("100 110 90 95"), nearer_first) == "100 110 90 95"
    assert prices(candle("100 110 90 105"), nearer_first) == "100 90 110 105"


@pytest.mark.parametrize(
    ("held", "first"), [("0.5", First.LOW), ("-0.5", First.HIGH), ("0", First.LOW)]
)
def test_the_worse_happens_first_to_whoever_holds(held: str, first: First) -> None:
    assert worst_first({"BTCUSDT": Decimal(held)}.__getitem__)(candle("100 110 95 105")) is first


def test_the_rule_is_asked_only_after_the_open_was_taken() -> None:
    held = {"BTCUSDT": Decimal(0)}
    ticks = expand(candle("100 103 95 101"), worst_first(held.__getitem__))
    next(ticks)
    held["BTCUSDT"] = Decimal(1)  # bought at the open; flat, the high would have come first
    assert [tick.price for tick in ticks] == [Decimal(95), Decimal(103), Decimal(101)]


def test_ticks_come_at_the_start_at_thirds_and_at_the_last_millisecond() -> None:
    times = [tick.time_ms - START_MS for tick in expand(candle())]
    assert times == [0, 20_000, 40_000, 59_999]


def test_a_candle_without_trades_makes_no_tick() -> None:
    assert not list(expand(candle("100 100 100 100", volume="0", count=0)))


def test_a_candle_that_stood_still_makes_one_tick() -> None:
    (tick,) = expand(candle("100 100 100 100"))
    assert (tick.qty, tick.count) == (Decimal("1.003"), 7)


amounts = st.decimals(0, 10**9, places=3)


@given(bought=amounts, sold=amounts, quotes=st.tuples(amounts, amounts), count=st.integers(0, 9999))
def test_the_sums_are_the_candles_to_the_last_digit_and_no_tick_has_more_bought_than_traded(
    bought: Decimal, sold: Decimal, quotes: tuple[Decimal, Decimal], count: int
) -> None:
    whole = replace(
        candle(),
        volume=bought + sold,
        taker_buy_volume=bought,
        quote_volume=sum(quotes, Decimal(0)),
        taker_buy_quote=quotes[0],
        count=count,
    )
    ticks = list(expand(whole))
    if whole.is_idle:
        assert not ticks
        return
    assert sum(tick.qty for tick in ticks) == whole.volume
    assert sum(tick.quote_qty for tick in ticks) == whole.quote_volume
    assert sum(tick.count for tick in ticks) == count
    assert sum(tick.taker_buy_qty for tick in ticks) == bought
    assert sum(tick.taker_buy_quote for tick in ticks) == quotes[0]
    assert all(0 <= tick.taker_buy_qty <= tick.qty for tick in ticks)
    assert all(0 <= tick.taker_buy_quote <= tick.quote_qty for tick in ticks)


@pytest.mark.parametrize(
    ("held", "first"), [("1", First.HIGH), ("-1", First.LOW), ("0", First.LOW)]
)
def test_the_better_happens_first_to_whoever_is_lucky(held: str, first: First) -> None:
    assert best_first({"BTCUSDT": Decimal(held)}.__getitem__)(candle("100 110 95 105")) is first
