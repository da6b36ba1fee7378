"""Mark price and funding of a replayed market: the last price, unless files say more."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain

from msgspec.structs import replace

from noctule.adapters.sim.candles import Candle
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.expansion import FirstRule, nearer_first, path_of, times_of
from noctule.adapters.sim.funding_files import FundingRates
from noctule.adapters.sim.source import MarketEvent

__all__ = ["mark_of", "with_marks", "with_quiet_fundings"]


def mark_of(tick: Tick, funding: FundingRates) -> MarkTick:
    """Return the mark of a market of which only the trades are known: their price."""
    return _mark(tick.symbol, time_ms=tick.time_ms, price=tick.price, funding=funding, is_last=True)


def with_marks(
    market: Iterator[MarketEvent],
    candles: Iterable[Candle],
    *,
    rule: FirstRule = nearer_first,
    funding: FundingRates,
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
                funding=funding,
                is_last=False,
            )
            ahead = next(points, None)
        if not isinstance(event, MarkTick) or known_until_ms < 0:
            yield event
        elif event.time_ms > known_until_ms:
            yield replace(event, is_last=False)  # the exchange knows the recorded one until told


def with_quiet_fundings(
    market: Iterator[MarketEvent], funding: FundingRates
) -> Iterator[MarketEvent]:
    """Yield one symbol's market; a funding that comes while no mark is told is told with the last.

    So the rate of the next one is known though nothing trades for hours.
    """
    last: MarkTick | None = None
    for event in market:
        while last is not None and last.next_funding_ms < event.time_ms:
            rate, next_funding_ms = funding.at(last.next_funding_ms)
            last = replace(
                last,
                time_ms=last.next_funding_ms,
                funding_rate=rate,
                next_funding_ms=next_funding_ms,
            )
            yield last
        if isinstance(event, MarkTick):
            last = event
        yield event


def _points(
    candles: Iterable[Candle], rule: FirstRule
) -> Iterator[tuple[int, Candle, Iterator[Decimal]]]:
    """Yield when each price is due, and the path to take it from when it is: no sooner."""
    for candle in candles:
        path = path_of(candle, rule)
        for time_ms in times_of(candle):
            yield time_ms, candle, path


def _mark(
    symbol: str, *, time_ms: int, price: Decimal, funding: FundingRates, is_last: bool
) -> MarkTick:
    rate, next_funding_ms = funding.at(time_ms)
    return MarkTick(
        symbol=symbol,
        time_ms=time_ms,
        mark=price,
        index=price,
        funding_rate=rate,
        next_funding_ms=next_funding_ms,
        is_last=is_last,
    )
