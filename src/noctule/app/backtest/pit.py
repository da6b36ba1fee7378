"""The exchange's side of a replay: candles become prices there, as late as makes no difference."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from heapq import merge
from operator import attrgetter
from typing import Protocol

import numpy
from msgspec.structs import replace

from noctule.adapters.replay.columns import CandleColumns
from noctule.adapters.sim.candles import Candle as Row
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.exchange import Exchange
from noctule.adapters.sim.expansion import FirstRule, expand
from noctule.adapters.sim.model import ZERO
from noctule.app.backtest.tracks import NEVER_MS, candles_of
from noctule.domain.market import BookTicker, Candle, MarkPrice
from noctule.domain.values import Symbol

__all__ = ["Funding", "Pit", "mark_told"]


class Funding(Protocol):
    """What funding is about to be."""

    def at(self, time_ms: int) -> tuple[Decimal, int]:
        """Return the rate in force at a market time, and when it is settled."""
        ...


class Pit:
    """Moves an exchange by candles; one that nobody looked at yet is kept back, by its close."""

    def __init__(
        self,
        exchange: Exchange,
        *,
        funding: Mapping[Symbol, Funding],
        rule: FirstRule,
        finer: Mapping[Symbol, CandleColumns],
        funded: Collection[Symbol] = (),
    ) -> None:
        self.exchange = exchange
        self._funding = funding
        self._rule = rule
        self._finer = finer  # shorter candles, of symbols that have them
        self._updates = 0  # of best prices
        self.kept: dict[Symbol, Candle] = {}  # the latest of each symbol, if it is not told yet
        self._funded = frozenset(funded)  # symbols of which each rate is known
        self._marked: dict[Symbol, MarkTick] = {}  # their latest

    def keep(self, candle: Candle) -> None:
        """Take a candle of which only the end matters."""
        self.kept[candle.symbol] = candle

    def catch_up(self, at_ms: int) -> None:
        """Let the exchange be where the market is, just before this instant, and then at it."""
        self._tell_rates(at_ms)
        for candle in self.kept.values():
            price = Decimal(repr(candle.close))
            tick = _standing(candle, price)
            self.exchange.tick(tick)
            self._tell_mark(self._mark(tick))
        self.kept.clear()
        self._tell_rates(at_ms)
        self.exchange.advance(at_ms)
        for symbol, mark in self._marked.items():
            if mark.next_funding_ms <= at_ms:  # it is settled, and what is due next must be known
                self.exchange.announce(symbol, *self._funding[symbol].at(at_ms))

    def due_ms(self, symbols: Iterable[Symbol], at_ms: int) -> int:
        """Return what is due next by time alone, as known at an instant: funding of these, or else.

        When funding is next may be news that the exchange is not told of before a price comes.
        """
        due_ms = self.exchange.calm.due_ms
        fundings = (self._funding[each].at(at_ms)[1] for each in symbols)
        return min(fundings, default=NEVER_MS) if due_ms is None else min(due_ms, *fundings)

    def prices(self, candles: list[Candle]) -> Iterator[Tick | MarkTick]:
        """Yield what trades in candles that are under way at once, in the order of time.

        Which way a candle goes is asked when its open has been taken.
        """
        ways = [self._way(each) for each in candles]
        return merge(*ways, key=attrgetter("time_ms")) if len(ways) > 1 else ways[0]

    def move(self, price: Tick | MarkTick) -> None:
        """Let one of these happen."""
        if isinstance(price, Tick):
            self._tell_rates(price.time_ms)
            self.exchange.advance(price.time_ms)
            self.exchange.tick(price)
        else:
            self._tell_mark(price)

    def pass_time(self, at_ms: int) -> None:
        """Let an instant come at which nothing trades: what arrives meets the price that stands."""
        exchange = self.exchange
        exchange.advance(at_ms)
        for symbol in exchange.calm.arrived(at_ms):
            exchange.tick(_tick(symbol, at_ms, exchange.quote(symbol).last))

    def quotes(self, candle: Candle) -> tuple[MarkPrice, BookTicker]:
        """Return mark and best prices as they are at a candle's end."""
        price = Decimal(repr(candle.close))
        tick = _standing(candle, price)
        return mark_told(self._mark(tick)), self._best(candle.symbol, price)

    def best(self, symbol: Symbol) -> BookTicker:
        """Return the best prices as they are now."""
        return self._best(symbol, self.exchange.quote(symbol).last)

    def _best(self, symbol: Symbol, last: Decimal) -> BookTicker:
        spread, depth = self.exchange.fills.spread, self.exchange.fills.depth
        rules = self.exchange.rules[symbol]
        bid, ask = spread.bid(last, rules.tick), spread.ask(last, rules.tick)
        self._updates += 1
        return BookTicker(
            symbol=symbol,
            bid_price=float(bid),
            bid_quantity=float(depth.at_best(bid, rules)),
            ask_price=float(ask),
            ask_quantity=float(depth.at_best(ask, rules)),
            update_id=self._updates,
        )

    def _tell_mark(self, mark: MarkTick) -> None:
        self.exchange.mark(mark)
        if mark.symbol in self._funded:
            self._marked[Symbol(mark.symbol)] = mark

    def _tell_rates(self, until_ms: int) -> None:
        """Let each rate be known in its time, though nothing trades for hours."""
        for symbol, mark in self._marked.items():
            if symbol not in self.kept:
                while mark.next_funding_ms < until_ms:
                    mark = self._after_funding(mark)  # noqa: PLW2901  # until it is the latest
                    self._tell_mark(mark)

    def _after_funding(self, mark: MarkTick) -> MarkTick:
        at_ms = mark.next_funding_ms
        rate, next_ms = self._funding[Symbol(mark.symbol)].at(at_ms)
        return replace(mark, time_ms=at_ms, funding_rate=rate, next_funding_ms=next_ms)

    def _way(self, candle: Candle) -> Iterator[Tick | MarkTick]:
        self.kept.pop(candle.symbol, None)
        for part in self._parts(candle):
            for tick in expand(_row(part), self._rule):
                yield tick
                yield self._mark(tick)

    def _parts(self, candle: Candle) -> Iterable[Candle]:
        """Return the shorter candles that one is made of, if they are known."""
        finer = self._finer.get(candle.symbol)
        if finer is None:
            return (candle,)
        first = int(numpy.searchsorted(finer.open_ms, candle.open_ms))
        end = int(numpy.searchsorted(finer.open_ms, candle.close_ms))
        return candles_of(finer, first, end) if end > first else (candle,)

    def _mark(self, tick: Tick) -> MarkTick:
        rate, next_ms = self._funding[Symbol(tick.symbol)].at(tick.time_ms)
        return MarkTick(
            symbol=tick.symbol,
            time_ms=tick.time_ms,
            mark=tick.price,
            index=tick.price,
            funding_rate=rate,
            next_funding_ms=next_ms,
            is_last=True,
        )


