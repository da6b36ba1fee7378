"""Candles that are made up, for who has none: the built-in market, the same for the same seed."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from noctule.adapters.sim.events import Tick
from noctule.adapters.sim.generator import generate
from noctule.adapters.sim.rules_book import default_rules
from noctule.app.explain.recorded import Recording, resampled
from noctule.config.wording import did_you_mean
from noctule.domain.errors import ConfigError
from noctule.domain.market import Candle
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe

__all__ = ["GENERATED_DAYS", "GENERATED_FROM_MS", "generated_candles"]

GENERATED_FROM_MS: Final = 1_767_225_600_000  # 2026-01-01 00:00 UTC
GENERATED_DAYS: Final = 4
_STEPS: Final = 3  # of a generated minute


def generated_candles(*, seed: int, symbol: str | None, interval: str | None) -> Recording:
    """Return some days of one symbol."""
    rules = {each.symbol: each for each in default_rules()}
    wanted = symbol or next(iter(rules))
    if wanted not in rules:
        raise ConfigError([f"--symbol: {wanted!r} is not generated, {did_you_mean(wanted, rules)}"])
    timeframe = Timeframe(interval) if interval else Timeframe.M1
    minutes = _minutes(Symbol(wanted), seed)
    candles = minutes if timeframe is Timeframe.M1 else resampled(minutes, Timeframe.M1, timeframe)
    return Recording(symbol=Symbol(wanted), timeframe=timeframe, candles=candles)


def _minutes(symbol: Symbol, seed: int) -> Iterator[Candle]:
    """Draw the generated market's minutes; one in which nobody traded repeats the last close."""
    rules = [each for each in default_rules() if each.symbol == symbol]
    random = Random(seed)  # noqa: S311  # a seeded market
    market = generate(rules, random, start_ms=GENERATED_FROM_MS, steps=_STEPS)
    end_ms = GENERATED_FROM_MS + GENERATED_DAYS * 24 * 60 * MINUTE_MS
    open_ms, ticks, close = GENERATED_FROM_MS, list[Tick](), 0.0  # 0: nobody has traded yet
    for event in market:
        if event.time_ms >= open_ms + MINUTE_MS:
            close = float(ticks[-1].price) if ticks else close
            if close:
                yield _minute(symbol, open_ms, ticks, close)
            open_ms, ticks = open_ms + MINUTE_MS, []
        if event.time_ms >= end_ms:
            return
        if isinstance(event, Tick):
            ticks.append(event)


def _minute(symbol: Symbol, open_ms: int, ticks: Sequence[Tick], close: float) -> Candle:
    prices = [float(tick.price) for tick in ticks] or [close]
    return Candle(
        symbol=symbol,
        timeframe=Timeframe.M1,
        open_ms=open_ms,
        close_ms=open_ms + MINUTE_MS - 1,
        open=prices[0],
        high=max(prices),
        low=min(prices),
        close=prices[-1],
        volume=float(sum(tick.qty for tick in ticks)),
        quote_volume=float(sum(tick.quote_qty for tick in ticks)),
        trades=sum(tick.count for tick in ticks),
        taker_buy_volume=float(sum(tick.taker_buy_qty for tick in ticks)),
    )
