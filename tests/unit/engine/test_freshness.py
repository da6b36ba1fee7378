"""Silence is measured in real time, symbol by symbol; a lost feed stays lost until it is back."""

from noctule.adapters.clock import VirtualClock
from noctule.domain.values import Symbol
from noctule.engine.freshness import Freshness
from tests.builders import BTCUSDT, START_MS

ETHUSDT = Symbol("ETHUSDT")


def test_what_was_never_heard_is_not_said_to_be_silent_for_any_time() -> None:
    assert Freshness(VirtualClock(START_MS)).silent_ms(BTCUSDT) is None


def test_silence_lasts_from_the_latest_frame_of_the_same_symbol() -> None:
    clock = VirtualClock(START_MS)
    freshness = Freshness(clock)
    freshness.hear(BTCUSDT)
    clock.advance_to_ms(START_MS + 700)
    freshness.hear(ETHUSDT)
    clock.advance_to_ms(START_MS + 1_000)
    assert (freshness.silent_ms(BTCUSDT), freshness.silent_ms(ETHUSDT)) == (1_000, 300)


def test_best_prices_have_an_age_of_their_own_and_none_where_nobody_tells_them() -> None:
    clock = VirtualClock(START_MS)
    freshness = Freshness(clock)
    freshness.hear_quote(BTCUSDT)
    clock.advance_to_ms(START_MS + 700)
    freshness.hear(BTCUSDT)
    assert (freshness.quote_age_ms(BTCUSDT), freshness.quote_age_ms(ETHUSDT)) == (700, None)


def test_a_lost_feed_is_lost_for_its_own_symbol_until_it_is_back() -> None:
    freshness = Freshness(VirtualClock(START_MS))
    freshness.lose(BTCUSDT)
    freshness.lose(BTCUSDT)
    assert (freshness.is_lost(BTCUSDT), freshness.is_lost(ETHUSDT)) == (True, False)
    freshness.restore(BTCUSDT)
    assert not freshness.is_lost(BTCUSDT)


def test_a_feed_may_come_back_that_was_not_lost() -> None:
    freshness = Freshness(VirtualClock(START_MS))
    freshness.restore(BTCUSDT)
    assert not freshness.is_lost(BTCUSDT)
