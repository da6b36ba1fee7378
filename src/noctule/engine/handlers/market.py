"""The data queue's work: a closed candle becomes history, and perhaps an opinion."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from noctule.domain.events.base import SignalEvent
from noctule.domain.events.data import (
    BookTickerUpdated,
    CandleClosed,
    CandleRevised,
    CandleUpdated,
    FeedLost,
    FeedRestored,
    MarkPriceUpdated,
)
from noctule.domain.events.signal import RegimeChanged
from noctule.domain.ids import candle_trace
from noctule.domain.market import Candle, MarkPrice
from noctule.domain.observation import Observation
from noctule.domain.regime import Regime
from noctule.domain.values import Symbol
from noctule.engine.bus import Publisher
from noctule.engine.desk import Desk
from noctule.engine.freshness import Freshness
from noctule.engine.observed import Answered, answered, came_with_history, observed
from noctule.engine.opinions import Opinions
from noctule.market.board import Board
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["MarketHandler"]

ShowLater: TypeAlias = Callable[[CandleClosed, Callable[[CandleClosed], None]], None]

_log = get_log(__name__)


class MarketHandler:
    """Writes what the market does on its symbol's board, and asks the desk about closed candles."""

    def __init__(
        self,
        *,
        bus: Publisher,
        desks: Mapping[Symbol, Desk],
        clock: Clock,
        opinions: Opinions,
        value: Callable[[MarkPrice, int], None] = lambda _mark, _at_ms: None,
        show_later: Callable[
            [CandleClosed, Callable[[CandleClosed], None]], None
        ] = lambda event, to: to(event),
    ) -> None:
        self.freshness = Freshness(clock)
        self._bus = bus
        self._desks = desks
        self._opinions = opinions
        self.on_asked: Callable[[Observation], None] | None = None  # told last, of every candle
        self._show_later = show_later  # once the turn is over, and an order has left
        self._value = value  # told of each mark price, and when that was
        self._regimes: dict[Symbol, Regime] = {}  # as told last

    def on_candle_closed(self, event: CandleClosed) -> Coroutine[object, None, None] | None:
        """Add a base candle and every bar it completes; ask about it, then about each of those.

        The bars follow as events of their own, shortest first; when such an event arrives, its
        bar is on the board already, so that the base candle's opinion could see it, too. Of most
        candles nothing follows, and then there is nothing to wait for.
        """
        candle = event.candle
        desk = self._desks[candle.symbol]
        board = desk.board
        bars: Sequence[Candle] = ()
        changed: RegimeChanged | None = None
        if candle.timeframe is board.base:
            self.freshness.hear(candle.symbol)
            if candle.close_ms <= board.seeded_to_ms:
                self._tell_seeded(desk, event)
                return None
            bars = board.take(candle)
            if board.follows_regime:
                changed = self._regime_change(board, event)
        told = self._opinions.ask(desk, event)
        if told or bars or changed is not None:
            return self._tell(desk, event, bars, changed, told)
        if self.on_asked is not None:
            self._show_later(event, partial(self._tell_asked, desk, answered(desk, told)))
        return None

    def on_candle_updated(self, event: CandleUpdated) -> None:
        """Note that the symbol's feed is alive."""
        self.freshness.hear(event.candle.symbol)

    def on_candle_revised(self, event: CandleRevised) -> None:
        """Tell it; what was decided on the first version stays decided, so the board does too."""
        candle, published = event.candle, event.published
        _log.warning(
            "candle revised",
            symbol=candle.symbol,
            timeframe=candle.timeframe,
            open_ms=candle.open_ms,
            close=candle.close,
            close_published=published.close,
            volume=candle.volume,
            volume_published=published.volume,
        )

    def on_mark_price_updated(self, event: MarkPriceUpdated) -> None:
        """Write the mark price on the board."""
        self.freshness.hear(event.mark.symbol)
        self._desks[event.mark.symbol].board.mark = event.mark
        self._value(event.mark, event.at_ms)

    def on_book_ticker_updated(self, event: BookTickerUpdated) -> None:
        """Write the best prices on the board."""
        self.freshness.hear_quote(event.book.symbol)
        self._desks[event.book.symbol].board.book = event.book

    def on_feed_lost(self, event: FeedLost) -> None:
        """Remember that we are blind on a symbol."""
        self.freshness.lose(event.symbol)
        _log.warning("feed lost", symbol=event.symbol, reason=event.reason)

    def on_feed_restored(self, event: FeedRestored) -> None:
        """Remember that we see again."""
        self.freshness.restore(event.symbol)
        _log.info("feed restored", symbol=event.symbol, gap_from_ms=event.gap_from_ms)

    def _regime_change(self, board: Board, event: CandleClosed) -> RegimeChanged | None:
        """Tell a regime that is not the one told last: the first after a start, and every other."""
        before = self._regimes.get(board.symbol)
        if board.regime is before:
            return None
        reading = board.regime_reading
        assert reading is not None, f"{board.symbol} was {before} and is nothing"
        self._regimes[board.symbol] = reading.regime
        return RegimeChanged(
            at_ms=event.at_ms,
            trace=event.trace,
            symbol=board.symbol,
            timeframe=board.regime_timeframe,
            before=before,
            after=reading.regime,
            trend=reading.trend,
            volatility=reading.volatility,
            liquidity=reading.liquidity,
        )

    def _tell_seeded(self, desk: Desk, event: CandleClosed) -> None:
        candle = event.candle
        _log.debug("candle came with the history", symbol=candle.symbol, open_ms=candle.open_ms)
        if self.on_asked is not None:
            self.on_asked(came_with_history(desk, event))

    async def _tell(
        self,
        desk: Desk,
        event: CandleClosed,
        bars: Sequence[Candle],
        changed: RegimeChanged | None,
        told: Sequence[SignalEvent],
    ) -> None:
        """Publish what the strategy wants, or that it is asked no more, and the longer bars."""
        if changed is not None:
            await self._bus.publish(changed)
        for each in told:
            await self._bus.publish(each)
        if self.on_asked is not None:
            self._show_later(event, partial(self._tell_asked, desk, answered(desk, told)))
        for bar in bars:
            await self._bus.publish(_closed(bar, event))

    def _tell_asked(self, desk: Desk, told: Answered, event: CandleClosed) -> None:
        assert self.on_asked is not None, "nobody wants to know"
        self.on_asked(observed(desk, event, told))


def _closed(bar: Candle, event: CandleClosed) -> CandleClosed:
    trace = candle_trace(bar.symbol, bar.timeframe, bar.close_ms)
    return CandleClosed(at_ms=event.at_ms, trace=trace, candle=bar, received_ms=event.received_ms)
