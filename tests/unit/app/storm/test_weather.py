"""A storm's market is the same for the same seed, in order, and shaken as the story says."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import takewhile
from typing import TypeVar

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.source import Instant, MarketEvent
from noctule.app.storm.contracts import contract_changes, contracts
from noctule.app.storm.story import Shock, ShockKind, Story
from noctule.app.storm.weather import HISTORY_MS, weather

T = TypeVar("T", Tick, MarkTick)

_MINUTE_MS = 60_000
_OPEN_MS = 1_790_553_600_000
_START_MS = _OPEN_MS - HISTORY_MS
_STORY = Story(seed=1, profile="calm", minutes=30, symbols=("BTCUSDT", "ETHUSDT"))
_AT_MS = 10 * _MINUTE_MS  # of the shock


def test_the_same_story_has_the_same_market_and_another_seed_another() -> None:
    assert _events(_STORY) == _events(_STORY)
    assert _events(_STORY) != _events(replace(_STORY, seed=2))


def test_events_come_in_order() -> None:
    times = [event.time_ms for event in _events(_STORY)]

    assert times == sorted(times)


def test_a_candle_has_four_trades_and_a_mark_comes_every_three_seconds() -> None:
    minute = [
        event
        for event in _events(_STORY)
        if 0 <= event.time_ms - _OPEN_MS < _MINUTE_MS and not isinstance(event, Instant)
    ]

    for symbol in _STORY.symbols:
        own = [event for event in minute if event.symbol == symbol]
        assert sum(isinstance(event, Tick) for event in own) == 4
        assert sum(isinstance(event, MarkTick) for event in own) == 20


def test_it_begins_an_hour_before_the_opening() -> None:
    assert _events(_STORY)[0] == Instant(time_ms=_OPEN_MS - 60 * _MINUTE_MS)


def test_every_trade_is_on_the_grid_and_taken_by_halves() -> None:
    rules = {each.symbol: each for each in contracts(_STORY)}

    for tick in _ticks(_events(_STORY), symbol=None):
        own = rules[tick.symbol]
        assert not tick.price % own.tick
        assert not tick.qty % own.step
        assert tick.quote_qty == tick.price * tick.qty
        assert tick.taker_buy_quote == tick.price * tick.taker_buy_qty


def test_a_wilder_market_moves_further() -> None:
    quiet, wild = (_spread(replace(_STORY, volatility=each)) for each in (0.1, 3))

    assert wild > 10 * quiet


def test_nothing_is_different_before_a_shock() -> None:
    before = [event for event in _shaken(ShockKind.CRASH, size=0.1) if event.time_ms < _at_ms()]

    assert before == [event for event in _events(_STORY) if event.time_ms < _at_ms()]


def test_the_other_symbol_is_not_shaken() -> None:
    shaken = _ticks(_shaken(ShockKind.GAP, size=0.1), symbol="ETHUSDT")

    assert shaken == _ticks(_events(_STORY), symbol="ETHUSDT")


def test_a_crash_falls_within_a_minute_and_comes_back_by_half() -> None:
    story = _with(ShockKind.CRASH, size=0.1, for_ms=5 * _MINUTE_MS)

    assert _moved(story, _AT_MS + 30_000) == pytest.approx(-0.051, abs=0.01)
    assert _moved(story, _AT_MS + _MINUTE_MS) == pytest.approx(-0.1, abs=0.01)
    assert _moved(story, _AT_MS + 7 * _MINUTE_MS) == pytest.approx(-0.051, abs=0.01)


def test_a_surge_rises_and_comes_back_by_half() -> None:
    story = _with(ShockKind.SURGE, size=0.1, for_ms=5 * _MINUTE_MS)

    assert _moved(story, _AT_MS + _MINUTE_MS) == pytest.approx(0.1, abs=0.01)
    assert _moved(story, _AT_MS + 7 * _MINUTE_MS) == pytest.approx(0.049, abs=0.01)


def test_a_crash_has_more_trades_than_other_minutes() -> None:
    events = _shaken(ShockKind.CRASH, size=0.1, for_ms=_MINUTE_MS)

    assert len(_within(_ticks(events), _AT_MS, _MINUTE_MS)) == 20


def test_a_gap_is_there_from_one_trade_to_the_next_and_stays() -> None:
    story = _with(ShockKind.GAP, size=-0.05)

    assert _moved(story, _AT_MS - 15_000) == 0
    assert _moved(story, _AT_MS + 1_000) == pytest.approx(-0.05, abs=0.002)
    assert _moved(story, _AT_MS + 15 * _MINUTE_MS) == pytest.approx(-0.05, abs=0.002)


def test_a_wick_is_there_and_back_and_the_mark_does_not_follow() -> None:
    events = _shaken(ShockKind.WICK, size=0.04)

    prices = [float(tick.price) for tick in _within(_ticks(events), _AT_MS, 3_000)]
    assert max(prices) / prices[-1] == pytest.approx(1.04, abs=0.001)
    assert _marks(events) == _marks(_events(_STORY))


def test_in_a_halt_nothing_comes_at_all() -> None:
    events = _shaken(ShockKind.HALT, for_ms=2 * _MINUTE_MS)

    assert _within(_ticks(events), _AT_MS, 2 * _MINUTE_MS) == []
    assert _within(_marks(events), _AT_MS, 2 * _MINUTE_MS) == []
    assert _within(_ticks(events), _AT_MS + 2 * _MINUTE_MS, _MINUTE_MS)


@pytest.mark.parametrize("kind", [ShockKind.SILENCE, ShockKind.DELISTED])
def test_in_a_silence_nobody_trades_and_the_mark_goes_on(kind: ShockKind) -> None:
    events = _shaken(kind, for_ms=2 * _MINUTE_MS)

    assert _within(_ticks(events), _AT_MS, 2 * _MINUTE_MS) == []
    assert len(_within(_marks(events), _AT_MS, 2 * _MINUTE_MS)) == 40


def test_the_mark_leaves_the_price_alone_and_comes_back() -> None:
    events = _shaken(ShockKind.MARK_ALONE, size=0.03, for_ms=2 * _MINUTE_MS)

    away = [
        float(mark.mark / mark.index - 1)
        for mark in _within(_marks(events), _AT_MS, 3 * _MINUTE_MS)
    ]
    assert max(away) == pytest.approx(0.03, abs=0.001)
    assert away[20] == max(away)
    assert away[-1] == 0
    assert _ticks(events) == _ticks(_events(_STORY))


def test_an_extreme_funding_is_announced_for_the_end_of_the_shock() -> None:
    events = _shaken(ShockKind.FUNDING, size=-0.01, for_ms=2 * _MINUTE_MS)

    told = _within(_marks(events), _AT_MS, 2 * _MINUTE_MS)
    assert {(each.funding_rate, each.next_funding_ms) for each in told} == {
        (Decimal("-0.01"), _at_ms() + 2 * _MINUTE_MS)
    }
    (after, *_) = _within(_marks(events), _AT_MS + 2 * _MINUTE_MS, _MINUTE_MS)
    assert (after.funding_rate, after.next_funding_ms) == (
        Decimal("0.0001"),
        _OPEN_MS + 8 * 60 * _MINUTE_MS,
    )


def test_what_is_listed_has_no_market_before() -> None:
    events = _shaken(ShockKind.LISTED)

    assert _ticks(events)[0].time_ms == _marks(events)[0].time_ms == _at_ms()


def test_after_a_change_of_rules_it_trades_on_the_new_grid() -> None:
    stories = [replace(_with(ShockKind.RULES), seed=seed) for seed in range(20)]
    usual = contracts(_STORY)[0].tick
    story = next(each for each in stories if contract_changes(each)[0].rules.tick > usual)

    tick = contract_changes(story)[0].rules.tick
    after = _within(_ticks(_events(story)), _AT_MS, 10 * _MINUTE_MS)
    assert {each.price % tick for each in after} == {Decimal(0)}


def test_two_shocks_at_once_add_up() -> None:
    gap = _shock(ShockKind.GAP, size=-0.05)
    story = replace(_STORY, shocks=(gap, _shock(ShockKind.CRASH, size=0.1, for_ms=_MINUTE_MS)))

    assert _moved(story, _AT_MS + _MINUTE_MS) == pytest.approx(0.95 * 0.9 - 1, abs=0.01)


def _shock(kind: ShockKind, *, size: float = 0.0, for_ms: int = 1) -> Shock:
    return Shock(at_ms=_AT_MS, kind=kind, symbol="BTCUSDT", size=size, for_ms=for_ms)


def _with(kind: ShockKind, *, size: float = 0.0, for_ms: int = 1) -> Story:
    return replace(_STORY, shocks=(_shock(kind, size=size, for_ms=for_ms),))


def _events(story: Story) -> list[MarketEvent]:
    end_ms = _OPEN_MS + story.minutes * _MINUTE_MS
    market = weather(contracts(story), story, start_ms=_START_MS)
    return list(takewhile(lambda event: event.time_ms < end_ms, market))


def _shaken(kind: ShockKind, *, size: float = 0.0, for_ms: int = 1) -> list[MarketEvent]:
    return _events(_with(kind, size=size, for_ms=for_ms))


def _ticks(events: Sequence[MarketEvent], symbol: str | None = "BTCUSDT") -> list[Tick]:
    ticks = [event for event in events if isinstance(event, Tick)]
    return [tick for tick in ticks if symbol in (None, tick.symbol)]


def _marks(events: Sequence[MarketEvent]) -> list[MarkTick]:
    marks = [event for event in events if isinstance(event, MarkTick)]
    return [mark for mark in marks if mark.symbol == "BTCUSDT"]


def _within(events: Sequence[T], after_ms: int, for_ms: int) -> list[T]:
    begin_ms = _OPEN_MS + after_ms
    return [event for event in events if begin_ms <= event.time_ms < begin_ms + for_ms]


def _at_ms() -> int:
    return _OPEN_MS + _AT_MS


def _moved(story: Story, after_ms: int) -> float:
    """Return by what share the last price differs at this time from what it would have been."""
    shaken, usual = (
        next(
            each for each in reversed(_ticks(_events(told))) if each.time_ms <= _OPEN_MS + after_ms
        )
        for told in (story, replace(story, shocks=()))
    )
    return float(shaken.price / usual.price - 1)


def _spread(story: Story) -> float:
    prices = [float(tick.price) for tick in _ticks(_events(story))]
    return max(prices) / min(prices) - 1
