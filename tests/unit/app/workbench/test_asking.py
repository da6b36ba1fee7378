"""A strategy is asked in a guarded call, and its mistakes are counted by their kind."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from typing_extensions import override

from noctule.app.strategy_source import failure_in
from noctule.app.workbench.asking import Questioner, play
from noctule.app.workbench.seal import Seal
from noctule.strategies import Candle, Direction, MarketView, Signal, Strategy, StrategySettings
from noctule.strategies.rehearsal import candles_from

LONG = Signal(direction=Direction.LONG, reason="up")
CANDLES = candles_from(range(100, 110))


class Answering(Strategy):
    def __init__(self, answer: Callable[[Candle], object]) -> None:
        super().__init__(StrategySettings())
        self._answer = answer

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        return self._answer(candle)  # type: ignore[return-value]  # that is what is tested


def questioner(answer: Callable[[Candle], object], seal: Seal | None = None) -> Questioner:
    blame = partial(failure_in, path=Path(__file__), shown="my_idea.py")
    return Questioner(Answering(answer), blame=blame, seal=seal)


def fail(error: BaseException) -> object:
    raise error


def test_signals_are_returned_and_calls_are_timed() -> None:
    asked = questioner(lambda candle: LONG if candle.close == 103 else None)
    assert play(asked, CANDLES) == [(CANDLES[3], LONG)]
    assert len(asked.took_ns) == len(CANDLES)
    assert asked.troubles == {}


@pytest.mark.parametrize("error", [ZeroDivisionError("no"), SystemExit(3), KeyboardInterrupt()])
def test_what_is_raised_is_told_by_its_line_and_the_next_candle_is_asked_about(
    error: BaseException,
) -> None:
    asked = questioner(lambda _candle: fail(error))
    assert play(asked, CANDLES) == []
    ((trouble, count),) = asked.troubles.items()
    assert trouble.startswith("my_idea.py:")
    assert type(error).__name__ in trouble
    assert count == len(CANDLES)
    assert asked.first[trouble] == "1m 2026-01-01 00:01"


def test_mistakes_that_differ_in_numbers_only_are_one_kind() -> None:
    asked = questioner(
        lambda candle: Signal(direction=Direction.LONG, reason="up", stop=candle.close + 1.5)
    )
    play(asked, CANDLES)
    assert asked.troubles == {
        "stop 101.5 of a LONG is not below the close 100.0": len(CANDLES),
    }


def test_only_so_many_kinds_are_kept() -> None:
    asked = questioner(lambda candle: f"kind {'x' * int(candle.close - 99)}")
    play(asked, candles_from(range(100, 150)))
    assert len(asked.troubles) <= 100
    many = questioner(lambda candle: type(f"K{'x' * int(candle.close - 99)}", (), {})())
    play(many, candles_from(range(100, 250)))
    assert len(many.troubles) <= 100


def test_a_sealed_call_is_watched_and_everything_else_is_not() -> None:
    seal = Seal(Path(__file__).parent, shown="my_idea.py")
    asked = questioner(lambda _candle: seal.hear("open", ("x",)), seal)
    play(asked, CANDLES)
    seal.hear("open", ("y",))
    assert [each.what for each in seal.breaches] == ["it opened a file (open x)"]


def test_it_is_enough_when_it_is_said_to_be() -> None:
    asked = questioner(lambda _candle: None)
    play(asked, CANDLES, is_enough=lambda: len(asked.took_ns) == 4)
    assert len(asked.took_ns) == 4
