"""Everything that speaks for or against an entry, gathered from where it is known."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct, structs

from noctule.domain.events.signal import SignalGenerated
from noctule.domain.instrument import Instrument
from noctule.domain.order import OrderKind
from noctule.domain.signals import Direction, Reason, Refused
from noctule.domain.values import MINUTE_MS, Price, Quote, Rounding, Symbol, observed
from noctule.engine.contracts import Contracts
from noctule.engine.desk import Desk
from noctule.engine.freshness import Freshness
from noctule.engine.halts import Halts
from noctule.engine.lanes import Lanes
from noctule.engine.order_desk import OrderDesk
from noctule.engine.settings import TradingSettings
from noctule.market.series import History
from noctule.ports.clock import Clock
from noctule.positions.account_book import AccountBook
from noctule.positions.portfolio import Portfolio
from noctule.risk.calendar import NewsWindow
from noctule.risk.case import DeskState, EntryCase, EntryWish, MarketScene

__all__ = ["Cases", "Sources", "closes_of", "portfolio_of"]

_UNKNOWN: Final = Reason(
    check="start", text="the account, the contract or its terms are not known yet"
)
_ENTRIES_KEPT: Final = 2_000
_CANDLES_COMPARED: Final = 120  # for correlation: more would cost more than they tell


class Sources(Struct, frozen=True, kw_only=True):
    """Where a case is gathered from."""

    desk: OrderDesk
    book: AccountBook
    contracts: Contracts
    desks: Mapping[Symbol, Desk]
    freshness: Freshness
    halts: Halts
    lanes: Lanes
    clock: Clock
    clock_offset_ms: Callable[[], float | None]


class Cases:
    """Makes the case of a signal, and remembers which signals were acted on."""

    def __init__(
        self, sources: Sources, *, trading: TradingSettings, news: tuple[NewsWindow, ...]
    ) -> None:
        self._from = sources
        self._trading = trading
        self._news = news
        self._started_ms = sources.clock.now_ms()
        self._acted_ms: dict[Symbol, int] = {}  # close of the candle whose signal was acted on
        self._entries_ms: deque[int] = deque(maxlen=_ENTRIES_KEPT)

    def note_entry(self, event: SignalGenerated) -> None:
        """Know that a signal is acted on."""
        self._acted_ms[event.symbol] = event.close_ms
        self._entries_ms.append(self._from.clock.now_ms())

    def case_of(self, event: SignalGenerated) -> EntryCase | Refused:
        """Gather the case; refused where not even that is possible yet."""
        source, symbol = self._from, event.symbol
        instrument, terms = source.contracts.instrument(symbol), source.contracts.terms(symbol)
        now_ms = source.clock.now_ms()
        if instrument is None or terms is None or not source.book.is_told:
            return Refused(reasons=source.halts.reasons(now_ms) or (_UNKNOWN,))
        portfolio = portfolio_of(source.book, source.desk, source.contracts, at_ms=now_ms)
        return EntryCase(
            wish=self._wish(event, instrument),
            instrument=instrument,
            terms=terms,
            portfolio=portfolio,
            scene=self._scene(symbol),
            desk=self._desk_state(event, now_ms),
            now_ms=now_ms,
            closes=self._closes(event, {each.symbol for each in portfolio.holdings}),
            news=self._news,
        )

    def _wish(self, event: SignalGenerated, instrument: Instrument) -> EntryWish:
        signal = event.signal
        return EntryWish(
            symbol=event.symbol,
            strategy=event.strategy,
            direction=signal.direction,
            price=event.price,
            stop=_as_float(signal.stop),
            target=_as_float(signal.target),
            timeframe=event.timeframe,
            close_ms=event.close_ms,
            limit_price=self._limit_price(event, instrument),
        )

    def _limit_price(self, event: SignalGenerated, instrument: Instrument) -> Price | None:
        """Return where a limit entry stands: so far on the better side of the signal's price."""
        if self._trading.entry_order != OrderKind.LIMIT.value.lower():
            return None
        is_long = event.signal.direction is Direction.LONG
        offset = -self._trading.entry_offset if is_long else self._trading.entry_offset
        price = observed(event.price) * (1 + offset)
        rounding = Rounding.DOWN if is_long else Rounding.UP
        return instrument.quantize_price(Price(price), rounding)

    def _scene(self, symbol: Symbol) -> MarketScene:
        source, board = self._from, self._from.desks[symbol].board
        mark, book = board.mark, board.book
        is_lost = source.freshness.is_lost(symbol)
        return MarketScene(
            mark_price=None if mark is None else mark.mark_price,
            bid=None if book is None else book.bid_price,
            ask=None if book is None else book.ask_price,
            silent_ms=None if is_lost else source.freshness.silent_ms(symbol),
            quote_age_ms=source.freshness.quote_age_ms(symbol),
            funding_rate=None if mark is None else mark.funding_rate,
            next_funding_ms=None if mark is None else mark.next_funding_ms,
            clock_offset_ms=source.clock_offset_ms(),
            regime=board.regime,
        )

    def _desk_state(self, event: SignalGenerated, now_ms: int) -> DeskState:
        source = self._from
        return DeskState(
            started_ms=self._started_ms,
            entries_last_minute=self._entries_since(now_ms - MINUTE_MS),
            is_acted_on=self._acted_ms.get(event.symbol) == event.close_ms,
            has_bracket=event.symbol in source.desk.brackets,
            has_room=source.lanes.room() > 0,
            foreign=self._foreign(event.symbol),
            halts=(*source.halts.reasons(now_ms), *_disabled(source.desks[event.symbol])),
        )

    def _entries_since(self, since_ms: int) -> int:
        while self._entries_ms and self._entries_ms[0] <= since_ms:
            self._entries_ms.popleft()
        return len(self._entries_ms)

    def _closes(self, event: SignalGenerated, held: set[Symbol]) -> dict[Symbol, Sequence[float]]:
        """Return the closing prices to compare; none without others.

        They end with the candle before the signal's. When many symbols close one together, some
        boards have it already and some do not: which, is chance, and nothing may hang on it.
        """
        symbols = {event.symbol, *held}
        if symbols == {event.symbol}:
            return {}
        return closes_of(self._from.desks, symbols, before_ms=event.close_ms)

    def _foreign(self, symbol: Symbol) -> str | None:
        """Say what of a symbol is not ours: orders, or a position that no bracket leads."""
        source = self._from
        reported = source.book.reported(symbol)
        if symbol not in source.desk.brackets and not reported.is_flat:
            return f"a position of {reported.signed_quantity} that is not ours is open there"
        return source.desk.looks.strangers_on(symbol)


