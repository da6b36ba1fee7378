"""A desk asks code that may do anything, and takes nothing from it but a signal."""

import signal
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from typing_extensions import override

from noctule.domain.errors import StrategyError
from noctule.domain.market import Candle
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Timeframe
from noctule.engine.desk import Desk
from noctule.indicators.averages import Sma
from noctule.market.board import Board
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings
from tests.builders import BTCUSDT, candle, candles
from tests.fakes.misdeeds import MISDEEDS, Misdeed


class Told(Strategy):
    """Does what its test wants, and knows whether it was made anew."""

    made = 0
    act: Callable[[Candle, MarketView], Any]

    def __init__(self, settings: StrategySettings) -> None:
        super().__init__(settings)
        Told.made += 1
        self.asked = 0

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        self.asked += 1
        return Told.act(candle, view)  # type: ignore[no-any-return]  # whatever it is


@pytest.fixture(autouse=True)
def _ctrl_c_is_taken() -> Iterator[None]:
    """Take Ctrl-C as the running bot does, so that a KeyboardInterrupt is the strategy's own."""
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    yield
    signal.signal(signal.SIGINT, before)


def desk_that(act: Callable[[Candle, MarketView], Any]) -> Desk:
    Told.act = staticmethod(act)
    board = Board(BTCUSDT, base=Timeframe.M1, capacity=10)
    for bar in candles([60_000.0] * 5):
        board.take(bar)
    return Desk(label="mine", strategy=Told(StrategySettings()), board=board)


def ask(desk: Desk) -> Signal | None:
    return desk.opinion(desk.view.history(Timeframe.M1)[-1])


@pytest.mark.parametrize("misdeed", MISDEEDS.values(), ids=MISDEEDS.keys())
def test_whatever_it_raises_or_returns_wrong_is_its_own_error(misdeed: Misdeed) -> None:
    desk = desk_that(misdeed)
    with pytest.raises(StrategyError) as caught:
        ask(desk)
    assert misdeed.told in caught.value.fault
    assert str(caught.value) == f"strategy mine: {caught.value.fault}"


def test_a_ctrl_c_that_nobody_has_taken_is_the_persons() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.raises(KeyboardInterrupt):
        ask(desk_that(MISDEEDS["raises Ctrl-C"]))


def test_what_it_changes_in_copies_changes_nothing() -> None:
    def spoil(bar: Candle, view: MarketView) -> None:
        view.history(bar.timeframe).latest(5).clear()
        view.history(bar.timeframe).closes(5).append(1.0)

    desk = desk_that(spoil)
    assert ask(desk) is None
    assert desk.view.history(Timeframe.M1).closes(9) == [60_000.0] * 5


def test_a_signal_is_taken_in_plain_types_and_its_factors_are_nobody_elses() -> None:
    factors = {"trend": 1.0}
    desk = desk_that(
        lambda _candle, _view: Signal(
            direction=Direction.LONG, reason="up", stop=59_000, factors=factors
        )
    )
    taken = ask(desk)
    factors["trend"] = float("nan")
    assert taken == Signal(
        direction=Direction.LONG, reason="up", stop=59_000.0, factors={"trend": 1.0}
    )


def test_no_opinion_is_none() -> None:
    assert ask(desk_that(lambda _candle, _view: None)) is None


def test_begun_anew_it_has_a_new_strategy_a_new_view_and_indicators_that_read_the_history() -> None:
    values: list[float | None] = []

    def spoil(_candle: Candle, view: MarketView) -> None:
        average = view.indicator(Sma, 3)
        values.append(average.value)
        average.update(1e9)  # which is not its to update
        view.indicator = None  # type: ignore[method-assign, assignment]  # the mistake this is about

    desk = desk_that(spoil)
    ask(desk)
    with pytest.raises(StrategyError, match="'NoneType' object is not callable"):
        ask(desk)
    desk.failures, desk.disabled = 3, "failed"
    made, strategy = Told.made, desk.strategy
    desk.restart()
    assert desk.failures == 0
    assert not desk.disabled
    assert Told.made == made  # its code is run when it is asked, and guarded
    ask(desk)
    assert Told.made == made + 1
    assert desk.strategy is not strategy
    assert values == [60_000.0, 60_000.0]


class Forgetful(Told):
    """Says nothing to the class it inherits from, and so has no settings."""

    def __init__(self, settings: StrategySettings) -> None:
        self.asked = 0


def test_begun_anew_it_is_made_as_it_was_made_first_whatever_it_did_to_its_settings() -> None:
    desk = desk_that(lambda _candle, _view: None)
    make = partial(Forgetful, StrategySettings())
    desk = Desk(label="mine", strategy=make(), board=desk.board, make=make)
    assert ask(desk) is None
    desk.restart()
    assert ask(desk) is None
    assert isinstance(desk.strategy, Forgetful)


def test_one_that_cannot_be_made_anew_fails_each_time_that_it_is_asked() -> None:
    desk = desk_that(lambda _candle, _view: None)
    desk.restart()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Told, "__init__", lambda _self, _settings: 1 / 0)
        for _ in range(2):
            with pytest.raises(StrategyError, match="ZeroDivisionError"):
                ask(desk)
    assert ask(desk) is None


def test_a_candle_of_one_board_is_judged_by_its_own_close() -> None:
    said = Signal(direction=Direction.LONG, reason="up", stop=100.0)
    desk = desk_that(lambda _candle, _view: said)
    assert desk.opinion(candle(101.0)) == said
    with pytest.raises(StrategyError, match=r"stop 100.0 of a LONG is not below the close 99\.0"):
        desk.opinion(candle(99.0))
