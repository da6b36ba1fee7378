"""What a desk waits for is told in a clause, whatever its strategy's code does when it is asked."""

import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typing_extensions import override

from noctule.domain.market import Candle
from noctule.domain.signals import Signal
from noctule.domain.values import Timeframe
from noctule.engine.desk import Desk
from noctule.engine.owners_code import AskedTooLong
from noctule.engine.turn import Turn
from noctule.engine.waiting import Waiting
from noctule.market.board import Board
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings
from tests.builders import BTCUSDT, candles


class Waiter(Strategy):
    """Says what its test wants when it is asked what it waits for."""

    def __init__(self, settings: StrategySettings) -> None:
        super().__init__(settings)
        self.act: Callable[[], Any] = lambda: "waits for rain"
        self.asked = 0

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        return None

    @override
    def waits_for(self, candle: Candle, view: MarketView) -> str | None:
        self.asked += 1
        return self.act()  # type: ignore[no-any-return]  # whatever it is


class Scene:
    """One desk with five candles of history, and a stopwatch that its strategy moves."""

    def __init__(self, act: Callable[[], Any] | None = None, *, warmup_bars: int = 0) -> None:
        self.now_ns = 1_000
        self.strategy = Waiter(StrategySettings())
        if act is not None:
            self.strategy.act = act
        board = Board(BTCUSDT, base=Timeframe.M1, capacity=10)
        for bar in candles([60_000.0] * 5):
            board.take(bar)
        self.desk = Desk(label="mine", strategy=self.strategy, board=board, warmup_bars=warmup_bars)
        self.desk.is_new = False
        self.turn = Turn()
        self.waiting = Waiting(self.turn, stopwatch_ns=lambda: self.now_ns, too_slow_ms=1_000)

    def ask(self) -> str:
        return self.waiting.told(self.desk)


@pytest.fixture(autouse=True)
def _ctrl_c_is_taken() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    yield
    signal.signal(signal.SIGINT, before)


def test_the_strategys_words_are_told_in_one_line() -> None:
    assert Scene(lambda: "  waits for\n rain ").ask() == "waits for rain"


def test_words_without_end_are_cut_and_half_a_character_is_mended() -> None:
    assert Scene(lambda: "x" * 1_000_000).ask() == "x" * 200
    assert Scene(lambda: "a \ud800").ask() == "a ?"


@pytest.mark.parametrize("said", [None, "", "  "])
def test_a_strategy_that_says_nothing_is_told_so(said: str | None) -> None:
    assert Scene(lambda: said).ask() == (
        "waits for its next signal, and does not say what that would take"
    )


def test_a_warm_up_tells_how_far_it_is_and_asks_nobody() -> None:
    scene = Scene(warmup_bars=31)
    assert scene.ask() == "warms up: 5 of 31 candles"
    assert scene.strategy.asked == 0


def test_a_warm_strategy_is_asked() -> None:
    assert Scene(warmup_bars=5).ask() == "waits for rain"


def test_before_the_first_candle_nobody_is_asked() -> None:
    scene = Scene()
    scene.desk.board = Board(BTCUSDT, base=Timeframe.M1, capacity=10)
    assert scene.ask() == "waits for its first candle"


def test_a_disabled_strategy_is_told_with_the_reason_and_not_asked() -> None:
    scene = Scene()
    scene.desk.disabled = "failed 3 times in a row"
    assert scene.ask() == "is disabled: failed 3 times in a row"
    assert scene.strategy.asked == 0


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda: 1 / 0, "test_waiting.py:"),
        (lambda: 7, "waits_for returned int, not a text"),
        (lambda: (_ for _ in ()).throw(SystemExit), "SystemExit"),
        (lambda: (_ for _ in ()).throw(KeyboardInterrupt), "KeyboardInterrupt"),
    ],
)
def test_one_that_fails_is_told_and_asked_that_no_more_and_trades_on(
    act: Callable[[], Any], told: str
) -> None:
    scene = Scene(act)
    first, second = scene.ask(), scene.ask()
    assert first.startswith("cannot say what it waits for: ")
    assert told in first
    assert second == first
    assert scene.strategy.asked == 1
    assert (scene.desk.disabled, scene.desk.failures) == (None, 0)


def test_a_coroutine_is_no_text_and_nobody_complains_of_it() -> None:
    async def late() -> str:
        return "late"

    assert "waits_for returned coroutine, not a text" in Scene(late).ask()


def test_a_ctrl_c_that_nobody_has_taken_is_the_persons() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.raises(KeyboardInterrupt):
        Scene(lambda: (_ for _ in ()).throw(KeyboardInterrupt)).ask()


def test_it_has_the_turn_while_it_is_asked_so_that_a_watchdog_can_end_it() -> None:
    seen: list[tuple[Desk | None, int]] = []
    scene = Scene()
    scene.strategy.act = lambda: seen.append((scene.turn.desk, scene.turn.began_ns))
    scene.ask()
    assert seen == [(scene.desk, 1_000)]
    assert scene.turn.began_ns == 0


def test_one_that_is_interrupted_while_its_failure_is_written_is_told_where() -> None:
    class Endless(Exception):
        @override
        def __str__(self) -> str:
            raise AskedTooLong("at mine.py:7 in waits_for")

    def fail() -> None:
        raise Endless

    assert Scene(fail).ask() == "cannot say what it waits for: mine.py:7 in waits_for"


def test_a_slow_one_is_asked_that_no_more_unless_it_read_the_history() -> None:
    def dawdle() -> str:
        scene.now_ns += 1_500_000_000
        return "waits for rain"

    scene = Scene(dawdle)
    scene.desk.is_new = True
    assert scene.ask() == "waits for rain"
    scene.desk.is_new = False
    told = "took 1500 ms to say what it waits for: nothing else ran"
    assert [scene.ask(), scene.ask()] == [told, told]
    assert scene.strategy.asked == 2


def test_who_looks_at_many_takes_no_more_of_a_second_than_a_tenth() -> None:
    def dawdle() -> str:
        scene.now_ns += 40_000_000
        return "waits for rain"

    scene = Scene(dawdle)
    told = [scene.ask() for _ in range(50)]

    assert scene.strategy.asked == 3
    assert told[3:] == ["was not asked just now: others took too long to answer"] * 47
    scene.now_ns += 1_000_000_000
    assert scene.ask() == "waits for rain"


def test_begun_anew_it_is_asked_again() -> None:
    scene = Scene(lambda: 1 / 0)
    scene.ask()
    scene.desk.restart()
    assert scene.ask() == "waits for rain"
