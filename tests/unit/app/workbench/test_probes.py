"""Whoever sees the future, or remembers what is not its own, is caught and quoted."""

from collections.abc import Callable
from typing import ClassVar

import pytest
from typing_extensions import override

from noctule.app.online.findings import Verdict
from noctule.app.workbench.asking import Questioner, Said, play
from noctule.app.workbench.probes import another_future, cannot_tell, look_ahead, repeat
from noctule.strategies import Candle, Direction, MarketView, Signal, Strategy, StrategySettings
from noctule.strategies.rehearsal import candles_from
from noctule.strategies.sma_cross import SmaCross, SmaCrossSettings

CANDLES = candles_from([100 + (step * 7 % 23) - step % 5 for step in range(60)])
Make = Callable[[], Strategy]


def asked(make: Make) -> Questioner:
    return Questioner(make(), blame=repr)


def cross() -> Strategy:
    return SmaCross(SmaCrossSettings(fast=2, slow=5))


class Noting(Strategy):
    """Remembers in the class, and forgets when a new row of candles begins."""

    seen: ClassVar[list[float]] = []

    def __init__(self) -> None:
        super().__init__(StrategySettings())

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        if len(view.history("1m")) == 1 and candle.symbol == "BTCUSDT":
            self.seen.clear()
        self.seen.append(candle.close)
        return Signal(direction=Direction.LONG, reason=f"{len(self.seen)} seen")


class NeverForgetting(Noting):
    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        self.seen.append(candle.close)
        return Signal(direction=Direction.LONG, reason=f"{len(self.seen)} seen")


class Counting(Strategy):
    """Counts how often one was made, as one would who hides something."""

    made = 0

    def __init__(self) -> None:
        super().__init__(StrategySettings())
        type(self).made += 1
        self.is_late = self.made > 6  # the one that sees another future

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        return Signal(direction=Direction.LONG, reason="late") if self.is_late else None


def said_by(make: Make) -> Said:
    return play(asked(make), CANDLES)


def test_a_pure_strategy_sees_no_future_and_repeats_itself() -> None:
    said = said_by(cross)
    assert len(said) > 5
    assert repeat(lambda: asked(cross), CANDLES, said, []).verdict is Verdict.OK
    assert look_ahead(lambda: asked(cross), CANDLES, said, []).verdict is Verdict.OK


def test_a_signal_that_is_gone_when_the_candles_end_early_is_quoted() -> None:
    quick = said_by(lambda: SmaCross(SmaCrossSettings(fast=1, slow=3)))
    found = look_ahead(lambda: asked(cross), CANDLES, quick, [])
    assert found.verdict is Verdict.FAIL
    assert found.text.startswith("where the candles end at 2026-01-01 00:")
    assert "instead of SHORT (SMA 1 crossed below SMA 3" in found.text
    assert found.text.endswith(": it sees the future")


def test_a_signal_that_comes_only_with_another_future_is_quoted() -> None:
    Counting.made = 0
    said = said_by(Counting)
    found = look_ahead(lambda: asked(Counting), CANDLES, said, [])
    assert found.verdict is Verdict.OK
    found = look_ahead(lambda: asked(Counting), CANDLES, said, [])
    assert found.verdict is Verdict.FAIL
    Counting.made = 2
    found = look_ahead(lambda: asked(Counting), CANDLES, said, [])
    assert found.text.startswith("where others follow at 2026-01-01 00:")


def test_what_outlives_a_strategy_is_told_when_it_is_played_again() -> None:
    Noting.seen.clear()
    found = repeat(lambda: asked(NeverForgetting), CANDLES, said_by(NeverForgetting), [])
    assert found.text == (
        "played again it signals LONG (61 seen) of 1m 2026-01-01 00:01 instead of LONG (1 seen) "
        "of 1m 2026-01-01 00:01"
    )


def test_what_two_symbols_share_is_told_when_they_are_asked_in_turn() -> None:
    found = repeat(lambda: asked(Noting), CANDLES, said_by(Noting), [])
    assert found.text.startswith(
        "beside another symbol BTCUSDT signals LONG (3 seen) of 1m 2026-01-01 00:02 "
        "instead of LONG (2 seen)"
    )


def test_another_future_begins_after_the_moment_and_is_possible() -> None:
    other = another_future(CANDLES, 20)
    assert other[:20] == CANDLES[:20]
    assert [each.flaw() for each in other] == [None] * len(CANDLES)
    assert all(
        (mine.close - CANDLES[19].close) * (right.close - CANDLES[19].close) <= 0
        for mine, right in zip(other[20:], CANDLES[20:], strict=True)
    )


@pytest.mark.parametrize("count", [1, 3, 4, 5])
def test_few_candles_are_enough_for_a_look(count: int) -> None:
    found = look_ahead(lambda: asked(cross), CANDLES[:count], [], [])
    assert found.verdict is Verdict.OK


def test_one_that_is_not_steady_is_not_judged() -> None:
    assert cannot_tell().verdict is Verdict.WARN
