"""A seat at one market: bars come one by one, and a strategy is asked about each."""

from collections.abc import Iterable
from decimal import Decimal

from noctule.domain.market import Candle
from noctule.domain.position import Position
from noctule.domain.signals import Signal
from noctule.domain.values import Price, Symbol, Timeframe
from noctule.market.board import Board
from noctule.market.regime_settings import RegimeSettings
from noctule.market.view import MarketView
from noctule.strategies import Strategy
from noctule.strategies.drawing import Drawing
from tests.builders import BTCUSDT, START_MS, candle

__all__ = ["Seat", "bars"]


class Seat:
    """A board, a view, and a strategy that is asked about every bar, base and higher."""

    def __init__(
        self,
        strategy: Strategy,
        *,
        symbol: Symbol = BTCUSDT,
        base: Timeframe = Timeframe.M1,
        higher: Iterable[Timeframe] = (),
        capacity: int | None = None,
        regimes: RegimeSettings | None = None,
    ) -> None:
        self.strategy = strategy
        self.board = Board(
            symbol,
            base=base,
            higher=higher,
            capacity=capacity or max(strategy.warmup_bars, 1),
            regimes=regimes,
        )
        self.view = MarketView(self.board)

    def hold(self, signed_quantity: int) -> None:
        """Let this be held from now on; 0 is nothing."""
        position = Position(symbol=self.board.symbol)
        if signed_quantity:
            position = Position(
                symbol=self.board.symbol,
                signed_quantity=Decimal(signed_quantity),
                entry_price=Price(Decimal(100)),
            )
        self.board.held = lambda: position

    def see(self, *base: Candle) -> list[Signal | None]:
        """Show base candles; tell what was said to each of them and to the bars they complete."""
        said: list[Signal | None] = []
        for each in base:
            told = (each, *self.board.take(each))
            said += [self.strategy.analyze(bar, self.view) for bar in told]
        return said

    def waits_for(self) -> str | None:
        """Ask what it waits for after the latest base candle."""
        return self.strategy.waits_for(self.board.series[self.board.base].last, self.view)

    def drawn(self, bar: Candle) -> list[Drawing]:
        """Ask for the drawings after a bar."""
        return [*self.strategy.explain(bar, self.view)]


def bars(*figures: tuple[float, float, float], timeframe: Timeframe = Timeframe.M1) -> list[Candle]:
    """Build bars that follow one another, of high, low and close; each opens where it closes."""
    built, open_ms = [], START_MS
    for high, low, close in figures:
        built.append(candle(close, timeframe=timeframe, open_ms=open_ms, high=high, low=low))
        open_ms = built[-1].close_ms + 1
    return built
