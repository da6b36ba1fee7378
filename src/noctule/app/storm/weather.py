"""The market of a storm: four trades a candle, a mark every three seconds, and its shocks."""

import math
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Final

from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.source import Instant, MarketEvent
from noctule.app.storm.contracts import contract_changes, first_price
from noctule.app.storm.story import Shock, ShockKind, Story

__all__ = ["HISTORY_MS", "weather"]

_MINUTE_MS: Final = 60_000
_TICK_MS: Final = 15_000
_MARK_MS: Final = 3_000
HISTORY_MS: Final = 60 * _MINUTE_MS  # before the opening

_PER_MARK: Final = 0.0004  # of the price; a minute's move is four and a half times that
_KINSHIP: Final = 0.5  # how much of a symbol's move is everybody's
_ALONE: Final = math.sqrt(1 - _KINSHIP * _KINSHIP)
_FALL_MS: Final = 60_000
_RATE: Final = Decimal("0.0001")

_FAST: Final = (ShockKind.CRASH, ShockKind.SURGE)  # more trades than on other days
_TRADELESS: Final = (ShockKind.SILENCE, ShockKind.DELISTED)


def weather(rules: tuple[Rules, ...], story: Story, *, start_ms: int) -> Iterator[MarketEvent]:
    """Yield it without end, in order; its history ends HISTORY_MS after its start."""
    open_ms = start_ms + HISTORY_MS
    markets = [_Market(each, story, open_ms=open_ms) for each in rules]
    common = Random(f"{story.seed} all")  # noqa: S311  # a seeded market
    at_ms = start_ms
    while True:
        if (at_ms - start_ms) % _MINUTE_MS == 0:
            yield Instant(time_ms=at_ms)
        move, since_ms = common.gauss(0, _KINSHIP), (at_ms - start_ms) % _TICK_MS
        for market in markets:
            yield from market.step(at_ms, move, trades=since_ms == market.trades_after_ms)
        at_ms += _MARK_MS


