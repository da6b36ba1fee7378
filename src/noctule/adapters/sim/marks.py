"""The mark price of a replayed market: the last price, unless a file of mark prices says more."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import Final

from msgspec.structs import replace

from noctule.adapters.sim.candles import Candle
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.expansion import FirstRule, nearer_first, path_of, times_of
from noctule.adapters.sim.source import MarketEvent

__all__ = ["USUAL_HOURS", "mark_of", "with_marks"]

USUAL_HOURS: Final = 8  # between fundings
_FUNDING_RATE: Final = Decimal("0.0001")  # what a calm market pays
_HOUR_MS: Final = 3_600_000


def mark_of(tick: Tick, funding_hours: int) -> MarkTick:
    """Return the mark of a market of which only the trades are known: their price."""
    return _mark(
        tick.symbol, time_ms=tick.time_ms, price=tick.price, hours=funding_hours, is_last=True
    )


def with_marks(
    market: Iterator[MarketEvent],
    candles: Iterable[Candle],
    *,
    rule: FirstRule = nearer_first,
    funding_hours: int = USUAL_HOURS,
) -> Iterator[MarketEvent]:
    """Yield one symbol's market with recorded mark prices, each before what trades at its time.

    What comes before the market is left out. Where the record has a gap, or after its end, the
    mark is again the market's own: the last price.
    """
    first = next(market, None)
    if first is None:
        return
    begin_ms, known_until_ms = first.time_ms, -1
    points = _points((each for each in candles if each.close_ms >= begin_ms), rule)
    ahead = next(points, None)
    for event in chain([first], market):
        while ahead is not None and ahead[0] <= event.time_ms:
            time_ms, candle, path = ahead
            known_until_ms = candle.close_ms
            yield _mark(
                candle.symbol,
                time_ms=max(time_ms, begin_ms),
                price=next(path),
                hours=funding_hours,
                is_last=False,
            )
            ahead = next(points, None)
        if not isinstance(event, MarkTick) or known_until_ms < 0:
            yield event
        elif event.time_ms > known_until_ms:
            yield replace(event, is_last=False)  # the exchange knows the recorded one until told


def _points(
    candles: Iterable[Candle], rule: FirstRule
) -> Iterator[tuple[int, Candle, Iterator[Decimal]]]:
    """Yield when each price is due, and the path to take it from when it is: no sooner."""
    for candle in candles:
        path = path_of(candle, rule)
        for time_ms in times_of(candle):
            yield time_ms, candle, path


def _mark(symbol: str, *, time_ms: int, price: Decimal, hours: int, is_last: bool) -> MarkTick:
    interval_ms = hours * _HOUR_MS
    return MarkTick(
        symbol=symbol,
        time_ms=time_ms,
        mark=price,
        index=price,
        funding_rate=_FUNDING_RATE,
        next_funding_ms=time_ms - time_ms % interval_ms + interval_ms,
        is_last=is_last,
    )
