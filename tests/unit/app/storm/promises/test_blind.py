"""An entry that leaves while the bot has said that it does not see is told of."""

import pytest

from noctule.app.storm.exchange import Asked
from noctule.app.storm.promises.blind import NoBlindEntry
from noctule.app.storm.scene import Violation
from noctule.domain.events.base import Event
from noctule.domain.events.data import FeedLost, FeedRestored
from noctule.domain.events.order import AccountFeedLost, AccountFeedRestored
from tests.builders import BTCUSDT
from tests.fakes.storm_life import a_running_life
from tests.fakes.storm_scene import OPEN_MS, StormScene

ENTRY = Asked("POST", "/fapi/v1/order", {"symbol": "BTCUSDT", "type": "MARKET"})
CLOSE = Asked("POST", "/fapi/v1/order", {"symbol": "BTCUSDT", "reduceOnly": "true"})
MARKET_LOST = FeedLost(at_ms=OPEN_MS, trace="t", symbol=BTCUSDT, reason="cut")
MARKET_BACK = FeedRestored(at_ms=OPEN_MS, trace="t", symbol=BTCUSDT, gap_from_ms=None)
ACCOUNT_LOST = AccountFeedLost(at_ms=OPEN_MS, trace="t", reason="cut")
ACCOUNT_BACK = AccountFeedRestored(at_ms=OPEN_MS, trace="t", missed=0)


class Watched:
    """The promise, and what it says."""

    def __init__(self) -> None:
        self.told: list[Violation] = []
        self.scene = StormScene()
        self.rule = NoBlindEntry(self.scene, self.told.append)

    def after(self, *events: Event, wait_ms: int = 1_000) -> None:
        """Hear these, and let time pass."""
        for event in events:
            self.rule.heard(event)
        self.scene.clock.advance_to_ms(self.scene.clock.now_ms() + wait_ms)


@pytest.mark.parametrize("lost", [MARKET_LOST, ACCOUNT_LOST])
def test_an_entry_in_the_dark_is_told_of(lost: Event) -> None:
    watched = Watched()
    watched.after(lost)
    watched.rule.asking(ENTRY)
    assert [each.rule for each in watched.told] == ["no blind entry"]


@pytest.mark.parametrize(
    ("lost", "back"), [(MARKET_LOST, MARKET_BACK), (ACCOUNT_LOST, ACCOUNT_BACK)]
)
def test_whoever_sees_again_may_enter(lost: Event, back: Event) -> None:
    watched = Watched()
    watched.after(lost, back)
    watched.rule.asking(ENTRY)
    assert watched.told == []


def test_what_was_on_its_way_may_arrive_and_a_close_always_may() -> None:
    watched = Watched()
    watched.after(ACCOUNT_LOST, wait_ms=50)
    watched.rule.asking(ENTRY)
    watched.after(wait_ms=1_000)
    watched.rule.asking(CLOSE)
    assert watched.told == []


def test_another_life_begins_with_open_eyes() -> None:
    watched = Watched()
    watched.after(ACCOUNT_LOST)
    watched.rule.born(a_running_life())
    watched.rule.asking(ENTRY)
    assert watched.told == []


def test_what_left_in_the_light_and_was_not_executed_may_be_repeated_in_the_dark() -> None:
    watched = Watched()
    watched.rule.asking(ENTRY)
    watched.after(ACCOUNT_LOST)
    watched.rule.asking(ENTRY)
    assert watched.told == []
