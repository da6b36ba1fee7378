"""A candle that is not the market's, or not in its place, is told of."""

from msgspec.structs import replace

from noctule.app.storm.promises.candles import CandlesAreTrue
from noctule.app.storm.scene import Violation
from noctule.domain.events.data import CandleClosed
from noctule.domain.market import Candle
from tests.builders import candle
from tests.fakes.storm_life import a_running_life
from tests.fakes.storm_scene import OPEN_MS, StormScene

MINUTE_MS = 60_000
FIRST = candle(60_010.0, open=60_000.0, high=60_010.0, low=60_000.0, open_ms=OPEN_MS)


class Watched:
    """Two minutes of a market, the second without a trade, and what is said of its candles."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.scene = StormScene()
        self.rule = CandlesAreTrue(self.scene, self._tell)
        self.scene.trade("BTCUSDT", "60000")
        self.scene.clock.advance_to_ms(OPEN_MS + 30_000)
        self.scene.trade("BTCUSDT", "60010")
        self.scene.clock.advance_to_ms(OPEN_MS + 2 * MINUTE_MS + 5)
        self.scene.trade("BTCUSDT", "60020")

    def hear(self, *candles: Candle) -> list[str]:
        """Let these be told, one after the other."""
        for each in candles:
            self.rule.heard(CandleClosed(at_ms=each.close_ms, trace="t", candle=each))
        return self.told

    def _tell(self, violation: Violation) -> None:
        self.told.append(violation.text.split(": ", 1)[1])


def test_the_markets_own_candles_are_no_news() -> None:
    idle = FIRST.idle_at(OPEN_MS + MINUTE_MS)
    assert Watched().hear(FIRST, idle) == []


def test_a_candle_twice_and_one_left_out_are_told_of() -> None:
    (twice,) = Watched().hear(FIRST, FIRST)
    assert twice == f"a candle of {OPEN_MS} where {OPEN_MS + MINUTE_MS} is due"
    before = replace(FIRST, open_ms=OPEN_MS - MINUTE_MS)
    assert any("is due" in each for each in Watched().hear(before, FIRST.idle_at(OPEN_MS)))


def test_a_candle_that_is_not_over_or_was_otherwise_is_told_of() -> None:
    running = candle(60_020.0, open_ms=OPEN_MS + 2 * MINUTE_MS)
    (told,) = Watched().hear(running)
    assert told == f"the candle of {running.open_ms} is not over"
    (told,) = Watched().hear(replace(FIRST, close=60_005.0))
    assert told.startswith(f"the candle of {OPEN_MS} is (")


def test_another_life_begins_where_it_likes() -> None:
    watched = Watched()
    watched.hear(FIRST)
    watched.rule.born(a_running_life())
    assert watched.hear(FIRST) == []
