"""A signal that the bot does not follow to its end is told of."""

from decimal import Decimal

import pytest

from noctule.app.storm.promises.obeyed import ExitIsObeyed, ReversalIsWhole
from noctule.app.storm.scene import Rule, Violation
from noctule.app.storm.story import ClockJump
from noctule.domain.events.base import Event
from noctule.domain.events.desk import ExitRequested, SymbolReported
from noctule.domain.events.order import TradingAuthorized
from noctule.domain.events.signal import SignalGenerated, StrategyDisabled
from noctule.domain.report import SymbolLook
from noctule.domain.signals import Direction, Signal
from noctule.domain.trade import ExitReason
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT
from tests.fakes.small_storms import a_story
from tests.fakes.storm_life import a_name, a_running_life
from tests.fakes.storm_scene import OPEN_MS, StormScene

LONG = {"BTCUSDT": Direction.LONG}


def signal(direction: Direction) -> SignalGenerated:
    return SignalGenerated(
        at_ms=OPEN_MS,
        trace="t",
        symbol=BTCUSDT,
        timeframe=Timeframe.M1,
        strategy="s",
        close_ms=OPEN_MS - 1,
        price=60_000.0,
        signal=Signal(direction=direction, reason="r"),
    )


AUTHORIZED = TradingAuthorized(
    at_ms=OPEN_MS,
    trace="t",
    symbol=BTCUSDT,
    strategy="s",
    direction=Direction.SHORT,
    reason="r",
    gates={},
)
DISABLED = StrategyDisabled(
    at_ms=OPEN_MS, trace="t", strategy="s", symbols=(BTCUSDT,), reason="r", remedy="m"
)
FLATTENED = ExitRequested(
    at_ms=OPEN_MS, trace="t", symbol=BTCUSDT, reason=ExitReason.FLATTEN, actor="owner"
)


class Watched:
    """A long position that the bot leads."""

    def __init__(self, kind: type[Rule], *troubles: ClockJump) -> None:
        self.told: list[Violation] = []
        self.scene = StormScene(a_story(*troubles))
        self.scene.life = a_running_life(led=LONG)
        self.rule = kind(self.scene, self.told.append)
        self.scene.exchange.watchers.append(self.rule)
        self.scene.market("BTCUSDT", "0.01", name=a_name())

    def hear(self, *events: Event) -> None:
        """Hear these, and what is held."""
        for event in events:
            self.rule.heard(event)
        look = SymbolLook(
            symbol=BTCUSDT,
            signed_quantity=Decimal(0),
            entry_price=None,
            orders=(),
            at_ms=1,
            position_ms=1,
        )
        self.rule.heard(SymbolReported(at_ms=1, trace="t", look=look))

    def be_flat(self) -> None:
        """Let the position end, and the bracket with it."""
        self.scene.market("BTCUSDT", "-0.01", name=a_name())
        self.scene.life = a_running_life()

    def wait(self, seconds: int = 20) -> list[str]:
        """Let so much time pass; return which promises were broken."""
        for _ in range(seconds):
            self.scene.clock.advance_to_ms(self.scene.clock.now_ms() + 1_000)
            self.rule.look()
        return [each.rule for each in self.told]


@pytest.mark.parametrize("direction", [Direction.FLAT, Direction.SHORT])
def test_a_position_that_stays_against_a_signal_is_told_of(direction: Direction) -> None:
    watched = Watched(ExitIsObeyed)
    watched.hear(signal(direction))
    assert watched.wait() == ["an exit is obeyed"]


def test_one_that_is_left_in_time_or_still_wanted_is_no_news() -> None:
    left, wanted, reborn = Watched(ExitIsObeyed), Watched(ExitIsObeyed), Watched(ExitIsObeyed)
    left.hear(signal(Direction.FLAT))
    left.be_flat()
    wanted.hear(signal(Direction.LONG))
    reborn.hear(signal(Direction.FLAT))
    reborn.rule.born(a_running_life())
    assert [*left.wait(), *wanted.wait(), *reborn.wait()] == []


def test_a_reversal_without_its_second_half_is_told_of() -> None:
    watched = Watched(ReversalIsWhole)
    watched.hear(signal(Direction.SHORT))
    watched.be_flat()
    assert watched.wait() == ["a reversal is whole"]


@pytest.mark.parametrize(
    "then", [AUTHORIZED, DISABLED, FLATTENED, signal(Direction.FLAT)], ids=type
)
def test_a_reversal_that_came_or_is_not_wanted_any_more_is_no_news(then: Event) -> None:
    watched = Watched(ReversalIsWhole)
    watched.hear(signal(Direction.SHORT), then)
    watched.be_flat()
    assert watched.wait() == []


def test_an_old_signal_another_life_or_a_wrong_clock_end_a_reversal() -> None:
    old, reborn = Watched(ReversalIsWhole), Watched(ReversalIsWhole)
    wrong = Watched(ReversalIsWhole, ClockJump(at_ms=0, by_ms=1))
    old.hear(signal(Direction.SHORT))
    assert old.wait(55) == []
    for each in (reborn, wrong):
        each.hear(signal(Direction.SHORT))
    reborn.rule.born(a_running_life())
    for each in (old, reborn, wrong):
        each.be_flat()
        assert each.wait() == []
