"""The rows of a stretch of time, page after page, in the order of their times."""

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Final, Protocol

from noctule.adapters.binance.wire.past import FUNDINGS_MAX, KlineText, SettledRow
from noctule.app.fetching.series import Kind, Row, Series, Span
from noctule.domain.errors import FeedMalformed
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe

__all__ = ["Past", "Refuse", "pages_of"]

# Up to 1,000 candles weigh 5, up to 1,500 weigh 10 (facts 2.1): this is more for the same weight.
_CANDLES_MAX: Final = 1_000
_HOUR_MS: Final = 60 * MINUTE_MS
_USUAL_HOURS: Final = 8
_FUNDING_HOURS: Final = (1, 2, 4, 8)  # there are
_LOOK_BACK_MS: Final = 24 * _HOUR_MS  # for the funding before the first one

Refuse = Callable[[str], None]  # is told of a row that cannot be true


class Past(Protocol):
    """Who is asked."""

    async def klines(
        self, symbol: Symbol, timeframe: Timeframe, *, start_ms: int, limit: int
    ) -> list[KlineText]:
        """Return the first so many candles that open from a time on."""
        ...

    async def mark_klines(
        self, symbol: Symbol, timeframe: Timeframe, *, start_ms: int, limit: int
    ) -> list[KlineText]:
        """Return the same of the mark price."""
        ...

    async def fundings(self, symbol: Symbol, *, start_ms: int, limit: int) -> list[SettledRow]:
        """Return the first so many fundings from a time on."""
        ...


def pages_of(
    past: Past, series: Series, span: Span, refuse: Refuse
) -> AsyncGenerator[list[Row], None]:
    """Yield pages up to the first row after the span, if there is one: it proves what is missing.

    That row may be a candle that is still open, and is only good for its time.
    """
    if series.timeframe is None:
        return _fundings(past, series.symbol, span, refuse)
    return _candles(past, series, series.timeframe, span, refuse)


async def _candles(
    past: Past, series: Series, timeframe: Timeframe, span: Span, refuse: Refuse
) -> AsyncGenerator[list[Row], None]:
    ask = past.mark_klines if series.kind is Kind.MARKS else past.klines
    start_ms = span.from_ms
    while True:
        limit = min(_CANDLES_MAX, series.count(start_ms, span.to_ms) + 1)
        answer = await ask(series.symbol, timeframe, start_ms=start_ms, limit=limit)
        _check_order(series, start_ms, [row.open_ms for row in answer])
        page = []
        for row in answer:
            flaw = row.flaw(series.symbol, timeframe) if row.open_ms < span.to_ms else None
            if flaw is None:
                page.append(Row(row.open_ms, row.line()))
            else:
                refuse(f"{series.title}: {flaw}")
        yield page
        if len(answer) < limit or answer[-1].open_ms >= span.to_ms:
            return
        start_ms = timeframe.next_open(answer[-1].open_ms)


async def _fundings(
    past: Past, symbol: Symbol, span: Span, refuse: Refuse
) -> AsyncGenerator[list[Row], None]:
    start_ms, before_ms, hours = span.from_ms - _LOOK_BACK_MS, None, None
    while True:
        answer = await past.fundings(symbol, start_ms=max(start_ms, 0), limit=FUNDINGS_MAX)
        times_ms = [row.funding_time for row in answer]
        _check_order(symbol, start_ms, times_ms)
        if hours is None:
            hours = _first_hours(times_ms)
        page = []
        for row in answer:
            hours = _hours(before_ms, row.funding_time, usual=hours)
            before_ms = row.funding_time
            if flaw := row.flaw():
                refuse(f"{symbol} funding: {flaw}")
            elif row.funding_time >= span.from_ms:
                page.append(Row(before_ms, f"{before_ms},{hours},{row.funding_rate}"))
        yield page
        if len(answer) < FUNDINGS_MAX or times_ms[-1] >= span.to_ms:
            return
        start_ms = times_ms[-1] + 1


def _check_order(series: Series | Symbol, start_ms: int, times_ms: Sequence[int]) -> None:
    """Refuse an answer that would lead round in circles."""
    is_early = bool(times_ms) and times_ms[0] < start_ms
    if is_early or sorted({*times_ms}) != [*times_ms]:
        title = series if isinstance(series, str) else series.title
        raise FeedMalformed(f"{title}: rows that were not asked for, or not in order")


def _first_hours(times_ms: Sequence[int]) -> int:
    """Return the hours of a first funding: as long before it as the next comes after it."""
    return _hours(times_ms[0], times_ms[1], usual=_USUAL_HOURS) if times_ms[1:] else _USUAL_HOURS


def _hours(before_ms: int | None, at_ms: int, *, usual: int) -> int:
    """Return the hours since the funding before; where one is missing, as many as there were."""
    if before_ms is None:
        return usual
    hours = round((at_ms - before_ms) / _HOUR_MS)
    return hours if hours in _FUNDING_HOURS else usual
