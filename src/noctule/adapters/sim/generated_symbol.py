"""One symbol of the generated market: its value, its premium, what trades, and what funding is.

The value is what the index shows; nobody trades at it. What trades is the value and a premium,
rounded to the tick. The mark follows with the premium smoothed, and funding is what the premium
has been since the last one.
"""

import math
from decimal import ROUND_HALF_EVEN, Decimal
from random import Random
from typing import Final

from noctule.adapters.sim.character import Character
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.temper import Mood

__all__ = ["GeneratedSymbol"]

_HOUR_MS: Final = 3_600_000
_HOMESICK: Final = 2e-6  # per minute: the pull to the first price, felt over months
_PREMIUM_KEPT: Final = 0.98
_PREMIUM_NOISE: Final = 0.00004
_SMOOTHED: Final = 0.1
_INTEREST: Final = 0.0001  # of a funding interval
_DAMPED: Final = 0.0005  # interest and premium are brought this near to each other
_CAP: Final = 0.003
_EIGHT_PLACES: Final = Decimal("1e-8")
_MANY: Final = 30  # trades beyond which their number is drawn from a normal distribution


class GeneratedSymbol:
    """Move by minutes and steps, and say what trades."""

    def __init__(
        self, rules: Rules, character: Character, random: Random, *, start_ms: int
    ) -> None:
        self.character = character
        self._rules = rules
        self._random = random
        self._home = math.log(character.price)
        self._value = self._home  # logarithms
        self._anchor = self._home  # where the regime began
        self._premium = 0.0
        self._smooth_premium = 0.0
        self._premium_sum = 0.0
        self._premium_count = 0
        self._interval_ms = rules.funding_interval_hours * _HOUR_MS
        self._next_funding_ms = self._funding_after(start_ms)
        self._step_volatility = 0.0
        self._step_trades = 0.0
        self._step_quote = 0.0

    def enter_minute(self, *, mood: Mood, volatility: float, season: float, steps: int) -> None:
        """Take in what the market is like for the minute that begins."""
        own = math.exp(self._random.gauss(0, 0.3))
        self._step_volatility = self.character.volatility * volatility / math.sqrt(steps)
        self._step_trades = self.character.trades * season * own / steps
        self._step_quote = self.character.minute_quote * season * own * volatility / steps
        self._value += mood.drift + mood.pull * (self._anchor - self._value)
        self._value += _HOMESICK * (self._home - self._value)
        away = self._premium - mood.premium
        self._premium = mood.premium + _PREMIUM_KEPT * away + self._random.gauss(0, _PREMIUM_NOISE)
        self._smooth_premium += _SMOOTHED * (self._premium - self._smooth_premium)
        self._premium_sum += self._premium
        self._premium_count += 1

    def settle_anchor(self) -> None:
        """Let the regime that begins range around the present value."""
        self._anchor = self._value

    def move(self, common: float) -> None:
        """Move by one step: a shock common to all, and one of its own."""
        kinship = self.character.kinship
        own = math.sqrt(1 - kinship * kinship) * self._random.gauss(0, 1)
        self._value += self._step_volatility * (kinship * common + own)

    def tick(self, now_ms: int) -> Tick | None:
        """Return what traded in this step, or None."""
        count = _poisson(self._step_trades, self._random)
        if not count:
            return None
        price = self._on_grid(math.exp(self._value) * (1 + self._premium))
        worth = self._step_quote * self._random.expovariate(1)
        steps = max(1, round(worth / float(price * self._rules.step)), count)
        bought = min(steps, max(0, round(steps * self._random.gauss(0.5, 0.15))))
        qty, taker_buy_qty = self._rules.step * steps, self._rules.step * bought
        return Tick(
            symbol=self._rules.symbol,
            time_ms=now_ms,
            price=price,
            qty=qty,
            quote_qty=qty * price,
            count=count,
            taker_buy_qty=taker_buy_qty,
            taker_buy_quote=taker_buy_qty * price,
        )

    def mark(self, now_ms: int) -> MarkTick:
        """Return mark and index, and the funding that is coming."""
        if now_ms >= self._next_funding_ms:
            self._next_funding_ms = self._funding_after(now_ms)
            self._premium_sum, self._premium_count = 0.0, 0
        value = math.exp(self._value)
        return MarkTick(
            symbol=self._rules.symbol,
            time_ms=now_ms,
            mark=_to_8(value * (1 + self._smooth_premium)),
            index=_to_8(value),
            funding_rate=_to_8(self._funding_rate()),
            next_funding_ms=self._next_funding_ms,
        )

    def _funding_rate(self) -> float:
        premium = self._premium_sum / self._premium_count if self._premium_count else 0.0
        rate = premium + min(_DAMPED, max(-_DAMPED, _INTEREST - premium))
        return min(_CAP, max(-_CAP, rate))

    def _funding_after(self, now_ms: int) -> int:
        return now_ms - now_ms % self._interval_ms + self._interval_ms

    def _on_grid(self, price: float) -> Decimal:
        lowest, tick = max(self._rules.min_price, self._rules.tick), self._rules.tick
        ticks = round(price / float(tick))
        return min(self._rules.max_price, max(lowest, tick * ticks))


def _poisson(mean: float, random: Random) -> int:
    if mean > _MANY:
        return max(0, round(random.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, random.random()
    while product > limit:
        product *= random.random()
        count += 1
    return count


def _to_8(value: float) -> Decimal:
    return Decimal(value).quantize(_EIGHT_PLACES, rounding=ROUND_HALF_EVEN)
