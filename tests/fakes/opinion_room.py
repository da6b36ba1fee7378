"""Strategies that do what a test wants, and a stopwatch that they move."""

from collections.abc import Callable
from typing import Any, Final

from typing_extensions import override

from noctule.domain.events.base import SignalEvent
from noctule.domain.market import Candle
from noctule.domain.signals import Signal
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from noctule.engine.desk import Desk
from noctule.engine.opinions import Opinions
from noctule.market.board import Board
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings
from tests.builders import BTCUSDT, START_MS, candle
from tests.fakes.feed import closed

__all__ = ["ETHUSDT", "Acting", "OpinionRoom"]

ETHUSDT: Final = Symbol("ETHUSDT")
_MS: Final = 1_000_000


class Acting(Strategy):
    """Does what its test wants of it."""

    def __init__(self, settings: StrategySettings) -> None:
        super().__init__(settings)
        self.act: Callable[[], Any] = lambda: None
        self.asked = 0

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        self.asked += 1
        return self.act()  # type: ignore[no-any-return]  # whatever it is


class OpinionRoom:
    """A strategy on two symbols, another one on a third, and a stopwatch that they move."""

    def __init__(self) -> None:
        self.now_ns = 1_000_000_000
        self.wild = {symbol: Acting(StrategySettings()) for symbol in (BTCUSDT, ETHUSDT)}
        self.calm = Acting(StrategySettings())
        self.desks = {
            BTCUSDT: _desk("wild", BTCUSDT, self.wild[BTCUSDT]),
            ETHUSDT: _desk("wild", ETHUSDT, self.wild[ETHUSDT]),
            Symbol("SOLUSDT"): _desk("calm", Symbol("SOLUSDT"), self.calm),
        }
        self.opinions = Opinions(
            self.desks.values(),
            stopwatch_ns=lambda: self.now_ns,
            pardon=lambda strategy: f"delete the marker of {strategy}",
        )
        self._minutes = 0

    def warm(self) -> None:
        """Ask each for the first time, when much may be read for once; nothing comes of it."""
        for symbol in self.desks:
            assert self.ask(symbol) == []
        for strategy in (*self.wild.values(), self.calm):
            strategy.asked = 0

    def ask(self, symbol: Symbol = BTCUSDT) -> list[SignalEvent]:
        """Let a candle close."""
        self._minutes += 1
        bar = candle(symbol=symbol, open_ms=START_MS + self._minutes * MINUTE_MS)
        self.desks[symbol].board.take(bar)
        return list(self.opinions.ask(self.desks[symbol], closed(bar)))

    def takes(self, ms: float, *, then: Callable[[], Any] = lambda: None) -> Callable[[], Any]:
        """Return what lets so much time pass."""

        def act() -> Any:
            self.now_ns += int(ms * _MS)
            return then()

        return act


def _desk(label: str, symbol: Symbol, strategy: Strategy) -> Desk:
    board = _NoOrder(symbol, base=Timeframe.M1, capacity=10)
    return Desk(label=label, strategy=strategy, board=board)


class _NoOrder(Board):
    """Takes candles with holes between them: a test asks one desk and then another."""

    @override
    def take(self, candle: Candle) -> tuple[Candle, ...]:
        return ()