def mark_told(price: MarkTick) -> MarkPrice:
    """Return a mark price as the bot hears it."""
    return MarkPrice(
        symbol=Symbol(price.symbol),
        mark_price=float(price.mark),
        index_price=float(price.index),
        funding_rate=float(price.funding_rate),
        next_funding_ms=price.next_funding_ms,
    )


def _row(candle: Candle) -> Row:
    volume = Decimal(repr(candle.volume))
    return Row(
        symbol=candle.symbol,
        open_ms=candle.open_ms,
        close_ms=candle.close_ms,
        open=Decimal(repr(candle.open)),
        high=Decimal(repr(candle.high)),
        low=Decimal(repr(candle.low)),
        close=Decimal(repr(candle.close)),
        volume=volume,
        quote_volume=ZERO,
        count=candle.trades,
        taker_buy_volume=min(volume, Decimal(repr(candle.taker_buy_volume))),
        taker_buy_quote=ZERO,
    )


def _standing(candle: Candle, price: Decimal) -> Tick:
    """Return the price at which a candle ended; what traded there has been and gone."""
    return _tick(candle.symbol, candle.close_ms, price)


def _tick(symbol: str, at_ms: int, price: Decimal) -> Tick:
    return Tick(
        symbol=symbol,
        time_ms=at_ms,
        price=price,
        qty=ZERO,
        quote_qty=ZERO,
        count=0,
        taker_buy_qty=ZERO,
        taker_buy_quote=ZERO,
    )