def _disabled(desk: Desk) -> tuple[Reason, ...]:
    """Say that a strategy is asked no more: what it wanted just before counts no more, either."""
    if desk.disabled is None:
        return ()
    return (Reason(check="strategy", text=f"{desk.label} is disabled: {desk.disabled}"),)


def _as_float(level: float | None) -> float | None:
    """Return a strategy's price as an observation; it may have written a whole number."""
    return None if level is None else float(level)


def closes_of(
    desks: Mapping[Symbol, Desk], symbols: Iterable[Symbol], *, before_ms: int | None = None
) -> dict[Symbol, Sequence[float]]:
    """Return the closing prices of symbols, all ending with the same candle, closed before then."""
    boards = [desks[each].board for each in symbols if each in desks]
    histories = {each.symbol: each.series[each.base].history for each in boards}
    told = {each: history for each, history in histories.items() if len(history)}
    until_ms = min((history[-1].close_ms for history in told.values()), default=0)
    if before_ms is not None:
        until_ms = min(until_ms, before_ms - 1)
    return {each: _until(history, until_ms) for each, history in told.items()}


def _until(history: History, until_ms: int) -> list[float]:
    candles = history.latest(_CANDLES_COMPARED + 2)
    return [each.close for each in candles if each.close_ms <= until_ms][-_CANDLES_COMPARED:]


def portfolio_of(
    book: AccountBook, desk: OrderDesk, contracts: Contracts, *, at_ms: int
) -> Portfolio:
    """Return what risk looks at, entries in flight included.

    What is available was told before the latest entries took their margin, so it is never more
    than equity less the margin of all that is held or on its way.
    """
    portfolio = book.portfolio(at_ms=at_ms, in_flight=desk.in_flight, ours=frozenset(desk.brackets))
    bound = Decimal(0)
    for each in portfolio.holdings:
        terms = contracts.terms(each.symbol)
        bound += each.notional / terms.leverage if terms is not None else Decimal(0)
    left = max(Decimal(0), portfolio.equity - bound)
    return structs.replace(portfolio, available=Quote(min(portfolio.available, left)))
