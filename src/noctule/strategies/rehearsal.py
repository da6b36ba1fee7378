"""A strategy played through candles as the bot would, for its owner's tests and `strategy check`.

from noctule.strategies.rehearsal import candles_from, rehearse

signals = rehearse(MyIdea(MyIdea.Settings()), candles_from([100, 101, 99]))
assert [signal.direction for _, signal in signals] == [Direction.LONG]
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from typing import Final

from noctule.domain.market import BookTicker, Candle, MarkPrice
from noctule.domain.position import Position
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Symbol, Timeframe, observed
from noctule.market.board import Board
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy

__all__ = ["HISTORY_CANDLES", "Rehearsal", "ask_strategy", "candles_from", "rehearse"]

HISTORY_CANDLES: Final = 500  # that a view shows at most, unless the strategy asks for more

_HOUR_MS: Final = 3_600_000
_FUNDING_MS: Final = 8 * _HOUR_MS
_FUNDING_RATE: Final = 0.0001
_UNIT: Final = Decimal(1)

Ask = Callable[[Candle, MarketView], Signal | None]


def rehearse(
    strategy: Strategy, candles: Iterable[Candle], *, higher: Iterable[str] = ()
) -> list[tuple[Candle, Signal]]:
    """Ask about every candle, and every longer bar that closes with it; return what was signalled.

    What a signal calls for is pretended to be done at the close of its candle, one unit at a time,
    so that `view.position` tells what it would. Whatever the strategy raises comes through.
    """
    rehearsal: Rehearsal | None = None
    said: list[tuple[Candle, Signal]] = []
    for candle in candles:
        if rehearsal is None:
            rehearsal = Rehearsal.of(strategy, candle, higher=higher)
        said += rehearsal.close(candle)
    return said


def ask_strategy(strategy: Strategy, candle: Candle, view: MarketView) -> Signal | None:
    """Let its indicators read the candle, and ask what it calls for."""
    view.refresh()
    return strategy.analyze(candle, view)


def candles_from(
    closes: Iterable[float],
    *,
    symbol: str = "BTCUSDT",
    timeframe: str = "1m",
    start_ms: int = 1_767_225_600_000,  # 2026-01-01 00:00 UTC
) -> list[Candle]:
    """Make candles that follow one another, each opening where the one before closed."""
    candles: list[Candle] = []
    length, open_ms, opened = Timeframe(timeframe), start_ms, None
    for number in closes:
        close = float(number)
        opened = close if opened is None else opened
        candles.append(_candle(Symbol(symbol), length, open_ms, opened, close))
        open_ms, opened = length.next_open(open_ms), close
    return candles


def _candle(
    symbol: Symbol, timeframe: Timeframe, open_ms: int, opened: float, close: float
) -> Candle:
    return Candle(
        symbol=symbol,
        timeframe=timeframe,
        open_ms=open_ms,
        close_ms=timeframe.close_of(open_ms),
        open=opened,
        high=max(opened, close),
        low=min(opened, close),
        close=close,
        volume=10.0,
        quote_volume=10.0 * close,
        trades=100,
        taker_buy_volume=5.0,
    )


class Rehearsal:
    """One symbol's board with somebody to ask, and a position that is only pretended."""

    def __init__(self, board: Board, ask: Ask, *, reverses: bool) -> None:
        self.board = board
        self._ask = ask  # refreshes the view, and asks
        self._view = MarketView(board)
        self._desk = _Pretended(board.symbol, reverses=reverses)
        board.held = lambda: self._desk.position

    @classmethod
    def of(
        cls,
        strategy: Strategy,
        first: Candle,
        *,
        higher: Iterable[str] = (),
        ask: Ask | None = None,
    ) -> "Rehearsal":
        """Make one for the symbol and timeframe of the first candle."""
        board = Board(
            first.symbol,
            base=first.timeframe,
            higher=[Timeframe(each) for each in higher],
            capacity=max(HISTORY_CANDLES, strategy.warmup_bars),
        )
        return cls(board, ask or partial(ask_strategy, strategy), reverses=strategy.reverse)

    def close(self, candle: Candle) -> list[tuple[Candle, Signal]]:
        """Let a base candle close: what is held meets its prices, then the strategy is asked."""
        self._desk.live_through(candle)
        self.board.mark, self.board.book = _mark(candle), _book(candle)
        bars = self.board.take(candle)
        said = []
        for each in (candle, *bars):
            signal = self._ask(each, self._view)
            if signal is not None:
                said.append((each, signal))
                self._desk.obey(signal, each)
        return said


class _Pretended:
    """One unit of a position: entered at a close, left by stop, target or signal."""

    def __init__(self, symbol: Symbol, *, reverses: bool) -> None:
        self.position = Position(symbol=symbol)
        self._reverses = reverses
        self._direction = Direction.FLAT
        self._stop: float | None = None
        self._target: float | None = None

    def live_through(self, candle: Candle) -> None:
        """Leave if the candle reached the stop or the target."""
        best, worst = candle.high, candle.low
        if self._direction is Direction.SHORT:
            best, worst = -candle.low, -candle.high
        sign = -1 if self._direction is Direction.SHORT else 1
        stopped = self._stop is not None and worst <= sign * self._stop
        reached = self._target is not None and best >= sign * self._target
        if stopped or reached:
            self._hold(Direction.FLAT, candle)

    def obey(self, signal: Signal, candle: Candle) -> None:
        """Do what a signal calls for, as the bot would if nothing were in its way."""
        if signal.direction is self._direction:
            return
        leaves = self._direction is not Direction.FLAT and not self._reverses
        self._hold(Direction.FLAT if leaves else signal.direction, candle)
        if self._direction is not Direction.FLAT:
            self._stop, self._target = signal.stop, signal.target

    def _hold(self, direction: Direction, candle: Candle) -> None:
        self._direction, self._stop, self._target = direction, None, None
        symbol = self.position.symbol
        if direction is Direction.FLAT:
            self.position = Position(symbol=symbol, updated_ms=candle.close_ms)
            return
        self.position = Position(
            symbol=symbol,
            signed_quantity=_UNIT if direction is Direction.LONG else -_UNIT,
            entry_price=observed(candle.close),
            updated_ms=candle.close_ms,
        )


def _mark(candle: Candle) -> MarkPrice:
    return MarkPrice(
        symbol=candle.symbol,
        mark_price=candle.close,
        index_price=candle.close,
        funding_rate=_FUNDING_RATE,
        next_funding_ms=candle.close_ms - candle.close_ms % _FUNDING_MS + _FUNDING_MS,
    )


def _book(candle: Candle) -> BookTicker:
    return BookTicker(
        symbol=candle.symbol,
        bid_price=candle.close,
        bid_quantity=1.0,
        ask_price=candle.close,
        ask_quantity=1.0,
        update_id=candle.close_ms,
    )
