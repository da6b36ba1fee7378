"""A storm's strategy says anything there is, the same of the same candle, and sense at last."""

from collections import Counter

import pytest

from noctule.app.storm.idea import StormIdea, StormIdeaSettings
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Symbol, Timeframe
from noctule.market.board import Board
from noctule.market.view import MarketView
from tests.builders import BTCUSDT, START_MS, candle

_MINUTE_MS = 60_000
_VIEW = MarketView(Board(BTCUSDT, base=Timeframe.M1, capacity=1))


def test_it_says_something_on_about_as_many_candles_as_it_is_told() -> None:
    said = sum(each is not None for each in _said(StormIdeaSettings(often=0.25)))

    assert 450 < said < 550


def test_it_says_the_same_of_the_same_candle_and_another_seed_does_not() -> None:
    assert _said(StormIdeaSettings()) == _said(StormIdeaSettings())
    assert _said(StormIdeaSettings()) != _said(StormIdeaSettings(seed=2))


def test_two_symbols_hear_different_things() -> None:
    idea = StormIdea(StormIdeaSettings(often=1))

    assert [_asked(idea, minute) for minute in range(20)] != [
        _asked(idea, minute, symbol=Symbol("ETHUSDT")) for minute in range(20)
    ]


def test_it_enters_both_ways_and_leaves() -> None:
    directions = Counter(each.direction for each in _signals())

    assert min(directions[each] for each in Direction) > 300


def test_its_stops_are_there_or_not_near_far_and_on_the_wrong_side() -> None:
    entries = [each for each in _signals() if each.direction is not Direction.FLAT]

    distances = [_distance(each, each.stop) for each in entries if each.stop is not None]

    assert 0.1 < 1 - len(distances) / len(entries) < 0.25
    assert {_length(each) for each in distances} == {"wrong", "near", "usual", "far"}
    assert Counter(map(_length, distances)).most_common(1)[0][0] == "usual"


def test_what_is_wrong_with_a_signal_is_never_more_than_its_levels() -> None:
    assert all(each.flaw() is None for each in _signals())


def test_in_the_calm_every_candle_has_a_plain_entry() -> None:
    signals = _calm(range(20))

    assert all(each.flaw(60_000.0) is None for each in signals)
    for each in signals:
        assert each.direction is not Direction.FLAT
        assert _distance(each, each.stop) == pytest.approx(0.01)
        assert _distance(each, each.target) == pytest.approx(-0.015)


def test_in_the_calm_it_changes_its_mind_once_so_that_it_trades_and_then_rests() -> None:
    directions = [each.direction for each in _calm(range(12))]

    assert directions[:4] == [directions[0]] * 4
    assert directions[4:] == [directions[0].opposite] * 8


def test_without_a_calm_it_never_becomes_sensible() -> None:
    assert None in _said(StormIdeaSettings(calm_ms=0))


def _said(settings: StormIdeaSettings, minutes: int = 2_000) -> list[Signal | None]:
    idea = StormIdea(settings)
    return [_asked(idea, minute) for minute in range(minutes)]


def _asked(idea: StormIdea, minute: int, *, symbol: Symbol = BTCUSDT) -> Signal | None:
    return idea.analyze(candle(symbol=symbol, open_ms=START_MS + minute * _MINUTE_MS), _VIEW)


def _signals() -> list[Signal]:
    return [each for each in _said(StormIdeaSettings(often=1)) if each is not None]


def _calm(minutes: range) -> list[Signal]:
    idea = StormIdea(StormIdeaSettings(calm_ms=START_MS))
    return [each for minute in minutes if (each := _asked(idea, minute)) is not None]


def _distance(signal: Signal, level: float | None) -> float:
    """Return how far on the stop's side of the price a level is, as a share."""
    assert level is not None
    return (1 if signal.direction is Direction.LONG else -1) * (1 - level / 60_000.0)


def _length(distance: float) -> str:
    if distance < 0:
        return "wrong"
    if distance < 0.0003:
        return "near"
    return "usual" if distance < 0.011 else "far"
