"""What may not stand for long: a state of a symbol that the bot has to end, and the time it has."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct
from typing_extensions import override

from noctule.adapters.sim.events import OrderUpdated, UserEvent
from noctule.adapters.sim.faults import Fault
from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked
from noctule.app.storm.life import Life
from noctule.app.storm.promises.excuses import Excuses
from noctule.app.storm.promises.hearing import Hearing
from noctule.app.storm.promises.holdings import Holdings, symbol_of
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.domain.events.base import Event

__all__ = ["Standing", "round_trip_ms"]

_THINKING_MS: Final = 200


class _Span(Struct, kw_only=True):
    """Since when something stands, and how long of that counts."""

    began_ms: int
    is_by_trade: bool  # what began it; else an order came or went
    counted_ms: int = 0
    is_known: bool = False
    is_told: bool = False  # as broken


class Standing(Rule):
    """Counts the time in which the bot knew of it, and the exchange took orders."""

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self.holdings = Holdings()
        self._excuses = Excuses(scene, on_anew=self._begin_anew)
        self._hearing = Hearing(scene)
        self._spans: dict[str, _Span] = {}
        self._changed: dict[str, tuple[int, bool]] = {}  # since when, and whether by a trade
        self._counted_ms = 0  # until when all spans are counted

    def stands(self, symbol: str) -> str | None:
        """Say what stands on a symbol that should not, if anything."""
        raise NotImplementedError

    @property
    def limit_ms(self) -> int:
        """Return how long it may."""
        raise NotImplementedError

    @override
    def asking(self, asked: Asked) -> None:
        self._excuses.asking()

    @override
    def befallen(self, fault: Fault, subject: str) -> None:
        self._excuses.befallen(fault, subject)
        self._hearing.befallen(subject)

    @override
    def answered(self, asked: Asked, response: Response) -> None:
        if self._spans:
            self._count()
        self._excuses.answered(asked, response)
        if self._changed:
            self._settle()

    @override
    def told(self, event: UserEvent) -> None:
        self.holdings.told(event)
        symbol = symbol_of(event)
        if symbol is not None:
            is_by_trade = isinstance(event, OrderUpdated) and event.trade is not None
            since_ms, was_by_trade = self._changed.get(symbol, (self.scene.now_ms, False))
            self._changed[symbol] = (since_ms, was_by_trade or is_by_trade)

    @override
    def heard(self, event: Event) -> None:
        if self._changed:
            self._settle()
        if self._spans:
            self._learn(event)

    @override
    def born(self, life: Life) -> None:
        self._count()
        self._excuses.begin()

    @override
    def died(self, life: Life) -> None:
        self._count()
        for span in self._spans.values():
            span.is_known = False

    @override
    def look(self) -> None:
        if self._changed:
            self._settle()
        if self._spans:
            self._count()

    def _learn(self, event: Event) -> None:
        for symbol, span in self._spans.items():
            if not span.is_known and self._hearing.tells(
                event, symbol, is_by_trade=span.is_by_trade
            ):
                self._count()
                span.is_known = True

    def _settle(self) -> None:
        """See what stands on the symbols where something changed."""
        self._count()
        changed, self._changed = self._changed, {}
        for symbol, (since_ms, is_by_trade) in changed.items():
            if symbol not in self.scene.story.symbols:
                continue
            if self.stands(symbol) is None:
                self._spans.pop(symbol, None)
            elif symbol not in self._spans:
                self._spans[symbol] = _Span(began_ms=since_ms, is_by_trade=is_by_trade)

    def _count(self) -> None:
        """Count what has passed since the last time, and say so when it is too much."""
        from_ms, self._counted_ms = self._counted_ms, self.scene.now_ms
        for symbol, span in self._spans.items():
            if span.is_told or self._is_excused(symbol, span):
                continue
            counts_from_ms = max(from_ms, span.began_ms, self._excuses.until_ms(symbol))
            span.counted_ms += max(0, self._counted_ms - counts_from_ms)
            if span.counted_ms > self.limit_ms:
                self._tell_of(symbol, span)

    def _is_excused(self, symbol: str, span: _Span) -> bool:
        if self._excuses.is_helpless(symbol):
            span.counted_ms = 0
            return True
        return not span.is_known and self._hearing.may_be_deaf

    def _tell_of(self, symbol: str, span: _Span) -> None:
        what = self.stands(symbol)
        if what is None or symbol in self._changed:
            return  # it has just ended
        span.is_told = True
        self.broken(f"{symbol}: {what} for {span.counted_ms} ms, at most {self.limit_ms}")

    def _begin_anew(self, symbol: str | None) -> None:
        for each, span in self._spans.items():
            if symbol in (each, None):
                span.counted_ms = 0


def round_trip_ms(scene: Scene) -> int:
    """Return how long it takes to ask, be answered and think."""
    return 2 * scene.story.way_ms[1] + _THINKING_MS
