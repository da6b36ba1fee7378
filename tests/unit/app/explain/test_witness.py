import re
from collections.abc import Sequence
from typing import Any

import pytest
from typing_extensions import override

from noctule.app.explain.drawn import DRAWINGS_MAX
from noctule.app.explain.witness import last_call, witness
from noctule.domain.market import Candle
from noctule.domain.signals import Signal
from noctule.domain.values import Timeframe
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy
from noctule.strategies.drawing import Area, Curve, Level, Mark
from tests.builders import START_MS, candles
from tests.fakes.explained import desk_of

MINUTE_MS = 60_000
CANDLES = candles([101.0 + number for number in range(40)])  # round tens at 9, 19, 29, 39


def opened(minute: int) -> int:
    return START_MS + minute * MINUTE_MS


def test_what_is_seen_is_what_was_known_at_the_candle_and_curves_go_through_all_shown() -> None:
    seen = witness(desk_of(), CANDLES, at=20, bars=12, after=4)

    assert [candle.open_ms for candle in seen.candles] == [opened(each) for each in range(13, 25)]
    assert seen.at is CANDLES[20]
    assert [type(each) for each in seen.drawings] == [Area, Level, Mark]
    assert seen.drawings[0] == Area(
        label="zone", low=121.0, high=121.0, from_ms=opened(20), tone=seen.drawings[0].tone
    )
    assert [curve.at_ms for curve in seen.curves] == [opened(each) for each in range(13, 25)]
    assert seen.troubles == ()


def test_signals_are_those_of_the_candles_shown() -> None:
    seen = witness(desk_of(), CANDLES, at=25, bars=20, after=4)

    assert [(said.base.open_ms, said.signal.reason) for said in seen.said] == [
        (opened(19), "round on 1m"),
        (opened(29), "round on 1m"),
    ]


def test_bars_of_higher_timeframes_are_asked_about_after_the_candle_they_close_with() -> None:
    desk = desk_of(higher=[Timeframe.M5])

    seen = witness(desk, CANDLES, at=25, bars=20, after=4)

    assert [(said.base.open_ms, said.candle.timeframe) for said in seen.said] == [
        (opened(19), Timeframe.M1),
        (opened(19), Timeframe.M5),
        (opened(29), Timeframe.M1),
        (opened(29), Timeframe.M5),
    ]


def test_the_strategy_is_asked_about_every_candle_but_those_of_the_warm_up() -> None:
    seen = witness(desk_of(capacity=3), CANDLES, at=20, bars=5, after=0)

    assert (seen.asked, seen.failed) == (21 - 3, 0)


def test_where_the_chart_needs_them_fewer_candles_warm_it_up() -> None:
    seen = witness(desk_of(capacity=30), CANDLES, at=9, bars=20, after=2)

    assert (len(seen.candles), seen.asked) == (12, 12)
    assert [said.base.open_ms for said in seen.said] == [opened(9)]


def test_what_came_later_changes_nothing_that_was_seen() -> None:
    future = candles([500.0] * 19, start_ms=opened(21))

    one = witness(desk_of(), CANDLES, at=20, bars=12, after=4)
    other = witness(desk_of(), [*CANDLES[:21], *future], at=20, bars=12, after=4)

    assert one.drawings == other.drawings
    assert one.curves[:8] == other.curves[:8]


def test_the_latest_signal_is_found() -> None:
    assert last_call(desk_of(), CANDLES[:35], bars=20) == 29
    assert last_call(desk_of(), CANDLES[:8], bars=20) is None


def test_the_last_candles_are_asked_about_even_where_all_would_only_warm_it_up() -> None:
    assert last_call(desk_of(capacity=100), CANDLES[:35], bars=6) == 29
    assert last_call(desk_of(capacity=100), CANDLES[:35], bars=5) is None


class Broken(Strategy):
    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        raise ZeroDivisionError(candle.close % 2)

    @override
    def explain(self, candle: Candle, view: MarketView) -> Sequence[Any]:
        raise KeyError("gap")


def test_what_its_code_raises_is_told_once_and_counted() -> None:
    seen = witness(desk_of(Broken), CANDLES, at=20, bars=5, after=0)

    assert (seen.asked, seen.failed) == (18, 18)
    assert (seen.drawings, seen.curves, seen.said) == ((), (), ())
    assert len(seen.troubles) == 3
    assert "ZeroDivisionError" in seen.troubles[0]
    assert re.fullmatch(r"test_witness.py:\d+ in explain: KeyError: 'gap'", seen.troubles[2])


def drawing(*drawn: object) -> type[Strategy]:
    """Return a strategy that draws this, whatever it is."""

    class Draws(Strategy):
        @override
        def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
            return None

        @override
        def explain(self, candle: Candle, view: MarketView) -> Any:
            return drawn

    return Draws


@pytest.mark.parametrize(
    ("drawn", "flaw"),
    [
        ("a gap", "'a gap': is not an Area, Level, Mark or Curve"),
        (Area(label="a", low=2.0, high=1.0, from_ms=1), "its low above its high"),
        (Area(label="a", low=float("nan"), high=1.0, from_ms=1), "has no price"),
        (Level(label="a", price=float("inf"), from_ms=1), "has no price"),
        (Level(label="a", price=1.0, from_ms=5, to_ms=4), "ends before it begins"),
        (Mark(label="a", price=1.0, at_ms=10**17), "its times are not milliseconds"),
        (Mark(label="a", price=1.0, at_ms=1, tone="loud"), "its tone is none of Tone's"),  # type: ignore[arg-type]  # a user's mistake
        (Mark(label="a", price="1", at_ms=1), "must be real number"),  # type: ignore[arg-type]  # another
    ],
)
def test_what_cannot_be_drawn_is_told_and_left_out(drawn: object, flaw: str) -> None:
    mark = Mark(label="sound", price=1.0, at_ms=1)

    seen = witness(desk_of(drawing(drawn, mark)), CANDLES, at=20, bars=5, after=0)

    (trouble,) = seen.troubles
    assert flaw in trouble
    assert seen.drawings == (mark,)


def test_a_curve_that_is_not_warm_yet_is_no_mistake() -> None:
    curve = Curve(label="average", price=float("nan"), at_ms=1)

    seen = witness(desk_of(drawing(curve)), CANDLES, at=20, bars=5, after=0)

    assert seen.troubles == ()
    assert len(seen.curves) == 5


def test_a_strategy_that_draws_without_end_is_cut_and_told_so() -> None:
    marks = [Mark(label="m", price=1.0, at_ms=number) for number in range(DRAWINGS_MAX + 1)]

    seen = witness(desk_of(drawing(*marks)), CANDLES, at=20, bars=5, after=0)

    assert len(seen.drawings) == DRAWINGS_MAX
    assert seen.troubles == (
        f"explain: {DRAWINGS_MAX + 1} drawings, only {DRAWINGS_MAX} are shown",
    )


def test_troubles_are_kept_within_bounds() -> None:
    seen = witness(desk_of(drawing(*map(str, range(99)))), CANDLES, at=20, bars=5, after=0)

    assert len(seen.troubles) == 20
