"""Charts of real candles that a person looked at and judged: what was right on them stays so.

Each was drawn by `strategy explain ict --interval 5m --higher 1h`; what is listed stands where one
would draw it by hand. Where the recorded data are not, the detectors have their hand-drawn cases.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from msgspec import Struct

from noctule.app.explain.moments import moment_of
from noctule.app.explain.recorded import recorded_candles
from noctule.app.explain.stretch import stretch_of
from noctule.app.explain.witness import Witness, witness
from noctule.domain.market import Candle
from noctule.domain.signals import Direction
from noctule.domain.values import Timeframe
from noctule.engine.desk import Desk
from noctule.market.board import Board
from noctule.strategies.drawing import Area
from noctule.strategies.ict.settings import IctSettings
from noctule.strategies.ict.strategy import Ict
from tests.conformance.fixtures import DATA, needs_data

pytestmark = needs_data

HALF_YEARS: Mapping[str, str] = {
    "BTCUSDT": "BTCUSDT-5m-20230101-20230731.csv.gz",
    "ETHUSDT": "ETHUSDT-5m-20230501-20230731.csv.gz",
}


class Zone(Struct, frozen=True):
    """A range of prices, and the time of the candle it begins with."""

    low: float
    high: float
    begins: str


class Judged(Struct, frozen=True, kw_only=True):
    """A chart, and what of it was found right."""

    symbol: str
    at: str
    called: Direction | None = None
    zones: tuple[Zone, ...]


CHARTS = {
    "the spike on payrolls swept London's high": Judged(
        symbol="BTCUSDT",
        at="2023-01-06T15:00",
        called=Direction.SHORT,
        zones=(Zone(16_731, 16_784, "2023-01-06T14:30"),),  # the last candle up
    ),
    "a wick through a session's low, then back into the last candle down": Judged(
        symbol="BTCUSDT",
        at="2023-01-28T11:10",
        called=Direction.LONG,
        zones=(Zone(22_932, 22_991.9, "2023-01-28T10:20"),),
    ),
    "a gap that the candle itself completes is no return to it": Judged(
        symbol="BTCUSDT",
        at="2023-03-12T17:25",
        zones=(
            Zone(20_386.5, 20_399.8, "2023-03-12T17:20"),
            Zone(20_307, 20_488.5, "2023-03-12T11:00"),  # New York had changed its clocks,
            Zone(20_270, 20_412.9, "2023-03-12T15:00"),  # London had not
        ),
    ),
    "equal lows swept in London's morning": Judged(
        symbol="BTCUSDT",
        at="2023-03-22T08:50",
        called=Direction.LONG,
        zones=(Zone(28_055.4, 28_094.8, "2023-03-22T08:00"),),
    ),
    "the gap that inflation figures left": Judged(
        symbol="BTCUSDT",
        at="2023-04-12T13:40",
        called=Direction.LONG,
        zones=(Zone(30_015, 30_270.9, "2023-04-12T12:30"),),
    ),
    "the day before's high swept in New York's afternoon": Judged(
        symbol="ETHUSDT",
        at="2023-06-19T20:00",
        called=Direction.SHORT,
        zones=(Zone(1_718.08, 1_734.25, "2023-06-19T18:50"),),
    ),
    "equal lows swept in Asia": Judged(
        symbol="ETHUSDT",
        at="2023-07-12T01:15",
        called=Direction.LONG,
        zones=(Zone(1_879.49, 1_883.39, "2023-07-12T01:05"),),
    ),
    "a fall on news: gaps all the way down, and nothing to buy": Judged(
        symbol="BTCUSDT",
        at="2023-06-05T16:00",
        zones=(
            Zone(26_476.4, 26_520.3, "2023-06-05T15:25"),
            Zone(26_300, 26_362.5, "2023-06-05T15:50"),
            Zone(26_072.2, 26_210, "2023-06-05T15:55"),
        ),
    ),
    "a crash at night": Judged(
        symbol="ETHUSDT",
        at="2023-06-10T05:30",
        zones=(
            Zone(1_806.85, 1_822.57, "2023-06-10T04:20"),
            Zone(1_796.5, 1_800, "2023-06-10T04:25"),
        ),
    ),
    "a quiet Saturday, London on its summer hours": Judged(
        symbol="BTCUSDT",
        at="2023-04-01T12:00",
        zones=(Zone(28_328, 28_562.5, "2023-04-01T06:00"),),
    ),
}


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS.keys())
def test_what_was_judged_right_is_drawn_and_called_as_it_was(chart: Judged) -> None:
    seen = seen_on(chart)

    drawn = [
        (each.low, each.high, each.from_ms) for each in seen.drawings if isinstance(each, Area)
    ]
    assert [zone for zone in chart.zones if key_of(zone) not in drawn] == []
    called = [said.signal.direction for said in seen.said if said.base is seen.at]
    assert called == ([] if chart.called is None else [chart.called])
    assert seen.troubles == ()


def seen_on(chart: Judged) -> Witness:
    symbol, at_ms = chart.symbol, moment_of(chart.at)
    stretch = stretch_of(candles_of(symbol), at_ms=at_ms, lead=8_000, after=0)
    ict = Ict(IctSettings())
    board = Board(
        stretch.candles[0].symbol,
        base=Timeframe.M5,
        higher=[Timeframe.H1],
        capacity=ict.warmup_bars,
    )
    assert stretch.at is not None
    desk = Desk(label="ict", strategy=ict, board=board)
    return witness(desk, stretch.candles, at=stretch.at, bars=20, after=0)


@cache
def candles_of(symbol: str) -> list[Candle]:
    file = Path(DATA / "klines" / HALF_YEARS[symbol])
    return list(recorded_candles([file], symbol=None, interval=None).candles)


def key_of(zone: Zone) -> tuple[float, float, int]:
    return zone.low, zone.high, moment_of(zone.begins)
