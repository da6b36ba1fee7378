"""What the market does, told so that it never drowns what the bot does."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from noctule.app.narration.amounts import move, signed
from noctule.domain.figures import figure
from noctule.domain.market import Candle
from noctule.domain.values import Symbol
from noctule.telemetry.narration import Line, Tone

__all__ = ["Chatter", "Held", "MarketNews"]

_ALONE_MS: Final = 400  # real, between candles of the only symbol
_CROWD_MS: Final = 5_000  # real, between summaries of several
_GATHER_MS: Final = 1_000  # several close together: wait until all have
_WAITS_MS: Final = 8_000  # real, between two answers to what is waited for
_FIRST_MAX: Final = 3  # symbols of which is said at the start what is waited for
_MOVERS_MAX: Final = 3  # that a summary names


class Held(Struct, frozen=True, kw_only=True):
    """A position, and what closing it now would bring, before fees."""

    symbol: Symbol
    text: str  # long 0.156
    pnl: Decimal | None


class MarketNews(Struct, frozen=True, kw_only=True):
    """The latest candle of a symbol, and the close before it."""

    candle: Candle
    before: float | None


class Chatter:
    """Decides by real time whether there is something to tell of the market now."""

    def __init__(self, symbols: Sequence[Symbol], *, waits_for: Callable[[Symbol], str]) -> None:
        self._symbols = symbols
        self._waits_for = waits_for
        self._latest: dict[Symbol, MarketNews] = {}
        self._is_news = False
        self._news_ms = self._told_ms = self._waited_ms = 0
        self._turn = 0
        self._last_wait: tuple[Symbol, str] | None = None

    @property
    def has_news(self) -> bool:
        """Tell whether there is something to tell, now or soon."""
        return self._is_news

    def hear(self, candle: Candle, now_ms: int) -> None:
        """Take a closed candle."""
        known = self._latest.get(candle.symbol)
        before = None if known is None else known.candle.close
        self._latest[candle.symbol] = MarketNews(candle=candle, before=before)
        if not self._is_news:
            self._is_news, self._news_ms = True, now_ms

    def lines(self, now_ms: int, held: Sequence[Held]) -> Iterator[Line]:
        """Yield what is due by now."""
        if not self._is_news:
            return
        is_alone = len(self._symbols) == 1
        every_ms, gather_ms = (_ALONE_MS, 0) if is_alone else (_CROWD_MS, _GATHER_MS)
        if now_ms - self._news_ms < gather_ms or (
            self._told_ms and now_ms - self._told_ms < every_ms
        ):
            return
        self._is_news, self._told_ms = False, now_ms
        latest = tuple(self._latest.values())
        yield _candle_line(latest[0], held) if is_alone else _market_line(latest, held)
        yield from self._waiting(now_ms, latest[-1].candle.close_ms + 1)

    def first_waits(self, now_ms: int, at_ms: int) -> Iterator[Line]:
        """Yield what is waited for before there is a candle."""
        for symbol in self._symbols[:_FIRST_MAX]:
            self._last_wait = (symbol, self._waits_for(symbol))
            yield _wait_line(*self._last_wait, at_ms)
        self._turn, self._waited_ms = 0, now_ms

    def _waiting(self, now_ms: int, at_ms: int) -> Iterator[Line]:
        """Say of one symbol after the other what its strategy waits for."""
        if self._waited_ms and now_ms - self._waited_ms < _WAITS_MS:
            return
        symbol = self._symbols[self._turn % len(self._symbols)]
        self._turn, self._waited_ms = self._turn + 1, now_ms
        text = self._waits_for(symbol)
        if text and (symbol, text) != self._last_wait:
            self._last_wait = (symbol, text)
            yield _wait_line(symbol, text, at_ms)


def _wait_line(symbol: Symbol, text: str, at_ms: int) -> Line:
    return Line(at_ms=at_ms, symbol=symbol, word="WAITS", text=text, tone=Tone.QUIET)


def _candle_line(news: MarketNews, held: Sequence[Held]) -> Line:
    candle = news.candle
    moved = move(candle.open if news.before is None else news.before, candle.close)
    own = "".join(f"   {each.text}{_pnl(each.pnl)}" for each in held)
    return Line(
        at_ms=candle.close_ms + 1,
        symbol=candle.symbol,
        word="CANDLE",
        text=f"{figure(candle.close):<9} {moved:>8}{own}",
        tone=Tone.QUIET,
    )


def _market_line(latest: Sequence[MarketNews], held: Sequence[Held]) -> Line:
    """Name who moved most, and what is held in all."""
    movers = sorted(latest, key=lambda each: -abs(_moved(each)))[:_MOVERS_MAX]
    named = ", ".join(
        f"{each.candle.symbol} {figure(each.candle.close)} {_moved(each) * 100:+.2f} %"
        for each in movers
    )
    pnl = sum((each.pnl or Decimal(0) for each in held), Decimal(0))
    own = f"; {len(held)} open{_pnl(pnl)}" if held else ""
    return Line(
        at_ms=max(each.candle.close_ms for each in latest) + 1,
        symbol=f"{len(latest)} coins",
        word="MARKET",
        text=f"{named}{own}",
        tone=Tone.QUIET,
    )


def _moved(news: MarketNews) -> float:
    before = news.candle.open if news.before is None else news.before
    return news.candle.close / before - 1


def _pnl(pnl: Decimal | None) -> str:
    return "" if pnl is None else f" {signed(pnl)}"
