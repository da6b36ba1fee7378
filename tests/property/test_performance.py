"""Whatever a run did, its figures are those of a plain second reckoning with pandas."""

import math
from array import array
from collections.abc import Callable, Iterator
from itertools import accumulate
from random import Random
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.domain.signals import Direction
from noctule.performance.doubts import doubts_of
from noctule.performance.records import Course, Curve, TradeRecord
from noctule.performance.summary import Summary, summarise
from noctule.performance.text import summary_text
from tests.course_builders import BTC, ETH, HOUR_MS, START_MS, course, held, trade


def courses() -> st.SearchStrategy[Course]:
    """Draw how long and how busy a run was, and leave its numbers to a seeded chance."""
    return st.builds(
        by_chance,
        seed=st.integers(0, 2**32),
        candles=st.integers(1, 120),
        trades=st.integers(0, 30),
        lowest=st.sampled_from([-500.0, 10.0, 990.0]),
        late_ms=st.sampled_from([0, 1]),
    )


def by_chance(*, seed: int, candles: int, trades: int, lowest: float, late_ms: int) -> Course:
    random = Random(seed)
    hours = accumulate(random.choice([1, 1, 12, 23, 40]) for _ in range(candles))
    at_ms = array("q", (START_MS + hour * HOUR_MS - late_ms for hour in hours))
    equity = array("d", (worth(random, lowest) for _ in at_ms))
    exposure = array("d", (random.choice([0.0, 700.0, 2_500.0]) for _ in at_ms))
    line = Curve(at_ms=at_ms, equity=equity, exposure=exposure)
    late = random.randint(1, candles)
    closes = [random.uniform(1, 1_000) for _ in at_ms]
    prices = {BTC: held(closes), ETH: held(closes[::-1][-late:], first_ms=at_ms[-late])}
    return course(*some_trades(random, trades), curve=line, held=prices)


def worth(random: Random, lowest: float) -> float:
    return random.choice([1_000.0, 2_000.0, *(random.uniform(lowest, 5_000) for _ in range(3))])


def some_trades(random: Random, count: int) -> Iterator[TradeRecord]:
    for number, hour in enumerate(sorted(random.randint(0, 24 * 60) for _ in range(count))):
        yield trade(
            f"{random.randint(-100_000, 100_000) / 100:.2f}",
            number=number + 1,
            symbol=random.choice([BTC, ETH]),
            direction=random.choice([Direction.LONG, Direction.SHORT]),
            opened_ms=START_MS + max(hour - random.randint(0, 100), 0) * HOUR_MS,
            closed_ms=START_MS + hour * HOUR_MS,
            fees=f"{random.randint(0, 500) / 100:.2f}",
            risk=random.choice([None, *map(str, (1, 50, random.randint(1, 10_000)))]),
            entry="5000",
            worst=str(random.randint(4_000, 6_000)),
            best=str(random.randint(4_000, 6_000)),
        )


@given(courses())
def test_equity_is_measured_as_pandas_would(run: Course) -> None:
    found = summarise(run)
    equity = pd.Series([1_000.0, *run.curve.equity])
    peaks = equity.cummax()
    falls = 1 - equity / peaks

    assert found.equity == equity.iloc[-1]
    assert (found.drawdown.share if found.drawdown else 0.0) == pytest.approx(falls.max())
    assert longest_below(equity < peaks, [found.from_ms, *run.curve.at_ms]) == (
        found.under_water.lasted_ms if found.under_water else 0
    )
    positive = pd.Series(run.curve.equity) > 0
    shares = (pd.Series(run.curve.exposure) / pd.Series(run.curve.equity))[positive]
    assert found.exposure.max_share == (pytest.approx(shares.max()) if len(shares) else None)
    assert found.exposure.mean_share == (pytest.approx(shares.mean()) if len(shares) else None)


@given(courses())
def test_days_and_months_are_those_that_pandas_resamples(run: Course) -> None:
    found = summarise(run)
    ends = daily(run)
    worth = pd.concat([pd.Series([1_000.0]), ends])
    returns = worth.pct_change().iloc[1:]

    if found.sharpe is not None:
        assert found.sharpe == pytest.approx(returns.mean() / returns.std() * math.sqrt(365))
        downside = math.sqrt((returns.clip(upper=0) ** 2).mean())
        assert found.sortino == (
            pytest.approx(returns.mean() / downside * math.sqrt(365)) if downside else None
        )
    else:
        assert len(returns) < 30 or worth.min() <= 0 or returns.std() < 1e-11
    months = ends.groupby([ends.index.year, ends.index.month]).last()
    assert [(each.year, each.month) for each in found.months] == list(months.index)
    profits = [each.profit for each in found.months]
    assert profits == pytest.approx(months.diff().fillna(months.iloc[0] - 1_000.0).tolist())


