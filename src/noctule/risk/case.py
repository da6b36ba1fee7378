"""Everything that may be looked at before a signal becomes an order, gathered in one value."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from noctule.domain.instrument import Instrument, TradingTerms
from noctule.domain.order import OrderKind
from noctule.domain.regime import Regime
from noctule.domain.signals import Direction, Reason
from noctule.domain.values import Price, Side, Symbol, Timeframe
from noctule.positions.portfolio import Portfolio
from noctule.risk.calendar import NewsWindow

__all__ = ["DeskState", "EntryCase", "EntryWish", "MarketScene"]


class EntryWish(Struct, frozen=True, kw_only=True):
    """The position a strategy wants, and the candle that made it want it."""

    symbol: Symbol
    strategy: str
    direction: Direction
    price: float  # the close it was seen at
    stop: float | None  # None leaves it to [risk]
    target: float | None
    timeframe: Timeframe
    close_ms: int
    limit_price: Price | None = None  # on the tick grid; None enters at market

    def __post_init__(self) -> None:
        assert self.direction is not Direction.FLAT, "an exit needs nobody's leave"

    @property
    def kind(self) -> OrderKind:
        """Return the kind of order that would enter."""
        return OrderKind.MARKET if self.limit_price is None else OrderKind.LIMIT

    @property
    def side(self) -> Side:
        """Return the side that would enter."""
        return Side.BUY if self.direction is Direction.LONG else Side.SELL


class MarketScene(Struct, frozen=True, kw_only=True):
    """How the symbol's market looks now, and how well we see it; None is not known (yet)."""

    mark_price: float | None = None
    bid: float | None = None
    ask: float | None = None
    silent_ms: int | None = None  # real time since any frame of the symbol; None without a feed
    quote_age_ms: int | None = None  # real time since bid and ask; None without a stream of them
    funding_rate: float | None = None
    next_funding_ms: int | None = None
    clock_offset_ms: float | None = None  # None where there is no other clock to compare with
    regime: Regime | None = None


class DeskState(Struct, frozen=True, kw_only=True):
    """What the desk itself has to say about another entry."""

    started_ms: int  # signals of candles that closed before are history
    entries_last_minute: int = 0
    is_acted_on: bool = False  # this very signal was acted upon
    has_bracket: bool = False  # the last trade of the symbol is not wound up yet
    has_room: bool = True  # to queue another order
    foreign: str | None = None  # the symbol's orders or position that are not ours
    halts: tuple[Reason, ...] = ()  # whatever keeps entries off already


class EntryCase(Struct, frozen=True, kw_only=True):
    """One wish to enter, and all that speaks for or against it."""

    wish: EntryWish
    instrument: Instrument
    terms: TradingTerms
    portfolio: Portfolio
    scene: MarketScene
    desk: DeskState
    now_ms: int
    closes: Mapping[Symbol, Sequence[float]] = {}  # base candles, all ending with the same one
    news: tuple[NewsWindow, ...] = ()
