"""What the strategy wants to leave is left, and what it wants instead is entered or refused."""

from collections.abc import Callable
from typing import Final

from typing_extensions import override

from noctule.app.storm.life import Life
from noctule.app.storm.promises.standing import Standing, round_trip_ms
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.app.storm.story import ClockJump
from noctule.domain.events.base import Event
from noctule.domain.events.desk import EntryRefused, ExitRequested
from noctule.domain.events.order import CommandReceived, TradingAuthorized
from noctule.domain.events.signal import SignalGenerated, StrategyDisabled
from noctule.domain.signals import Direction
from noctule.domain.values import Symbol

__all__ = ["ExitIsObeyed", "ReversalIsWhole"]

_LIMIT_MS: Final = 10_000
_FRESH_MS: Final = 50_000  # of a signal: what is older may be left
_WAY: Final = {Direction.LONG: 1, Direction.SHORT: -1}


class ExitIsObeyed(Standing):
    """A signal against a position closes it within ten seconds."""

    name = "an exit is obeyed"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._round_trip_ms = round_trip_ms(scene)
        self._unwanted: dict[str, int] = {}  # the sign of what was held then

    @property
    @override
    def limit_ms(self) -> int:
        return _LIMIT_MS + 2 * self._round_trip_ms

    @override
    def stands(self, symbol: str) -> str | None:
        sign, amount = self._unwanted.get(symbol, 0), self.scene.amount(symbol)
        if sign * amount <= 0 or not self.holdings.is_ours(symbol):
            self._unwanted.pop(symbol, None)
            return None
        return f"{amount:f} is held against the strategy's signal"

    @override
    def heard(self, event: Event) -> None:
        if isinstance(event, SignalGenerated):
            self._take(event)
        super().heard(event)

    @override
    def born(self, life: Life) -> None:
        super().born(life)
        self._unwanted.clear()
        self._spans.clear()

    def _take(self, event: SignalGenerated) -> None:
        symbol, direction = event.symbol, event.signal.direction
        life, amount = self.scene.life, self.scene.amount(symbol)
        if life is None or not amount or not self.holdings.is_ours(symbol):
            return
        bracket = life.bot.trading.desk.brackets.get(symbol)
        sign = 1 if amount > 0 else -1
        if bracket is None or _WAY.get(bracket.plan.direction) != sign:
            return
        if direction is not bracket.plan.direction:
            self._unwanted[symbol] = sign
            self._changed.setdefault(symbol, (self.scene.now_ms, True))


class ReversalIsWhole(Rule):
    """Once the first half is flat the second is entered, or refused in so many words."""

    name = "a reversal is whole"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._wanted: dict[Symbol, SignalGenerated] = {}
        # Of a signal that seems old to it nothing is left.
        self._may_judge = not any(isinstance(each, ClockJump) for each in scene.story.troubles)

    @override
    def born(self, life: Life) -> None:
        self._wanted.clear()

    @override
    def heard(self, event: Event) -> None:
        match event:
            case SignalGenerated():
                self._take(event)
            case TradingAuthorized() | EntryRefused():
                self._wanted.pop(event.symbol, None)
            case CommandReceived() | StrategyDisabled():
                self._wanted.clear()
            case ExitRequested() if event.actor != "strategy":
                self._wanted.pop(event.symbol, None)
            case _:
                return

    @override
    def look(self) -> None:
        life = self.scene.life
        if not self._wanted or not self._may_judge or life is None or not life.is_running:
            return
        for symbol in [each for each in self._wanted if each not in life.bot.trading.desk.brackets]:
            event = self._wanted.pop(symbol)
            if self.scene.clock.now_ms() - event.close_ms < _FRESH_MS:
                self.broken(f"{symbol} is flat, and {event.signal.direction} is not entered")

    def _take(self, event: SignalGenerated) -> None:
        self._wanted.pop(event.symbol, None)
        life = self.scene.life
        bracket = None if life is None else life.bot.trading.desk.brackets.get(event.symbol)
        if bracket is not None and bracket.plan.direction is event.signal.direction.opposite:
            self._wanted[event.symbol] = event
