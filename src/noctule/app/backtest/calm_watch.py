"""Tells the candles in which nothing can happen to what is held, whichever way their prices went.

Three things could: an order or a margin is reached (the exchange says between which prices none
is), a breaker's limit is, or a deadline passes. The bounds are floats and no candle may touch
them, so that a rounding leads to a closer look and never past an event.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.events import MarkTick
from noctule.app.backtest.pit import Pit
from noctule.app.trading import Trading
from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe

__all__ = ["CalmWatch"]

_DAY_MS: Final = Timeframe.D1.ms
_NEARLY: Final = 1 - 1e-9  # of a limit: whoever comes so near is looked at closely


class _Holding(Struct, frozen=True):
    """What is held of a symbol, and between which prices nothing happens to it."""

    quantity: float  # signed
    entry: float
    low: float
    high: float

    def profit(self, price: float) -> float:
        return self.quantity * (price - self.entry)

    def price_at(self, profit: float) -> float:
        return self.entry + profit / self.quantity


class _Alone(Struct, frozen=True):
    """Between which prices, and for how long, nothing comes of the only thing that is held."""

    symbol: str
    low: float
    high: float
    until_ms: int


_NOTHING: Final = _Alone("", 0.0, 0.0, 0)


class CalmWatch:
    """Looks closely once after each change, and then only compares."""

    def __init__(self, trading: Trading, pit: Pit) -> None:
        self._trading, self._pit = trading, pit
        self.due_ms = 0  # before that, nothing is due; known since the last look
        self._held: dict[Symbol, _Holding] | None = None  # None: not looked since the last change
        self._is_settled = False
        self._alone = _NOTHING  # where nothing at all comes of the only thing that is held
        self._unheard: Candle | None = None  # passed over, and the books do not know yet
        self._wallet = self._day_floor = self._peak = 0.0
        self._drawdown_max = 0.0
        self._day = -1

    def look_anew(self) -> None:
        """Take note that something changed."""
        self._held, self._alone, self.due_ms = None, _NOTHING, 0

    def passes(self, begun: Sequence[Candle]) -> bool:
        """Pass over the candle of the only thing that is held, if nothing at all comes of it.

        The books need not see each price of what is far from everything: they are told of the
        latest before anybody looks at them.
        """
        alone = self._alone
        for candle in begun:
            if candle.symbol == alone.symbol:
                if (
                    candle.close_ms < alone.until_ms
                    and alone.low < candle.low
                    and candle.high < alone.high
                    and (candle.trades or len(begun) == 1)
                ):
                    self._unheard = candle
                    return True
                return False
        return False

    def catch_up(self) -> None:
        """Let the books know what they were not told of: somebody is about to look at them."""
        candle = self._unheard
        if candle is not None:
            self._unheard = None
            self._hear(candle.symbol, candle.close, candle.close_ms)

    def is_calm(self, busy: Sequence[Candle]) -> bool:
        """Tell whether these candles, of all that is held, may be passed over."""
        if self._held is None:
            self._look(busy[0].open_ms)
        held = self._held
        if not self._is_settled or held is None or len(busy) != len(held):
            return False
        worst = best = self._wallet
        for candle in busy:
            holding = held.get(candle.symbol)
            if holding is None or candle.close_ms >= self.due_ms:
                return False
            if candle.open_ms // _DAY_MS != self._day or candle.close_ms // _DAY_MS != self._day:
                return False  # the day's measure begins with its first price
            if not (holding.low < candle.low and candle.high < holding.high):
                return False
            low, high = holding.profit(candle.low), holding.profit(candle.high)
            worst += min(low, high)
            best += max(low, high)
        peak = max(self._peak, best)
        return worst * _NEARLY > self._day_floor and worst * _NEARLY > peak * self._drawdown_max

    def pass_over(self, busy: Sequence[Candle]) -> None:
        """Let the books see the prices of candles that are passed over."""
        self.catch_up()
        held = self._held
        assert held is not None, "nobody looked"
        best = self._wallet
        for candle in busy:
            best += max(held[candle.symbol].profit(each) for each in (candle.low, candle.high))
        if best > self._peak * _NEARLY:
            self._climb(busy)
        for candle in busy:
            self._hear(candle.symbol, candle.close, candle.close_ms)

    def _climb(self, busy: Sequence[Candle]) -> None:
        """Let the books see the highest that the account was worth meanwhile."""
        if len(busy) == 1:
            candle = busy[0]
            is_long = self._held is not None and self._held[candle.symbol].quantity > 0
            self._hear(candle.symbol, candle.high if is_long else candle.low, candle.close_ms)
        else:
            for price in self._pit.prices(list(busy)):
                if isinstance(price, MarkTick):
                    self._hear(Symbol(price.symbol), float(price.mark), price.time_ms)
        self._weigh()

    def _hear(self, symbol: Symbol, price: float, at_ms: int) -> None:
        self._trading.book.hear_mark(symbol, price, at_ms=at_ms)

    def _look(self, at_ms: int) -> None:
        brackets = self._trading.desk.brackets
        self._held, self._day = {}, at_ms // _DAY_MS
        self._is_settled = all(
            each.wake_ms is None and each.is_settled and not each.entering
            for each in brackets.values()
        )
        self.due_ms = self._pit.due_ms(brackets, at_ms)
        if self._is_settled:
            self._is_settled = self._note(brackets)
        self._weigh()

    def _note(self, symbols: Iterable[Symbol]) -> bool:
        """Note what is held; false where each price may matter."""
        held: dict[Symbol, _Holding] = {}
        for symbol in symbols:
            bounds = self._pit.exchange.calm.bounds(symbol)
            position = self._trading.book.reported(symbol)
            if bounds is None or position.is_flat or position.entry_price is None:
                return False
            low, high = bounds
            held[symbol] = _Holding(
                float(position.signed_quantity),
                float(position.entry_price),
                float(low),
                float(high),
            )
        self._held = held
        return True

    def _weigh(self) -> None:
        """Know from which equity on a breaker would act."""
        trading = self._trading
        measure = trading.book.measure(at_ms=trading.clock.now_ms())
        limits = trading.risk.limits
        self._wallet = float(trading.book.wallet)
        self._day_floor = float(measure.day_equity) * (1 - float(limits.max_daily_loss))
        self._peak = float(measure.equity_peak)
        self._drawdown_max = 1 - float(limits.max_drawdown)
        self._narrow()

    def _narrow(self) -> None:
        """Reckon between which prices nothing comes of the only thing that is held.

        The account stays below its peak there, and above every limit.
        """
        self._alone = _NOTHING
        held = self._held
        if not self._is_settled or not held or len(held) != 1:
            return
        ((symbol, holding),) = held.items()
        floor = max(self._day_floor, self._peak * self._drawdown_max) / _NEARLY**2
        worst, best = (
            holding.price_at(each - self._wallet) for each in (floor, self._peak * _NEARLY**2)
        )
        low, high = (worst, best) if holding.quantity > 0 else (best, worst)
        self._alone = _Alone(
            symbol,
            max(holding.low, low),
            min(holding.high, high),
            min(self.due_ms, (self._day + 1) * _DAY_MS),
        )
