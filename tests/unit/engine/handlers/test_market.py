"""A closed candle becomes history and perhaps a signal; a bad strategy harms only itself."""

from collections.abc import Callable
from typing import cast

import pytest
from typing_extensions import override

from noctule.domain.errors import StrategyError
from noctule.domain.events.data import CandleClosed
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.market import Candle
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Timeframe
from noctule.engine.handlers.market import Desk, MarketHandler
from noctule.market.series import CandleSeries
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings
from tests.builders import BTCUSDT, START_MS, candle
from tests.fakes.bus import Published

LONG = Signal(direction=Direction.LONG, reason="close above the band", stop=59_000.0)


class Opinionated(Strategy):
    """Says what its test wants it to say."""

    def __init__(self, say: Callable[[], Signal | None]) -> None:
        super().__init__(StrategySettings())
        self._say = say

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        assert list(view.history(candle.timeframe))[-1] is candle
        return self._say()


def new_desk(say: Callable[[], Signal | None]) -> Desk:
    series = CandleSeries(capacity=10)
    view = MarketView(BTCUSDT, {Timeframe.M1: series})
    return Desk(label="mine", strategy=Opinionated(say), series=series, view=view)


def closed(bar: Candle) -> CandleClosed:
    return CandleClosed(at_ms=bar.close_ms, trace="BTCUSDT:1m:7", candle=bar)


def divide_by_zero() -> Signal:
    raise ZeroDivisionError("no volume")


async def test_what_the_strategy_wants_is_published_with_the_candles_trace_and_price() -> None:
    bus, desk = Published(), new_desk(lambda: LONG)
    await MarketHandler(bus=bus, desks={BTCUSDT: desk}).on_candle_closed(closed(candle(60_123.4)))

    assert bus.events == [
        SignalGenerated(
            at_ms=START_MS + 59_999,
            trace="BTCUSDT:1m:7",
            symbol=BTCUSDT,
            timeframe=Timeframe.M1,
            strategy="mine",
            price=60_123.4,
            signal=LONG,
        )
    ]


async def test_a_strategy_without_an_opinion_publishes_nothing_and_the_candle_is_kept() -> None:
    bus, desk = Published(), new_desk(lambda: None)
    await MarketHandler(bus=bus, desks={BTCUSDT: desk}).on_candle_closed(closed(candle()))

    assert bus.events == []
    assert list(desk.series) == [candle()]


async def test_a_strategy_that_fails_is_logged_and_the_candle_is_kept(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bus, desk = Published(), new_desk(divide_by_zero)
    await MarketHandler(bus=bus, desks={BTCUSDT: desk}).on_candle_closed(closed(candle()))

    assert bus.events == []
    assert list(desk.series) == [candle()]
    assert [record.getMessage() for record in caplog.records] == ["strategy failed"]


@pytest.mark.parametrize(
    ("say", "complaint"),
    [
        (divide_by_zero, "strategy mine: ZeroDivisionError: no volume"),
        (
            lambda: Signal(direction=Direction.LONG, reason=" "),
            "strategy mine: a signal needs a reason",
        ),
        (
            lambda: cast("Signal", "LONG"),
            "strategy mine: AttributeError: 'str' object has no attribute 'flaw'",
        ),
        (
            lambda: Signal(direction=Direction.LONG, reason="up", stop=cast("float", "59000")),
            "strategy mine: TypeError: '<' not supported between instances of 'int' and 'str'",
        ),
    ],
)
def test_whatever_a_strategy_raises_or_returns_wrong_is_its_own_error(
    say: Callable[[], Signal | None], complaint: str
) -> None:
    desk = new_desk(say)
    desk.series.append(candle())
    with pytest.raises(StrategyError) as caught:
        desk.opinion(list(desk.series)[-1])

    assert str(caught.value) == complaint