class _Market:
    """One symbol's: a walk, and what the shocks that are under way add to it."""

    def __init__(self, rules: Rules, story: Story, *, open_ms: int) -> None:
        symbol = rules.symbol
        # Two pairs of dice: more trades, or fewer, change nothing of where the price goes.
        self._random = Random(f"{story.seed} {symbol}")  # noqa: S311  # a seeded market
        self._worths = Random(f"{story.seed} {symbol} worths")  # noqa: S311  # a seeded market
        # Some trade the very moment a candle closes, others when its signals have been acted upon.
        self.trades_after_ms = self._worths.randrange(0, _TICK_MS, _MARK_MS)
        self._swing = _PER_MARK * story.volatility
        self._value = math.log(first_price(symbol))
        self._open_ms = open_ms
        self._interval_ms = rules.funding_interval_hours * 60 * _MINUTE_MS
        shocks = [each for each in story.shocks if each.symbol == symbol]
        self._coming = sorted(shocks, key=lambda each: each.at_ms)
        self._changes = [each for each in contract_changes(story) if each.rules.symbol == symbol]
        self._under_way: list[Shock] = []
        self._is_listed = all(each.kind is not ShockKind.LISTED for each in shocks)
        self._adopt(rules)

    def step(self, at_ms: int, move: float, *, trades: bool) -> tuple[MarketEvent, ...]:
        """Move on, and return what happens."""
        self._value += self._swing * (move + _ALONE * self._random.gauss(0, 1))
        now_ms = at_ms - self._open_ms
        if self._coming or self._changes or self._under_way:
            return self._shaken(at_ms, now_ms, trades=trades)
        price = math.exp(self._value)
        mark = self._mark(at_ms, price)
        return (self._tick(at_ms, price), mark) if trades else (mark,)

    def _shaken(self, at_ms: int, now_ms: int, *, trades: bool) -> tuple[MarketEvent, ...]:
        """Return what happens at a time when not everything is as usual."""
        while self._changes and self._changes[0].at_ms <= now_ms:
            self._adopt(self._changes.pop(0).rules)
        prices: list[float] = []
        while self._coming and self._coming[0].at_ms <= now_ms:
            prices += self._begin(self._coming.pop(0))
        self._under_way = [each for each in self._under_way if not self._is_over(each, now_ms)]
        kinds = {each.kind for each in self._under_way}
        if ShockKind.HALT in kinds or not self._is_listed:
            return ()
        price = math.exp(self._value + sum(_moved(each, now_ms) for each in self._under_way))
        if trades or not kinds.isdisjoint(_FAST):
            prices.append(price)
        if not kinds.isdisjoint(_TRADELESS):
            prices = []
        ticks = [self._tick(at_ms, each) for each in prices]
        return (*ticks, self._shaken_mark(at_ms, now_ms, price))

    def _begin(self, shock: Shock) -> list[float]:
        """Take a shock in, and return the prices that trade at once because of it."""
        self._under_way.append(shock)
        price = math.exp(self._value)
        match shock.kind:
            case ShockKind.LISTED:
                self._is_listed = True
                return [price]
            case ShockKind.GAP:
                return [price * (1 + shock.size)]
            case ShockKind.WICK:
                return [price * (1 + shock.size / 2), price * (1 + shock.size), price]
            case _:
                return []

    def _is_over(self, shock: Shock, now_ms: int) -> bool:
        """Tell whether it is, and keep what has become of the price."""
        if now_ms < shock.at_ms + _length_ms(shock):
            return False
        self._value += _moved(shock, now_ms)
        return True

    def _shaken_mark(self, at_ms: int, now_ms: int, price: float) -> MarkTick:
        mark = self._mark(at_ms, price)
        for shock in self._under_way:
            if shock.kind is ShockKind.MARK_ALONE:
                away = 1 + shock.size * _tent((now_ms - shock.at_ms) / shock.for_ms)
                mark = self._mark(at_ms, price, mark=price * away)
            if shock.kind is ShockKind.FUNDING:
                due_ms = self._open_ms + shock.at_ms + shock.for_ms
                rate = Decimal(f"{shock.size:.8f}")
                mark = self._mark(at_ms, price, rate=rate, next_funding_ms=due_ms)
        return mark

    def _adopt(self, rules: Rules) -> None:
        """Trade by these rules from now on."""
        self._rules = rules
        self._per_tick, self._per_step = 1 / float(rules.tick), 1 / float(rules.step)
        self._lowest = max(1, math.ceil(rules.min_price / rules.tick))

    def _tick(self, at_ms: int, price: float) -> Tick:
        rules = self._rules
        at = rules.tick * max(self._lowest, round(price * self._per_tick))
        worth = 20_000 + 380_000 * self._worths.random()
        half = rules.step * max(1, round(worth / price * self._per_step / 2))
        qty, half_quote = half * 2, at * half
        return Tick(
            symbol=rules.symbol,
            time_ms=at_ms,
            price=at,
            qty=qty,
            quote_qty=half_quote * 2,
            count=3,
            taker_buy_qty=half,
            taker_buy_quote=half_quote,
        )

    def _mark(
        self,
        at_ms: int,
        price: float,
        *,
        mark: float | None = None,
        rate: Decimal = _RATE,
        next_funding_ms: int | None = None,
    ) -> MarkTick:
        index = Decimal(f"{price:.8f}")
        usual_ms = at_ms - at_ms % self._interval_ms + self._interval_ms
        return MarkTick(
            symbol=self._rules.symbol,
            time_ms=at_ms,
            mark=index if mark is None else Decimal(f"{mark:.8f}"),
            index=index,
            funding_rate=rate,
            next_funding_ms=usual_ms if next_funding_ms is None else next_funding_ms,
        )


def _length_ms(shock: Shock) -> int:
    """Return how long a shock has a say in the price, the mark or the trades."""
    return shock.for_ms + _FALL_MS if shock.kind in _FAST else shock.for_ms


def _moved(shock: Shock, now_ms: int) -> float:
    """Return how far a shock has moved the price by now, as a logarithm."""
    age_ms = now_ms - shock.at_ms
    match shock.kind:
        case ShockKind.GAP:
            return math.log1p(shock.size)
        case ShockKind.CRASH:
            return math.log1p(-shock.size) * _there_and_half_back(age_ms, shock.for_ms)
        case ShockKind.SURGE:
            return math.log1p(shock.size) * _there_and_half_back(age_ms, shock.for_ms)
        case _:
            return 0.0


def _there_and_half_back(age_ms: int, back_ms: int) -> float:
    if age_ms < _FALL_MS:
        return age_ms / _FALL_MS
    return 1 - min(1, (age_ms - _FALL_MS) / max(1, back_ms)) / 2


def _tent(share: float) -> float:
    """Return 0 at both ends and 1 in the middle."""
    return 1 - abs(2 * min(1, share) - 1)