@given(courses())
def test_trades_are_counted_as_pandas_would(run: Course) -> None:
    total = summarise(run).total
    nets = pd.Series([float(each.net_pnl) for each in run.trades], dtype=float)
    in_r = pd.Series(
        [float(each.net_pnl) / float(each.risk) for each in run.trades if each.risk], dtype=float
    )
    won, lost = nets[nets > 0], nets[nets < 0]

    assert float(total.net) == pytest.approx(nets.sum())
    assert total.win_rate == or_none(len(nets), lambda: len(won) / len(nets))
    assert total.profit_factor == or_none(len(lost), lambda: won.sum() / -lost.sum())
    assert total.expectancy == or_none(len(nets), nets.mean)
    assert total.expectancy_r == or_none(len(in_r), in_r.mean)
    assert total.payoff == or_none(len(won) and len(lost), lambda: won.mean() / -lost.mean())


@given(courses())
def test_excursions_are_those_of_arrays(run: Course) -> None:
    found = summarise(run).excursions
    entry, worst, best = (
        np.array([float(getattr(each, f"{name}_price")) for each in run.trades])
        for name in ("entry", "worst", "best")
    )
    sign = np.array([-1 if each.direction is Direction.SHORT else 1 for each in run.trades])
    adverse = np.maximum((entry - worst) * sign, 0) / entry
    favourable = np.maximum((best - entry) * sign, 0) / entry

    assert found.adverse_share.median == or_none(len(entry), lambda: np.median(adverse))
    assert found.adverse_share.mean == or_none(len(entry), adverse.mean)
    assert found.favourable_share.median == or_none(len(entry), lambda: np.median(favourable))


@given(courses())
def test_time_in_the_market_is_that_of_a_line_painted_by_the_hour(run: Course) -> None:
    found = summarise(run)
    begin, end = found.from_ms, found.to_ms
    painted = np.zeros((end - begin) // HOUR_MS, dtype=bool)
    for each in run.trades:
        painted[clipped(each.opened_ms, begin, end) : clipped(each.closed_ms, begin, end)] = True
    flat_since = [
        at for at, size in zip(run.curve.at_ms, run.curve.exposure, strict=True) if not size
    ]
    if run.curve.exposure[-1]:
        painted[clipped(flat_since[-1] + 1 if flat_since else begin, begin, end) :] = True

    assert found.exposure.time_share == pytest.approx(painted.mean(), abs=1e-6)


@given(courses())
def test_holding_is_measured_as_pandas_would(run: Course) -> None:
    found = summarise(run)
    relatives = pd.DataFrame(
        {
            symbol: pd.Series(
                [1.0] * (len(run.curve.at_ms) - len(each.closes))
                + [close / each.first for close in each.closes]
            )
            for symbol, each in run.held.items()
        }
    )
    basket = pd.concat([pd.Series([1.0]), relatives.mean(axis=1)])

    assert found.basket is not None
    assert found.basket.return_share == pytest.approx(basket.iloc[-1] - 1)
    assert found.basket.drawdown_share == pytest.approx((1 - basket / basket.cummax()).max())
    for symbol, holding in found.held.items():
        line = pd.concat([pd.Series([1.0]), relatives[symbol]])
        assert holding.return_share == pytest.approx(line.iloc[-1] - 1)
        assert holding.drawdown_share == pytest.approx((1 - line / line.cummax()).max())


@given(courses())
def test_whatever_is_told_is_a_number_and_fits_the_terminal(run: Course) -> None:
    found = summarise(run)
    doubts = doubts_of(run, found)
    text = summary_text(found, doubts)

    assert b"null" not in msgspec.json.encode([doubt.number for doubt in doubts])
    assert max(map(len, text.splitlines())) <= 80
    assert not {"nan", "inf", "-inf"} & set(text.replace(",", " ").split())
    assert all(map(math.isfinite, found_numbers(found)))


def daily(run: Course) -> pd.Series:
    """Take what each UTC day ended with; midnight is the end of the day before."""
    at = pd.to_datetime([at - 1 for at in run.curve.at_ms], unit="ms", utc=True)
    return pd.Series(list(run.curve.equity), index=at).resample("D").last().ffill()


def longest_below(below: pd.Series, at_ms: list[int]) -> int:
    """Measure each row of instants below a peak, from the peak to the recovery or the end."""
    edges = np.flatnonzero(np.diff([0, *below.astype(int), 0]))
    last = len(below) - 1
    return max(
        (at_ms[min(int(end), last)] - at_ms[int(begin) - 1] for begin, end in edges.reshape(-1, 2)),
        default=0,
    )


def clipped(at_ms: int, begin_ms: int, end_ms: int) -> int:
    return (min(max(at_ms, begin_ms), end_ms) - begin_ms) // HOUR_MS


def or_none(count: int, reckon: Callable[[], Any]) -> Any:
    return pytest.approx(reckon()) if count else None


def found_numbers(found: Summary) -> list[float]:
    rest = [msgspec.to_builtins(found)]
    numbers = []
    while rest:
        match rest.pop():
            case dict() as inner:
                rest.extend(inner.values())
            case list() as inner:
                rest.extend(inner)
            case float() as number:
                numbers.append(number)
            case _:
                pass
    return numbers
